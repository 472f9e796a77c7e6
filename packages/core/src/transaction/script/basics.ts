import { shell } from './shell-text.ts'

/** What the rest stands on: messages, the journal, who asks. */
export const basicsScript: string = shell`
umask 077
set -u -f
LC_ALL=C; export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
R=\${HW_ROOT-$HW_ROOT_DEFAULT}
if [ -n "\${HW_DIRECTORY:-}" ]; then T=$HW_DIRECTORY; else T=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1; fi
S=\${T%/*}; S=\${S%/*}
WHY= WHO= LEFT= STOP= OFFLINE=

emit() { printf 'hw %s\n' "$*" 2>/dev/null || :; }
journal() { { printf '\n%s .\n' "$*" >>"$T/journal"; } 2>/dev/null; }
to_disk() { sync "$@" 2>/dev/null || sync; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
audit() {
  find_who
  { printf '{"time":"%s","transaction":"%s","event":"%s","by":"%s"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$HW_ID" "$1" "$WHO" >>"$S/audit.log"; } 2>/dev/null || :
}
# Sets WHO to the user that asks, and the address if over SSH.
find_who() {
  [ -z "$WHO" ] || return 0
  WHO=\${SUDO_USER:-}; [ -n "$WHO" ] || WHO=$(id -un 2>/dev/null || id -u)
  c=\${SSH_CONNECTION:-}; [ -z "$c" ] || WHO="$WHO from \${c%% *}"
  case $WHO in *[!A-Za-z0-9._@:%\ -]*) WHO=$(printf '%s' "$WHO" | tr -cd 'A-Za-z0-9._@:% -') ;; esac
}
`
