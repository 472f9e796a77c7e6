import type { PathState, Plan, Step } from '../plan.ts'
import { quoteShell, quoteShellWords } from '../shell-quote.ts'
import { engine } from './engine.ts'
import { actionScript, beforeOf, exactRow, looksWord, stateAfter, stateWord, takenRow, wantedRow, writableValue, type Before } from './step-script.ts'

/** What an undo script is made from. */
export interface UndoScriptInput {
  readonly id: string
  readonly plan: Plan
  readonly prefix: readonly string[]
  /** Where the host's `/` lies for its commands; empty for most. */
  readonly root: string
  readonly time: string
  /** Parent directories that step N creates, outermost first. */
  readonly createdDirectories: ReadonlyMap<number, readonly string[]>
}

/**
 * The text of `undo.sh`: a head for people, the data of this transaction, and the engine. The bundle adds, between head and
 * data, what is only known on the host: `HW_PLACE` and `HW_CONNECTION`.
 */
export function undoScript(input: UndoScriptInput): { readonly head: string; readonly body: string } {
  const { plan } = input
  const before = beforeOf(plan)
  const steps = plan.steps.map((step, index) => undoFunction(step, index + 1, before, input.createdDirectories.get(index + 1) ?? []))
  const fileSteps = plan.steps.flatMap((step, index) => (['write', 'remove', 'link'].includes(step.action.kind) ? [String(index + 1)] : []))
  const head = [
    '#!/bin/sh',
    `# Hostwright transaction ${input.id}, ${input.time}: ${plan.steps.length} steps (${oneLine(plan.domain)}) on ${oneLine(plan.host)}.`,
    '# Puts everything back that this transaction changed, newest step first. It needs a POSIX shell and the usual file commands.',
    '#   sh undo.sh              put everything back; may be repeated',
    '#   sh undo.sh rollback     the same, but only if nobody has changed these things since',
    '#   sh undo.sh confirm      keep the changes of a transaction that waits for confirmation',
    '#   sh undo.sh status       say how it stands',
    '#   sh undo.sh --root DIR   put files back in a system that is mounted at DIR',
    `HW_ID=${input.id}`,
    `HW_ROOT_DEFAULT=${quoteShell(input.root)}`,
    `HW_PREFIX=${quoteShell(quoteShellWords(input.prefix))}`,
    `HW_STEPS=${plan.steps.length}`,
    `HW_FILE_STEPS='${fileSteps.join(' ')}'`,
  ].join('\n')
  const body = [
    engine.trim(),
    '',
    ...steps,
    rowsFunction('attributes_before', attributesBefore(plan, before)),
    rowsFunction('attributes_after', attributesAfter(plan)),
    pathsAfter(plan),
    removeTemporaries(plan),
    '[ -n "${HW_LIBRARY:-}" ] || main "$@"',
  ].join('\n')
  return { head, body }
}

function undoFunction(step: Step, number: number, before: Before, directories: readonly string[]): string {
  const removals = directories.toReversed().map((path) => `remove_directory ${quoteShell(path)}`)
  const lines = [...undoLines(step, number, before).map((line) => `${line} || F=1`), ...removals]
  return `# ${number}: ${oneLine(step.summary)}\nundo_${number}() {\n  F=0\n${lines.map((line) => `  ${line}\n`).join('')}  return $F\n}`
}

function undoLines(step: Step, number: number, before: Before): readonly string[] {
  const { action, undo } = step
  if (undo.kind === 'none') return [`{ WHY=${quoteShell(`irreversible: ${oneLine(undo.reason)}`)}; false; }`]
  if (undo.kind === 'actions') return undo.actions.map((each, index) => `{ ${actionScript(`${number}u${index}`, each, undefined)}; }`)
  if (action.kind === 'set') {
    const paths = [...(undo.instead ?? [action.path]), ...(undo.also ?? [])]
    return paths.flatMap((path) => {
      const value = before.attributes.get(path)
      return value === null || value === undefined ? [] : [`restore_attribute ${quoteShell(path)} ${quoteShell(writableValue(value))}`]
    })
  }
  if (action.kind === 'run') return []
  const was = before.paths.get(action.path) ?? { type: 'absent' }
  const after = stateAfter(action) ?? { type: 'absent' }
  return [restorePath(number, action.path, was, after)]
}

function restorePath(number: number, path: string, was: PathState, after: PathState): string {
  const owner = was.type === 'directory' ? ` ${was.mode.toString(8).padStart(4, '0')} ${was.uid}:${was.gid}` : ''
  return `restore_path ${number} ${[path, stateWord(was), looksWord(was), stateWord(after)].map((word) => quoteShell(word)).join(' ')}${owner}`
}

function attributesBefore(plan: Plan, before: Before): readonly string[] {
  const first = new Map<string, number>()
  plan.steps.forEach((step, index) => {
    if (step.action.kind !== 'set' || step.undo.kind === 'none') return
    const further = step.undo.kind === 'restore' ? [...(step.undo.also ?? []), ...(step.undo.instead ?? [])] : []
    for (const path of [step.action.path, ...further]) if (!first.has(path)) first.set(path, index + 1)
  })
  return [...first].flatMap(([path, number]) => {
    const value = before.attributes.get(path)
    return value === undefined || value === null ? [] : [exactRow(number, path, value)]
  })
}

function attributesAfter(plan: Plan): readonly string[] {
  const last = new Map<string, string>()
  plan.steps.forEach((step, index) => {
    if (step.action.kind !== 'set') return
    if (step.action.readBack === 'none') last.delete(step.action.path)
    else if (step.action.onClamp === 'accept') last.set(step.action.path, takenRow(index + 1, step.action))
    else last.set(step.action.path, wantedRow(index + 1, step.action))
  })
  return [...last.values()]
}

function pathsAfter(plan: Plan): string {
  const last = new Map<string, PathState>()
  for (const step of plan.steps) {
    const after = stateAfter(step.action)
    if (after !== undefined && 'path' in step.action) last.set(step.action.path, after)
  }
  const lines = [...last].map(([path, state]) => `  holds "$R"${quoteShell(path)} ${quoteShell(stateWord(state))} || printf 'path %s\\n' ${quoteShell(path)}`)
  return `paths_after() {\n  :\n${lines.map((line) => `${line}\n`).join('')}}`
}

function removeTemporaries(plan: Plan): string {
  const lines = plan.steps.flatMap((step, index) =>
    step.action.kind === 'write' || step.action.kind === 'link' ? [`  rm -f "$(temporary "$R"${quoteShell(step.action.path)} ${index + 1})" 2>/dev/null`] : [],
  )
  return `remove_temporaries() {\n  :\n${lines.map((line) => `${line}\n`).join('')}}`
}

/** A function that prints rows, one a line. */
export function rowsFunction(name: string, rows: readonly string[]): string {
  return rows.length === 0 ? `${name}() { :; }` : `${name}() {\n  printf '%s\\n' ${rows.map((row) => quoteShell(row)).join(' \\\n    ')}\n}`
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f]+/gu, ' ')
}
