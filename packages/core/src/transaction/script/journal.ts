import { shell } from './shell-text.ts'

/** What the journal says of the transaction in `$T`. */
export const journalScript: string = shell`
is_step() { case $1 in *[!0-9]* | ???????*) return 1 ;; esac; [ "$1" -ge 1 ] && [ "$1" -le "$HW_STEPS" ]; }
read_journal() {
  BEGUN= CHILDREN= UNDONE=' ' APPLIED= OUTCOME= OUTCOME_AT=-1 STARTED=
  [ -f "$T/journal" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      'begin '?*' .') line=\${line#begin }; line=\${line% .}; if is_step "$line"; then BEGUN="$line $BEGUN"; fi ;;
      'undone '?*' .') line=\${line#undone }; UNDONE="$UNDONE\${line% .} " ;;
      'child '*:*' .') line=\${line#child }; CHILDREN="$CHILDREN \${line% .}" ;;
      'started .') STARTED=1 ;;
      'applied .') APPLIED=1 ;;
      'outcome '*[0-9]' committed .' | 'outcome '*[0-9]' undone .' | 'outcome '*[0-9]' undo-failed .') line=\${line#outcome }; line=\${line% .}; OUTCOME_AT=\${line%% *} OUTCOME=\${line#* } ;;
    esac
  done <"$T/journal"
}
# Whether the transaction in $T has ended and nothing is left of it to do.
has_ended() {
  [ -d "$T" ] || return 0
  read_journal; last_link decision
  [ "$OUTCOME_AT" -ge "$LAST" ] && [ "$OUTCOME" != undo-failed ]
}
end_with() {
  last_link decision
  journal "outcome $LAST $1"
  to_disk "$T/journal" "$T"
  audit "$1"
  emit "state $1"
}
`
