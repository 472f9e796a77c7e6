import { shell } from './shell-text.ts'

/** How a bundle goes through the steps; the data and step functions of the transaction come before it. */
export const applyingScript: string = shell`
trap '' HUP PIPE INT QUIT
trap 'STOP=1' TERM
# Takes a transaction's directory away: at once as far as anyone can see, whatever happens to the process.
discard() { mv "$1" "$S/transactions/.\${1##*/}.old" 2>/dev/null && rm -rf "$S/transactions/.\${1##*/}.old"; }
stop_unstarted() { emit "$1"; discard "$T"; exit 1; }
# Say of a step why it will not be allowed to write. What is not there yet says nothing.
may_set() { # step, attribute
  [ -e "$R$2" ] && [ ! -w "$R$2" ] || return 0
  emit "denied $1 $( { true >>"$R$2"; } 2>&1 | tr '\n' ' ')"
}
may_change() { # step, path of a file
  parent=$2
  while parent=\${parent%/*}; [ -n "$parent" ] && [ ! -e "$R$parent" ]; do :; done
  [ -w "$R$parent/" ] || emit "denied $1 $(touch -c "$R$parent/." 2>&1 | tr '\n' ' ')"
}
is_decided() { [ -n "$STOP" ] || [ -L "$T/decision.$((DECIDED + 1))" ]; }
undo_now() {
  if ! [ -L "$T/decision.$((DECIDED + 1))" ]; then add_link decision "$DECIDED" undo || :; fi
  do_undo
  exit
}
give_up() { # step, reason
  reason=$(printf '%s' "$2" | tr '\n\t' '  ')
  emit "failed $1 $reason"
  journal "reason step $1 failed: $reason" || :
  undo_now
}
# Reads back what the steps from $1 to $2 set; gives up at the first one that the kernel did not take.
read_back() {
  [ "$1" -le "$2" ] || return 0
  seen=$(attributes_wanted | awk -F '\t' -v from="$1" -v to="$2" '$2 >= from && $2 <= to' | compare_attributes)
  bad= reason=
  while IFS=' ' read -r verdict n have; do
    [ -n "$verdict" ] || continue
    case $verdict in
      differs)
        case $HW_CLAMP in
          *" $n "*) verdict=clamped ;;
          *) [ -n "$bad" ] || { bad=$n reason="the kernel holds $have instead"; }; continue ;;
        esac ;;
      absent) [ -n "$bad" ] || { bad=$n reason='the attribute is not there any more'; }; continue ;;
    esac
    journal "have $n $have" || :
    emit "$verdict $n $have"
  done <<HW_SEEN
$seen
HW_SEEN
  [ -z "$bad" ] || give_up "$bad" "$reason"
}

take_turn
case $? in 1) stop_unstarted "locked $holder $HELD" ;; 2) stop_unstarted "stopped turn $( { true >"$S/turn"; } 2>&1)" ;; esac
take_work 0 || stop_unstarted "locked $HW_ID applying"
seen=$(attributes_read | compare_attributes | grep -v '^ok ')
paths=$(check_paths)
if [ -n "$seen$paths" ]; then
  printf '%s\n' "$seen" "$paths" | while IFS= read -r line; do case $line in '') ;; 'hw '*) printf '%s\n' "$line" ;; *) emit "conflict \${line#* }" ;; esac; done
  stop_unstarted conflicted
fi
denied=$(check_access)
if [ -n "$denied" ]; then printf '%s\n' "$denied"; stop_unstarted forbidden; fi
save_before 2>"$T/error" || stop_unstarted "stopped save $(tr '\n' ' ' <"$T/error")"
if [ ! -s "$S/recover.sh" ]; then text_of_recovery | cat >"$S/.recover.$HW_ID" && to_disk "$S/.recover.$HW_ID" && mv "$S/.recover.$HW_ID" "$S/recover.sh"; fi
to_disk "$T/undo.sh" "$T/plan.json" "$T/meta" "$T/before" "$T" "$S/transactions" "$S"
emit prepared
DECIDED=0
if [ -n "$HW_CONFIRM" ]; then
  now_cs
  add_link decision 0 "until:$((NOW + HW_CONFIRM)):$BOOT" || stop_unstarted 'stopped watchdog cannot write'
  DECIDED=1
  ensure_watchdog || stop_unstarted "stopped watchdog $WHY"
  survives=no
  if [ -e /etc/systemd/system/hostwright-recover.service ] || [ -e "$S/recovery-hook" ]; then survives=yes; fi
  emit "armed $survives"
fi
journal started || stop_unstarted "stopped journal $( { printf '\n' >>"$T/journal"; } 2>&1)"
audit applying
step=1 first=1
while [ "$step" -le "$HW_STEPS" ]; do
  case $HW_DURABLE in *" $step "*) durable=1; read_back "$first" $((step - 1)); first=$((step + 1)) ;; *) durable= ;; esac
  is_decided && undo_now
  journal "begin $step" || give_up "$step" 'the journal cannot be written'
  if [ -n "$durable" ]; then to_disk "$T/journal"; fi
  emit "begun $step"
  WHY=
  "step_$step" || give_up "$step" "$WHY"
  if [ -n "$durable" ]; then emit "ok $step"; fi
  step=$((step + 1))
done
read_back "$first" "$HW_STEPS"
is_decided && undo_now
journal applied || give_up "$HW_STEPS" 'the journal cannot be written'
if [ -n "$HW_CONFIRM" ]; then
  now_cs
  add_link decision "$DECIDED" "until:$((NOW + HW_CONFIRM)):$BOOT"
  [ $? -eq 1 ] && undo_now
  emit "state awaiting-confirmation"
else
  add_link decision "$DECIDED" commit
  case $? in 1) undo_now ;; 2) give_up "$HW_STEPS" 'the decision cannot be written' ;; esac
  end_with committed
fi
rm -f "$T/bundle" "$T/error"
# The history keeps the newest transactions; those that did not end stay whatever their age.
set +f
set -- "$S"/transactions/[0-7]*
while [ $# -gt "$HW_KEEP" ]; do
  T=$1
  if has_ended; then discard "$T"; fi
  shift
done
exit 0
`
