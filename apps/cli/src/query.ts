import { defaultView, HostwrightError, type OperationContext } from '@hostwright/core'
import { exitCodes } from './exit-code.ts'
import { followUp, placeWords } from './follow-up.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { plain } from './render/plain.ts'
import { renderView } from './render/view.ts'

/** Runs an operation that only reads, and shows what it gives. */
export async function runQuery(invocation: Invocation): Promise<Outcome> {
  const { operation, command, globals, context, input } = invocation
  if (globals.check && operation.pending === undefined) {
    throw new HostwrightError('INVALID_INPUT', `\`${command.name}\` has nothing that --check could find pending`, { subject: '--check' })
  }
  const output = await operation.run?.(context, input)
  showOutput(invocation, output)
  return { exitCode: globals.check && operation.pending?.(output) === true ? exitCodes.pending : exitCodes.done, data: output }
}

/** Shows the output of an operation to a person. */
export function showOutput({ operation, spanning, globals, terminal, style, input, context }: Invocation, output: unknown): void {
  if (globals.json) return
  if (spanning?.verbatim === true) {
    terminal.stdout.write((output as { readonly text: string }).text)
    return
  }
  const view = operation.view?.(output, input) ?? defaultView(output)
  const lines = renderView(view, style, {
    program: context.catalogue.program,
    place: placeWords({ ...globals, config: undefined }),
    verbose: globals.verbose,
    explain: globals.explain,
  })
  const next = spanning?.next?.(output)
  if (next !== undefined) lines.push(`${next.text}: ${followUp(context.catalogue.program, globals, next.words)}`)
  if (lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`)
}

/** Takes progress: a line of its own on a terminal's standard error, that the next one overwrites. */
export function progressReporter({ terminal }: Pick<Invocation, 'terminal'>): {
  readonly report: NonNullable<OperationContext['report']>
  readonly clear: () => void
} {
  let shown = false
  const write = (text: string): void => terminal.stderr.write(`\r\u001b[K${text}`)
  return {
    report(event) {
      if (!terminal.stderr.isTerminal || !('message' in event) || typeof event.message !== 'string') return
      const { done, total } = event as { readonly done?: number; readonly total?: number }
      const count = done === undefined ? '' : total === undefined ? `${done} ` : `${done}/${total} `
      write(plain(`${count}${event.message}`).slice(0, Math.max(20, (terminal.stderr.columns ?? 80) - 1)))
      shown = true
    },
    clear() {
      if (shown) write('')
      shown = false
    },
  }
}
