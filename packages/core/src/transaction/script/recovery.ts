import { shell } from './shell-text.ts'

/** What the recovery unit, or another init system's hook, runs at boot: it ends the transaction that holds the host, if one does. */
export const recoveryScript: string = shell`#!/bin/sh
# Ends the Hostwright transaction that a crash or a reboot interrupted, if there is one. Safe to run at any time.
S=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
turn=0
for link in "$S"/turn.*; do
  number=\${link##*/turn.}
  case $number in '' | *[!0-9]*) continue ;; esac
  if [ "$number" -gt "$turn" ]; then turn=$number; fi
done
[ "$turn" -gt 0 ] || exit 0
id=$(readlink "$S/turn.$turn") || exit 0
[ -f "$S/transactions/$id/undo.sh" ] || exit 0
exec /bin/sh "$S/transactions/$id/undo.sh" recover
`
