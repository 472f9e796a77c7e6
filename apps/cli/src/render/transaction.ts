import { formatDuration, type Plan, type TransactionEvent } from '@hostwright/core'
import { plain } from './plain.ts'
import { paint, type Style } from './style.ts'

/** How the course of a transaction is told. */
export interface TransactionOptions {
  /** A line for each step rather than for what is remarkable only. */
  readonly everyStep: boolean
}

/** The lines that an event of a transaction adds to what is told of it; `elapsedMs` is the time since its begin. */
export function renderTransactionEvent(event: TransactionEvent, plan: Plan, style: Style, options: TransactionOptions, elapsedMs: number): string[] {
  const good = paint(style, '✔', 'good')
  const warn = paint(style, '▲', 'warn')
  const bad = paint(style, '✖', 'bad')
  const summary = (step: number): string => plain(plan.steps[step - 1]?.summary ?? `step ${step}`)
  switch (event.type) {
    case 'prepared':
      return [`${good} undo.sh written (${plain(event.directory)}/undo.sh)`]
    case 'armed':
      return [`${good} watchdog armed${event.survivesReboot ? '' : '; without a recovery unit it does not survive a reboot'}`]
    case 'step-done':
      if (event.clamped === true) return [`${warn} ${summary(event.step)}: the kernel holds ${plain(event.have ?? '')}`]
      return options.everyStep ? [`${good} ${summary(event.step)}`] : []
    case 'step-failed':
      // The error that follows says it again.
      return options.everyStep ? [`${bad} ${summary(event.step)}: ${plain(event.message)}`] : []
    case 'step-undone':
      return options.everyStep ? [`${good} undone: ${summary(event.step)}`] : []
    case 'step-left':
      return [`${bad} not undone: ${summary(event.step)}: ${plain(event.message)}`]
    case 'finished':
      if (event.state !== 'committed' && event.state !== 'awaiting-confirmation') return []
      return [`${good} ${plan.steps.length} of ${plan.steps.length} steps${paint(style, `   ${(elapsedMs / 1000).toFixed(2)} s`, 'dim')}`]
    case 'step-begun':
      return []
  }
}

/** What to do while a transaction waits. */
export function renderWaiting(withinMs: number, command: string): string {
  return `Waiting for confirmation: run \`${command}\` from a new connection within ${formatDuration(Math.max(1000, Math.floor(withinMs / 1000) * 1000))}, or everything is put back.`
}
