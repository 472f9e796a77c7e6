import { applyPlan, HostwrightError, quoteArgument, type GlobalValues, type Plan, type TransactionEvent } from '@hostwright/core'
import { writeEvent } from './document.ts'
import { exitCodes } from './exit-code.ts'
import { followUp } from './follow-up.ts'
import type { ChangeDocument } from './operations/document.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { showOutput, runQuery } from './query.ts'
import { renderPlan } from './render/plan.ts'
import { renderTransactionEvent, renderWaiting } from './render/transaction.ts'
import { renderView } from './render/view.ts'

/** Runs an operation that changes the host: shows its plan, and applies it unless it is only to be shown. */
export async function runChange(invocation: Invocation): Promise<Outcome> {
  const { operation, globals, context, input } = invocation
  if (operation.kind !== 'change' || operation.changes?.(input) === false) return runQuery(invocation)
  if (operation.plan === undefined) return runDirectly(invocation)
  const plan = await operation.plan(context, input)
  showPlan(invocation, plan)
  if (globals.check) return { exitCode: plan.steps.length > 0 ? exitCodes.pending : exitCodes.done, data: { plan, applied: false } }
  if (globals.dryRun || plan.steps.length === 0) return { exitCode: exitCodes.done, data: { plan, applied: false } }
  refuseUnlessPermitted(plan, globals)
  return apply(invocation, plan)
}

/** An operation without a plan: it undoes by itself what it does, or it ends a transaction. */
async function runDirectly(invocation: Invocation): Promise<Outcome> {
  const { operation, spanning, command, globals, context, input, terminal, style } = invocation
  if (globals.confirmMs !== undefined) {
    throw new HostwrightError('INVALID_INPUT', `\`${command.name}\` makes no change that could await a confirmation`, { subject: '--confirm' })
  }
  if (globals.check) throw new HostwrightError('INVALID_INPUT', `\`${command.name}\` has nothing that --check could find pending`, { subject: '--check' })
  if (globals.dryRun) {
    if (spanning?.preview === undefined)
      throw new HostwrightError('INVALID_INPUT', `\`${command.name}\` has no plan that could be shown beforehand`, { subject: '--dry-run' })
    const view = await spanning.preview(context, input)
    if (!globals.json) terminal.stdout.write(`${renderView(view, style, { program: context.catalogue.program }).join('\n')}\n`)
    return { exitCode: exitCodes.done, data: { preview: view } }
  }
  const output: unknown = await operation.run?.(context, input)
  showOutput(invocation, output)
  return { exitCode: exitCodes.done, data: output }
}

function showPlan({ globals, terminal, style, context, argv }: Invocation, plan: Plan): void {
  if (globals.json) return
  const lines = renderPlan(plan, style, { explain: globals.explain })
  if (globals.dryRun && plan.steps.length > 0) lines.push(`Apply with: ${applyCommand(context.catalogue.program, argv)}`)
  terminal.stdout.write(`${lines.join('\n')}\n`)
}

/** What cannot be taken back is not done by accident: it needs `--yes`. */
function refuseUnlessPermitted(plan: Plan, globals: GlobalValues): void {
  if (globals.yes) return
  const grave = plan.steps.filter(({ risk, undo }) => risk === 'destructive' || undo.kind === 'none')
  if (grave.length === 0) return
  const [first] = grave
  const what = first?.undo.kind === 'none' ? 'cannot be undone' : 'is destructive'
  const more = grave.length === 1 ? '' : ` (and ${grave.length - 1} more)`
  throw new HostwrightError('INVALID_INPUT', `\`${first?.summary ?? ''}\` ${what}${more}; nothing was changed`, {
    subject: first?.id ?? '',
    hint: 'Give --yes to permit it.',
    data: { steps: grave.map(({ id }) => id) },
  })
}

async function apply(invocation: Invocation, plan: Plan): Promise<Outcome> {
  const { globals, context, terminal, style } = invocation
  const confirmCommand = followUp(context.catalogue.program, { ...globals, config: undefined }, ['confirm'])
  const begin = performance.now()
  const options = {
    allowIrreversible: globals.yes,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
    ...(globals.confirmMs === undefined ? {} : { confirmWithinMs: globals.confirmMs }),
    ...(context.stateDirectory === undefined ? {} : { stateDirectory: context.stateDirectory }),
  }
  let finished: Extract<TransactionEvent, { type: 'finished' }> | undefined
  for await (const event of applyPlan(context.host, plan, options)) {
    if (event.type === 'finished') finished = event
    if (globals.json) writeEvent(terminal, event)
    else {
      showProgress(invocation, plan, event)
      const lines = renderTransactionEvent(event, plan, style, { everyStep: globals.explain || globals.verbose }, performance.now() - begin)
      if (lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`)
    }
  }
  if (finished?.state === 'awaiting-confirmation' && !globals.json) terminal.stdout.write(`${renderWaiting(globals.confirmMs ?? 0, confirmCommand)}\n`)
  if (finished === undefined) throw new TypeError('a plan was applied, and nothing was said of how it ended')
  const { transaction, state, left } = finished
  const data: ChangeDocument = { plan, applied: true, transaction, state, left }
  return { exitCode: exitCodes.done, data }
}

function showProgress({ context }: Invocation, plan: Plan, event: TransactionEvent): void {
  if (event.type !== 'step-begun') return
  context.report?.({
    type: 'progress',
    seq: event.seq,
    time: event.time,
    message: event.summary,
    done: event.step,
    total: plan.steps.length,
    unit: 'steps',
  } as never)
}

/** The same command, to be applied. */
function applyCommand(program: string, argv: readonly string[]): string {
  const kept = argv.filter((token) => token !== '--dry-run' && token !== '-n')
  const end = kept.indexOf('--')
  const confirm = kept.some((token) => token.startsWith('--confirm')) ? [] : ['--confirm', '60s']
  const whole = end === -1 ? [...kept, ...confirm] : [...kept.slice(0, end), ...confirm, ...kept.slice(end)]
  return [program, ...whole].map(quoteArgument).join(' ')
}
