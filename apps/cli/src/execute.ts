import { HostwrightError, validateInput, type AnyOperation, type Command, type CommandCatalogue, type ParsedCommandLine } from '@hostwright/core'
import type { SpanningContext, SpanningOperation } from './context.ts'
import { openHost } from './host-address.ts'
import { writeEvent } from './document.ts'
import type { Outcome } from './invocation.ts'
import { spanningLoaders } from './operations/index.ts'
import type { Program } from './program.ts'
import { progressReporter } from './query.ts'
import type { Style } from './render/style.ts'
import { pageColumns } from './run.ts'
import type { Terminal } from './terminal.ts'
import { readVersion } from './version.ts'

/** A command line that is about to be done. */
export interface Execution {
  readonly program: Program
  readonly argv: readonly string[]
  readonly catalogue: CommandCatalogue
  readonly parsed: ParsedCommandLine
  readonly command: Command
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly style: Style
}

/** Finds the operation, checks its input, opens the host and runs it. `onHost` learns the host's label. */
export async function execute(execution: Execution, onHost: (label: string) => void): Promise<Outcome> {
  const { program, command, parsed, terminal, signal } = execution
  const { globals } = parsed
  const { operation, spanning } = await findOperation(program, command)
  const input = validateInput(operation, command, parsed.input)
  if (globals.confirmMs !== undefined && command.kind === 'query') {
    throw new HostwrightError('INVALID_INPUT', `\`${command.name}\` changes nothing, so there is nothing to confirm`, { subject: '--confirm' })
  }
  await using open = await openHost(spanning?.offline === true ? [] : globals.host, { cwd: terminal.cwd, signal })
  const { host } = open
  if (spanning?.offline !== true) onHost(host.label)
  const progress = progressReporter({ terminal })
  const lines = globals.json && command.kind === 'change'
  const context = makeContext({ ...execution, globals }, host, lines ? (event) => writeEvent(terminal, event) : progress.report)
  const invocation = {
    argv: execution.argv,
    command,
    operation,
    ...(spanning === undefined ? {} : { spanning }),
    input,
    globals,
    context,
    terminal: clearing(terminal, progress.clear),
    style: execution.style,
  }
  try {
    if (command.kind === 'query') {
      const { runQuery } = await import('./query.ts')
      return await unlessAborted(runQuery(invocation), signal)
    }
    const { runChange } = await import('./change.ts')
    return await runChange(invocation)
  } finally {
    progress.clear()
  }
}

/** The values that a field of an operation can have, for completion. */
export async function completeField(
  execution: Pick<Execution, 'program' | 'catalogue' | 'command' | 'terminal' | 'signal'> & { readonly globals: ParsedCommandLine['globals'] | undefined },
  field: string,
  typed: string,
): Promise<readonly string[]> {
  const { operation, spanning } = await findOperation(execution.program, execution.command)
  const { terminal, signal, globals } = execution
  await using open = await openHost(spanning?.offline === true ? [] : (globals?.host ?? []), { cwd: terminal.cwd, signal })
  const context = makeContext({ ...execution, globals }, open.host)
  return (await operation.complete?.(context, field, typed)) ?? []
}

async function findOperation(program: Program, command: Command): Promise<{ operation: AnyOperation; spanning?: SpanningOperation }> {
  if (command.domain === '') {
    const spanning = await spanningLoaders[command.name]?.()
    if (spanning === undefined) throw new TypeError(`no operation is called \`${command.name}\``)
    return { operation: spanning.operation, spanning }
  }
  const operation = await program.operation(command.domain, command.name)
  if (operation === undefined) throw new TypeError(`the domain \`${command.domain}\` has no operation \`${command.name}\``)
  return { operation }
}

function makeContext(
  execution: Pick<Execution, 'program' | 'catalogue' | 'terminal' | 'signal'> & {
    readonly globals: ParsedCommandLine['globals'] | undefined
    readonly style?: Style
  },
  host: SpanningContext['host'],
  report?: SpanningContext['report'],
): SpanningContext {
  const { program, catalogue, terminal, signal, globals, style } = execution
  const { config, stateDirectory } = globals ?? {}
  return {
    host,
    signal,
    ...(report === undefined ? {} : { report }),
    catalogue,
    version: readVersion(),
    columns: style === undefined ? 80 : pageColumns(style),
    cwd: terminal.cwd,
    ...(config === undefined ? {} : { configFile: config }),
    ...(stateDirectory === undefined ? {} : { stateDirectory }),
    ...(host.kind === 'local' ? { directory: terminal.cwd } : {}),
    domains: () => program.domains(),
  }
}

/** Reading can be left at any time; what does not heed the signal is not waited for. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(new HostwrightError('ABORTED', 'cancelled'))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
    aborted.promise.catch(() => undefined)
  }
}

/** The terminal, with the line of progress taken away before anything else is written. */
function clearing(terminal: Terminal, clear: () => void): Terminal {
  const { stdout } = terminal
  return {
    ...terminal,
    stdout: {
      isTerminal: stdout.isTerminal,
      columns: stdout.columns,
      write(text) {
        clear()
        stdout.write(text)
      },
    },
  }
}
