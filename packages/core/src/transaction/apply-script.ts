import { quoteShell, quoteShellWords } from '../shell-quote.ts'
import type { Plan, Read } from '../plan.ts'
import { applyingScript } from './script/applying.ts'
import { placeScript } from './script/processes.ts'
import { recoveryScript } from './script/recovery.ts'
import { shell } from './script/shell-text.ts'
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
${placeScript.trim()}
find_place
text_of_undo_head() { printf '%s\n' ${quoteShell(head)}; }
text_of_undo() { printf '%s\n' ${quoteShell(body)}; }
text_of_plan() { printf '%s\n' ${quoteShell(JSON.stringify(plan))}; }
text_of_meta() { printf '%s\n' ${quoteShell(meta)}; }
{ {
  text_of_undo_head
  printf "HW_PLACE='%s'\nHW_CONNECTION='%s'\n" "$PLACE" "$(printf '%s' "\${SSH_CONNECTION:-}" | tr -cd '0-9a-fA-F:.% ')"
  text_of_undo
} | cat >"$N/undo.sh" && text_of_plan | cat >"$N/plan.json" && mkdir "$N/before"; } 2>"$N/error" || stop_early write
HW_LIBRARY=1 HW_ROOT=$R HW_DIRECTORY=$T
. "$N/undo.sh"
find_who
{ { text_of_meta; printf 'who=%s\n' ${input.who === undefined ? '"$WHO"' : quoteShell(escapeText(input.who))}; } | cat >"$N/meta"; } 2>"$N/error" || stop_early write
{ true >"$N/journal" && mv "$N" "$T"; } 2>"$N/error" || stop_early write
N=$T`,
    `text_of_recovery() { printf '%s' ${quoteShell(recoveryScript)}; }`,
    `HW_CONFIRM=${confirm}`,
    `HW_KEEP=${input.keep}`,
    checkReads(plan.reads),
    checkAccess(plan),
    saveBefore(plan),
    ...stepFunctions(input),
    applyingScript,
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

/** Whether the steps may write what they are to write, as far as that can be told before a command of the plan has run. */
function checkAccess(plan: Plan): string {
  const end = plan.steps.findIndex(({ action }) => action.kind === 'run')
  const lines = plan.steps
    .slice(0, end === -1 ? undefined : end)
    .flatMap(({ action }, index) => ('path' in action ? [`  may_${action.kind === 'set' ? 'set' : 'change'} ${index + 1} ${quoteShell(action.path)}`] : []))
  return `check_access() {\n  :\n${lines.map((line) => `${line}\n`).join('')}}`
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
