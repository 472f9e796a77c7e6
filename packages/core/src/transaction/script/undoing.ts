import { shell } from './shell-text.ts'

/** The undo itself. */
export const undoingScript: string = shell`
# Undo, newest step first. Every part of it can be repeated.
undo_step() {
  if [ -n "$OFFLINE" ]; then case " $HW_FILE_STEPS " in *" $1 "*) ;; *) return 0 ;; esac; fi
  "undo_$1"
}
# Ends the commands that a killed process left running, before what they do is undone.
end_children() {
  for orphan in $CHILDREN; do
    is_certain "$orphan" || continue
    kill -TERM "\${orphan%%:*}" 2>/dev/null
    tries=50
    while [ "$tries" -gt 0 ] && is_certain "$orphan"; do tries=$((tries - 1)); nap 0.02; done
    if is_certain "$orphan"; then kill -KILL "\${orphan%%:*}" 2>/dev/null; fi
  done
}
do_undo() {
  trap '' HUP INT QUIT TERM PIPE
  read_journal
  [ -n "$OFFLINE" ] || end_children
  LEFT= KEPT=
  for undoing in $BEGUN; do
    case $UNDONE in *" $undoing "*) continue ;; esac
    WHY=
    if undo_step "$undoing"; then journal "undone $undoing" || :; emit "undone $undoing"
    else
      case $WHY in irreversible:*) KEPT="$KEPT $undoing" ;; *) LEFT="$LEFT $undoing" ;; esac
      journal "left $undoing $(printf '%s' "$WHY" | tr '\n\t' '  ')" || :
      emit "left $undoing $(printf '%s' "$WHY" | tr '\n\t' '  ')"
    fi
  done
  remove_temporaries
  if [ -z "$OFFLINE" ] && [ -n "$BEGUN" ]; then
    wrong=$(attributes_before | while IFS='	' read -r mode n rest; do case " $BEGUN" in *" $n "*) case " $LEFT $KEPT " in *" $n "*) ;; *) printf '%s\t%s\t%s\n' "$mode" "$n" "$rest" ;; esac ;; esac; done | compare_attributes | grep '^differs') || :
    if [ -n "$wrong" ]; then
      LEFT="$LEFT 0"
      journal "left 0 the kernel holds another value than before: $(printf '%s' "$wrong" | tr '\n' ';')" || :
      emit "left 0 the kernel holds another value than before: $(printf '%s' "$wrong" | tr '\n' ';')"
    fi
  fi
  if [ -n "$LEFT" ]; then end_with undo-failed; return 1; fi
  end_with undone
}
`
