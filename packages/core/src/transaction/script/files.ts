import { shell } from './shell-text.ts'

/** Files, links and directories, put back as they were. */
export const filesScript: string = shell`
# Files.
temporary() { printf '%s/.hostwright-%s-%s' "\${1%/*}" "$HW_ID" "$2"; }
looks_of() { set -- $(ls -ldn "$1" 2>/dev/null); m=\${1:-}; case $m in ??????????[.+@]) m=\${m%?} ;; esac; printf '%s %s %s' "$m" "\${3:-}" "\${4:-}"; }
# The digest of a file in the words of "file SHA256 CRC SIZE": by sha256sum where it is there, else by cksum.
sum_matches() { # path, words
  sum_path=$1
  set -- $2
  if command -v sha256sum >/dev/null 2>&1; then
    [ "$(sha256sum <"$sum_path" 2>/dev/null)" = "$2  -" ]
  else
    [ "$(cksum <"$sum_path" 2>/dev/null)" = "$3 $4" ]
  fi
}
# Whether a path holds: absent | directory | "file SHA256 CRC SIZE" | "link TARGET"
holds() {
  case $2 in
    absent) [ ! -e "$1" ] && [ ! -L "$1" ] ;;
    directory) [ -d "$1" ] && [ ! -L "$1" ] ;;
    'file '*) [ -f "$1" ] && [ ! -L "$1" ] && sum_matches "$1" "$2" ;;
    'link '*) [ -L "$1" ] && [ "link $(readlink "$1")" = "$2" ] ;;
    *) return 1 ;;
  esac
}
put_in_place() { # temporary, path
  if [ -d "$2" ] && [ ! -L "$2" ]; then
    rmdir "$2" 2>/dev/null || { rm -f "$1"; WHY="$2 is a directory that is not empty"; return 1; }
  fi
  [ -L "$1" ] || to_disk "$1"
  WHY=$(mv -f "$1" "$2" 2>&1) || { rm -f "$1"; return 1; }
  to_disk "\${2%/*}"
}
# Step, path, before, looks before, after.
restore_path() {
  p=$R$2; t=$(temporary "$p" "$1")
  rm -f "$t" 2>/dev/null
  if holds "$p" "$3"; then
    case $3 in absent | link*) return 0 ;; esac
    [ "$(looks_of "$p")" = "$4" ] && return 0
  elif ! holds "$p" "$5" && { [ -f "$p" ] || [ -L "$p" ]; }; then
    mkdir -p "$T/foreign" 2>/dev/null && cp -a "$p" "$T/foreign/$1" 2>/dev/null || :
  fi
  case $3 in
    absent)
      if [ -d "$p" ] && [ ! -L "$p" ]; then WHY="$2 is a directory now"; return 1; fi
      WHY=$(rm -f "$p" 2>&1) || return 1
      if [ -d "\${p%/*}" ]; then to_disk "\${p%/*}"; fi ;;
    directory)
      if [ ! -d "$p" ]; then WHY=$({ rm -f "$p" && mkdir "$p"; } 2>&1) || return 1; fi
      set_looks "$p" "$6" "$7" ;;
    'link '*)
      WHY=$(ln -s "\${3#link }" "$t" 2>&1) || return 1
      put_in_place "$t" "$p" ;;
    'file '*)
      holds "$T/before/$1" "$3" || { WHY="the copy $T/before/$1 is missing or damaged"; return 1; }
      ln "$T/before/$1" "$t" 2>/dev/null || WHY=$(cp -a "$T/before/$1" "$t" 2>&1) || { rm -f "$t"; return 1; }
      put_in_place "$t" "$p" ;;
  esac
}
set_looks() { WHY=$({ chown "$3" "$1" && chmod "$2" "$1"; } 2>&1); }
remove_directory() { rmdir "$R$1" 2>/dev/null || :; }
`
