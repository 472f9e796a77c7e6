/*
 * Scripts of the shell file system, for every POSIX shell with coreutils or busybox. `$1` is an absolute path. A script
 * that knows better than a tool why it fails prints `hostwright: ERRNO`.
 */

/** `$2` is `-L` or empty. */
export const stat: string = `exec stat $2 -c '%f %s %u %g %Y %h %i %t %T %y' -- "$1"`

/** A type letter, the name and a NUL for each entry. */
export const list: string = `[ -d "$1" ] || { stat -L -c '' -- "$1" && echo 'hostwright: ENOTDIR' >&2; exit 1; }
cd -- "$1" 2>/dev/null && [ -r . ] || { echo 'hostwright: EACCES' >&2; exit 1; }
for f in * .*; do
  if [ "$f" = . ] || [ "$f" = .. ]; then continue; fi
  if [ -L "./$f" ]; then t=l
  elif [ -f "./$f" ]; then t=f
  elif [ -d "./$f" ]; then t=d
  elif [ -b "./$f" ]; then t=b
  elif [ -c "./$f" ]; then t=c
  elif [ -p "./$f" ]; then t=p
  elif [ -S "./$f" ]; then t=s
  elif [ -e "./$f" ]; then t=u
  else continue; fi
  printf '%s%s\\0' "$t" "$f"
done`

export const readlink: string = `[ -L "$1" ] && exec readlink -n -- "$1"
stat -c '' -- "$1" && echo 'hostwright: EINVAL' >&2
exit 1`

export const realpath: string = `stat -L -c '' -- "$1" >/dev/null || exit 1
exec readlink -f -n -- "$1"`

/** From byte `$2`, counted from 1, at most `$3` bytes. */
export const read: string = `[ ! -d "$1" ] || { echo 'hostwright: EISDIR' >&2; exit 1; }
[ ! -p "$1" ] || { echo 'hostwright: EAGAIN' >&2; exit 1; }
[ "$2" = 1 ] && [ "$3" != 0 ] && exec head -c "$3" -- "$1"
head -c 1 -- "$1" >/dev/null || exit 1
[ "$3" = 0 ] || tail -c +"$2" -- "$1" | head -c "$3"`

/** Standard input becomes the file; `$2` is random, `$3` a mode, `$4` and `$5` owner and group, each possibly empty. */
export const write: string = `p=$1 n=0 old=
while [ -L "$p" ]; do
  n=$((n + 1))
  [ "$n" -le 40 ] || { echo 'hostwright: ELOOP' >&2; exit 1; }
  t=$(readlink -n -- "$p"; echo .)
  t=\${t%.}
  case $t in /*) p=$t ;; *) p=\${p%/*}/$t ;; esac
done
if [ -d "$p" ] || { [ -e "$p" ] && [ ! -f "$p" ]; }; then echo 'hostwright: EISDIR' >&2; exit 1; fi
d=\${p%/*}/
tmp=$d.hostwright-$2
fail() { rm -f -- "$tmp"; exit 1; }
trap fail HUP INT TERM
umask 077
tee -- "$tmp" >/dev/null || fail
mode=\${3:-00644} uid=$4 gid=$5
if [ -f "$p" ]; then
  old=$(stat -c '%u %g %a' -- "$p") || fail
  u=\${old%% *} r=\${old#* }
  uid=\${uid:-$u} gid=\${gid:-\${r% *}} mode=\${3:-\${r#* }}
fi
made=$(stat -c '%u %g' -- "$tmp") || fail
uid=\${uid:-\${made% *}} gid=\${gid:-\${made#* }}
if [ "$uid $gid" != "$made" ]; then chown -- "$uid:$gid" "$tmp" || fail; fi
chmod -- "$mode" "$tmp" || fail
sync -- "$tmp" || fail
mv -f -- "$tmp" "$p" || fail
sync -- "$d" || exit 1`

/** Standard input, in one write, to what exists. */
export const set: string = `[ ! -d "$1" ] || { echo 'hostwright: EISDIR' >&2; exit 1; }
stat -L -c '' -- "$1" >/dev/null || exit 1
if [ ! -p "$1" ] && [ ! -S "$1" ]; then exec dd of="$1" bs=65536; fi
echo 'hostwright: EINVAL' >&2
exit 1`

/** `$2` is a mode for a new directory, or empty. */
export const mkdir: string = `[ ! -d "$1" ] || exit 0
mkdir -p -- "$1" || exit 1
[ -z "$2" ] || chmod -- "$2" "$1"`

export const remove: string = `if [ -d "$1" ] && [ ! -L "$1" ]; then exec rmdir -- "$1"; fi
exec rm -- "$1" </dev/null`

/** `$2` is the target. */
export const symlink: string = `if [ -e "$1" ] || [ -L "$1" ]; then echo 'hostwright: EEXIST' >&2; exit 1; fi
exec ln -s -n -- "$2" "$1"`

/** `$2` is the new path. */
export const rename: string = `from=$(stat -c %d -- "$1") || exit 1
to=$(stat -L -c %d -- "\${2%/*}/") || exit 1
[ "$from" = "$to" ] || { echo 'hostwright: EXDEV' >&2; exit 1; }
if [ -d "$2" ] && [ ! -L "$2" ]; then
  if [ ! -d "$1" ] || [ -L "$1" ]; then echo 'hostwright: EISDIR' >&2; exit 1; fi
fi
if [ -L "$2" ] && [ -d "$2" ]; then
  said=$(mv -f -T -- "$1" "$2" 2>&1) && exit
  case $said in *'is a directory') ;; *) printf '%s\\n' "$said" >&2; exit 1 ;; esac
  # busybox takes a link to a directory for the directory.
  mv -f -T -- "$2" "$2.hostwright" || exit 1
  if mv -f -T -- "$1" "$2"; then exec rm -f -- "$2.hostwright"; fi
  mv -f -T -- "$2.hostwright" "$2"
  exit 1
fi
exec mv -f -T -- "$1" "$2"`

/** `$2` is a mode of five digits. */
export const chmod: string = `exec chmod -- "$2" "$1"`

/** `$2` is `UID:GID`. */
export const chown: string = `exec chown -- "$2" "$1"`
