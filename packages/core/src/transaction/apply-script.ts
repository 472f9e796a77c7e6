import { quoteShell, quoteShellWords } from '../shell-quote.ts'
import type { Plan, Read } from '../plan.ts'
import { shell } from './shell-text.ts'
import { actionScript, beforeOf, escapeText, exactRow, looksWord, stateWord, wantedRow } from './step-script.ts'
import { rowsFunction, undoScript, type UndoScriptInput } from './undo-script.ts'

/** What a bundle is made from. */
export interface BundleInput extends UndoScriptInput {
  readonly who: string | undefined
  readonly confirmWithinMs: number | undefined
  readonly keep: number
}

/**
 * The script that carries out a transaction on its host: it writes the transaction's files, takes the host, checks that the
 * host still is as the plan says, arms the watchdog, and goes through the steps. What happens it prints in lines that begin
 * with `hw `. It is started once and needs nothing further from the caller, so a lost connection does not stop it half-way.
 */
export function bundleScript(input: BundleInput): string {
  const { plan } = input
  const { head, body } = undoScript(input)
  const meta = [
    'format=1',
    `id=${input.id}`,
    `time=${input.time}`,
    `host=${escapeText(plan.host)}`,
    `domain=${escapeText(plan.domain)}`,
    `steps=${plan.steps.length}`,
  ].join('\n')
  const confirm = input.confirmWithinMs === undefined ? '' : String(Math.max(1, Math.round(input.confirmWithinMs / 10)))
  return [
    shell`
set -u
umask 077
LC_ALL=C; export LC_ALL
S=$1 R=\${2:-}
N=$S/transactions/.${input.id}.new
T=$S/transactions/${input.id}
stop_early() { printf 'hw stopped %s %s\n' "$1" "$(tr '\n' ' ' <"$N/error" 2>/dev/null)"; rm -rf "$N" "$T"; exit 1; }
text_of_undo_head() { printf '%s\n' ${quoteShell(head)}; }
text_of_undo() { printf '%s\n' ${quoteShell(body)}; }
text_of_plan() { printf '%s\n' ${quoteShell(JSON.stringify(plan))}; }
text_of_meta() { printf '%s\n' ${quoteShell(meta)}; }
{ {
  text_of_undo_head
  printf "HW_NETWORK='%s'\nHW_CONNECTION='%s'\n" "$(readlink /proc/self/ns/net 2>/dev/null | tr -cd 'a-z0-9:[]')" "$(printf '%s' "\${SSH_CONNECTION:-}" | tr -cd '0-9a-fA-F:.% ')"
  text_of_undo
} | cat >"$N/undo.sh" && text_of_plan | cat >"$N/plan.json" && mkdir "$N/before"; } 2>"$N/error" || stop_early write
HW_LIBRARY=1 HW_ROOT=$R HW_DIRECTORY=$T
. "$N/undo.sh"
{ { text_of_meta; printf 'who=%s\n' ${input.who === undefined ? '"$(who_am_i)"' : quoteShell(escapeText(input.who))}; } | cat >"$N/meta"; } 2>"$N/error" || stop_early write
{ : >"$N/journal" && mv "$N" "$T"; } 2>"$N/error" || stop_early write
N=$T`,
    `text_of_recovery() { printf '%s' ${quoteShell(recoveryScript)}; }`,
    'HW_COUNT=' + String(plan.steps.length),
    `HW_CONFIRM=${confirm}`,
    `HW_KEEP=${input.keep}`,
    checkReads(plan.reads),
    saveBefore(plan),
    ...stepFunctions(input),
    control,
  ].join('\n')
}

function checkReads(reads: readonly Read[]): string {
  const attributes = reads.flatMap((read, index) => (read.kind === 'attribute' ? [exactRow(index, read.path, read.value)] : []))
  const lines = reads.flatMap((read, index) => {
    if (read.kind === 'attribute') return []
    if (read.kind === 'output') {
      return [
        `  [ "$({ ${quoteShellWords(read.argv)}; printf '%s' "x$?"; } 2>/dev/null </dev/null)" = ${quoteShell(`${read.stdout}x${read.exitCode}`)} ] || emit 'conflict ${index}'`,
      ]
    }
    const looks = looksWord(read.state)
    const looksCheck = looks === '' ? '' : ` && [ "$(looks_of "$R"${quoteShell(read.path)})" = ${quoteShell(looks)} ]`
    return [`  { holds "$R"${quoteShell(read.path)} ${quoteShell(stateWord(read.state))}${looksCheck}; } || emit 'conflict ${index}'`]
  })
  return `${rowsFunction('attributes_read', attributes)}\ncheck_paths() {\n  :\n${lines.map((line) => `${line}\n`).join('')}}`
}

function saveBefore(plan: Plan): string {
  const before = beforeOf(plan)
  const lines = plan.steps.flatMap((step, index) => {
    const { action } = step
    if (action.kind !== 'write' && action.kind !== 'remove' && action.kind !== 'link') return []
    return before.paths.get(action.path)?.type === 'file'
      ? [`  cp -a "$R"${quoteShell(action.path)} "$T/before/${index + 1}" && to_disk "$T/before/${index + 1}" || return 1`]
      : []
  })
  return `save_before() {\n  :\n${lines.map((line) => `${line}\n`).join('')}}`
}

function stepFunctions(input: BundleInput): readonly string[] {
  const before = beforeOf(input.plan)
  const durable: number[] = []
  const functions = input.plan.steps.map((step, index) => {
    const number = index + 1
    const { action } = step
    if (action.kind !== 'set') durable.push(number)
    const was = 'path' in action ? before.paths.get(action.path) : undefined
    const directories = (input.createdDirectories.get(number) ?? []).map((path) => `make_directory ${quoteShell(path)} && `)
    return `step_${number}() { ${directories.join('')}{ ${actionScript(String(number), action, was)}; }; }`
  })
  const rows = input.plan.steps.flatMap((step, index) =>
    step.action.kind === 'set' && step.action.readBack !== 'none' ? [wantedRow(index + 1, step.action)] : [],
  )
  const clamp = input.plan.steps.flatMap((step, index) => (step.action.kind === 'set' && step.action.onClamp === 'accept' ? [String(index + 1)] : []))
  return [...functions, `HW_DURABLE=' ${durable.join(' ')} '`, `HW_CLAMP=' ${clamp.join(' ')} '`, rowsFunction('attributes_wanted', rows)]
}

const control: string = shell`
trap '' HUP PIPE INT QUIT
trap 'STOP=1' TERM
stop_unstarted() { emit "$1"; rm -rf "$T"; exit 1; }
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
case $? in 1) stop_unstarted "locked $holder $HELD" ;; 2) stop_unstarted "stopped turn $(: 2>&1 >"$S/turn")" ;; esac
take_work 0 || stop_unstarted "locked $HW_ID applying"
seen=$(attributes_read | compare_attributes | grep -v '^ok ')
paths=$(check_paths)
if [ -n "$seen$paths" ]; then
  printf '%s\n' "$seen" "$paths" | while IFS= read -r line; do case $line in '') ;; 'hw '*) printf '%s\n' "$line" ;; *) emit "conflict \${line#* }" ;; esac; done
  stop_unstarted conflicted
fi
save_before 2>"$T/error" || stop_unstarted "stopped save $(tr '\n' ' ' <"$T/error")"
if [ ! -f "$S/recover.sh" ]; then text_of_recovery | cat >"$S/.recover.$HW_ID" && mv "$S/.recover.$HW_ID" "$S/recover.sh"; fi
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
to_disk "$T/journal"
audit applying
step=1 first=1
while [ "$step" -le "$HW_COUNT" ]; do
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
read_back "$first" "$HW_COUNT"
is_decided && undo_now
journal applied || give_up "$HW_COUNT" 'the journal cannot be written'
to_disk "$T/journal"
if [ -n "$HW_CONFIRM" ]; then
  now_cs
  add_link decision "$DECIDED" "until:$((NOW + HW_CONFIRM)):$BOOT"
  [ $? -eq 1 ] && undo_now
  emit "state awaiting-confirmation"
else
  add_link decision "$DECIDED" commit
  case $? in 1) undo_now ;; 2) give_up "$HW_COUNT" 'the decision cannot be written' ;; esac
  end_with committed
fi
rm -f "$T/bundle" "$T/error"
# The history keeps the newest transactions; those that did not end stay whatever their age.
extra=$(($(ls "$S/transactions" | wc -l) - HW_KEEP))
if [ "$extra" -gt 0 ]; then
  for name in $(ls "$S/transactions" | head -n "$extra"); do T=$S/transactions/$name; if has_ended; then rm -rf "$T"; fi; done
fi
exit 0
`

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
