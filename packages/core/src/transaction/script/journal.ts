import { shell } from './shell-text.ts'

/** What the journal says of the transaction in `$T`. */
export const journalScript: string = shell`
read_journal() {
  BEGUN= UNDONE=' ' APPLIED= OUTCOME= OUTCOME_AT=-1 STARTED=
  [ -f "$T/journal" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      'begin '*[!0-9]*' .') ;;
      'begin '?*' .') line=\${line#begin }; BEGUN="\${line% .} $BEGUN" ;;
      'undone '?*' .') line=\${line#undone }; UNDONE="$UNDONE\${line% .} " ;;
      'started .') STARTED=1 ;;
      'applied .') APPLIED=1 ;;
      'outcome '?*' '?*' .') line=\${line#outcome }; line=\${line% .}; OUTCOME_AT=\${line%% *} OUTCOME=\${line#* } ;;
    esac
  done <"$T/journal"
}
# Whether the transaction in $T has ended and nothing is left of it to do.
has_ended() {
  [ -d "$T" ] || return 0
  read_journal; last_link decision
  [ "$OUTCOME_AT" = "$LAST" ] && [ "$OUTCOME" != undo-failed ]
}
end_with() {
  last_link decision
  journal "outcome $LAST $1"
  to_disk "$T/journal"
  audit "$1"
  emit "state $1"
}
`
