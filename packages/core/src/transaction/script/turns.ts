import { shell } from './shell-text.ts'

/** One transaction at a time. */
export const turnsScript: string = shell`
take_turn() {
  while :; do
    turn=0
    set +f
    for name in "$S"/turn.*; do
      n=\${name##*/turn.}
      case $n in *[!0-9]*) ;; *) [ "$n" -gt "$turn" ] && turn=$n ;; esac
    done
    set -f
    if [ "$turn" -gt 0 ]; then
      holder=$(readlink "$S/turn.$turn" 2>/dev/null) || continue
      if [ "$holder" != "$HW_ID" ]; then
        own=$T; T=$S/transactions/$holder
        if has_ended; then T=$own; else describe_holder; T=$own; return 1; fi
      fi
    fi
    mine=$((turn + 1))
    if ! ln -s "$HW_ID" "$S/turn.$mine" 2>/dev/null; then [ -L "$S/turn.$mine" ] || return 2; continue; fi
    set +f
    for name in "$S"/turn.*; do
      n=\${name##*/turn.}
      case $n in *[!0-9]*) continue ;; esac
      if [ "$n" -gt "$mine" ]; then rm -f "$S/turn.$mine"; mine=; break; fi
      if [ "$n" -lt "$mine" ]; then rm -f "$name"; fi
    done
    set -f
    [ -n "$mine" ] && return 0
  done
}
# Says in HELD how the transaction in $T stands that holds the host.
describe_holder() {
  HELD="interrupted"
  case $OUTCOME in undo-failed) HELD=undo-failed; return ;; esac
  last_link decision; d=$VALUE
  last_link worker
  if [ "$LAST" -gt 0 ] && is_alive "$VALUE"; then HELD=applying; fi
  case $d in
    until:*)
      rest=\${d#until:}; now_cs
      if [ "\${rest#*:}" = "$BOOT" ] && [ "\${rest%%:*}" -gt $((NOW - 200)) ] && [ -n "$APPLIED" ]; then HELD=awaiting; fi ;;
  esac
}
`
