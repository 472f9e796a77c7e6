import { HostwrightError } from '../errors.ts'
import type { Action, Plan } from '../plan.ts'
import type { ApplyOptions } from './transaction.ts'

/**
 * Refuses what cannot be applied before anything is started.
 *
 * @throws INVALID_INPUT with the step concerned
 */
export function checkPlan(plan: Plan, options: ApplyOptions): void {
  if (plan.version !== 1)
    throw new HostwrightError('INVALID_INPUT', `this plan has version ${String(plan.version)}, and only version 1 is known`, {
      hint: 'Make the plan again with this release.',
    })
  if (options.confirmWithinMs !== undefined && !(options.confirmWithinMs >= 1000 && options.confirmWithinMs <= 7 * 86_400_000)) {
    throw new HostwrightError('INVALID_INPUT', `a confirmation can be awaited for 1 second to 7 days, not ${options.confirmWithinMs} ms`)
  }
  const attributes = new Set(plan.reads.flatMap((read) => (read.kind === 'attribute' ? [read.path] : [])))
  const paths = new Set(plan.reads.flatMap((read) => (read.kind === 'path' ? [read.path] : [])))
  for (const step of plan.steps) {
    const refuse = (problem: string, hint?: string): never => {
      throw new HostwrightError('INVALID_INPUT', `step \`${step.summary}\`: ${problem}`, { subject: step.id, ...(hint === undefined ? {} : { hint }) })
    }
    if (step.undo.kind === 'none' && options.allowIrreversible !== true) {
      refuse(
        `it cannot be undone (${step.undo.reason}), and irreversible steps were not allowed`,
        'Leave the step out, or allow irreversible steps explicitly.',
      )
    }
    for (const action of [step.action, ...(step.undo.kind === 'actions' ? step.undo.actions : [])]) checkAction(action, refuse)
    if (step.undo.kind !== 'restore') continue
    const { action } = step
    if (action.kind === 'run') refuse('a command needs an undo of its own, or a reason why it has none')
    if (action.kind === 'set') {
      for (const path of [...(step.undo.instead ?? [action.path]), ...(step.undo.also ?? [])]) {
        if (!attributes.has(path)) refuse(`the plan does not say what ${path} held before, so it could not be put back`)
      }
    } else if (action.kind !== 'run' && !paths.has(action.path)) refuse(`the plan does not say what was at ${action.path} before, so it could not be put back`)
  }
}

function checkAction(action: Action, refuse: (problem: string) => never): void {
  if (action.kind === 'run') {
    if (action.argv.length === 0 || action.argv[0] === '') refuse('the command is empty')
    if (Object.keys(action.env ?? {}).some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name))) refuse('the name of an environment variable is not valid')
    return
  }
  if (!action.path.startsWith('/') || action.path.split('/').includes('..'))
    refuse(`the path ${JSON.stringify(action.path)} is not absolute, or contains \`..\``)
  if (action.path.includes('\0')) refuse('a path cannot hold a NUL byte')
  if (action.kind === 'set') {
    if (/[\t\n\\]/u.test(action.path)) refuse('the path of an attribute cannot hold a tab, newline or backslash')
    if (/[\n\0]/u.test(action.value)) refuse('the value of an attribute is a single line')
  } else if (action.path.endsWith('/')) refuse('the path ends in `/`')
}
