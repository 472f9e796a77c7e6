import {
  findCommandWords,
  HostwrightError,
  isHostwrightError,
  parseCommandLine,
  renderHelp,
  unknownCommand,
  type CommandCatalogue,
  type GlobalValues,
  type ParsedCommandLine,
} from '@hostwright/core'
import { writeResult } from './document.ts'
import { exitCodeFor, exitCodes } from './exit-code.ts'
import { hintFor } from './follow-up.ts'
import { errorDocument, renderError } from './render/error.ts'
import { columnsOf, paint, wantsColor, type Style } from './render/style.ts'
import { builtInProgram, withPlugins, type Program } from './program.ts'
import type { Output, Terminal } from './terminal.ts'
import { readVersion } from './version.ts'

/**
 * Runs one command line and returns its exit code. Everything that goes wrong is told on the terminal; nothing is thrown.
 * Reads no global state and changes none, so that it can run in tests and in other programs.
 */
export async function runCommandLine(argv: readonly string[], terminal: Terminal, signal: AbortSignal, base: Program = builtInProgram): Promise<number> {
  if (argv[0] === '__complete') {
    const { runCompletion } = await import('./complete.ts')
    const words = argv.slice(argv[1] === '--' ? 2 : 1)
    // The last word is not finished, so it names no configuration yet; one that cannot be read has no commands to offer.
    const program = withPlugins(base, words.slice(0, -1), terminal.cwd)
    return runCompletion(words, { program, terminal, signal })
      .catch(() => runCompletion(words, { program: base, terminal, signal }))
      .catch(() => exitCodes.failed)
  }
  let parsed: ParsedCommandLine | undefined
  let catalogue: CommandCatalogue | undefined
  const known: { command: string; host?: string } = { command: '' }
  try {
    const program = withPlugins(base, argv, terminal.cwd)
    catalogue = await program.catalogue()
    known.command = findCommandWords(catalogue, argv).names.join(' ')
    parsed = parseCommandLine(catalogue, argv)
    const { command, globals } = parsed
    if (globals.version) {
      terminal.stdout.write(`${readVersion()}\n`)
      return exitCodes.done
    }
    if (globals.help || (command === undefined && parsed.words.length === 0)) return showHelp(catalogue, parsed, terminal)
    if (command === undefined) throw incomplete(catalogue, parsed.words)
    const { execute } = await import('./execute.ts')
    const outcome = await execute(
      { program, argv, catalogue, parsed, command, terminal, signal, style: styleFor(terminal.stdout, terminal, globals) },
      (label) => {
        known.host = label
      },
    )
    if (globals.json) writeResult(terminal, { ok: true, ...known, exitCode: outcome.exitCode, data: outcome.data })
    return outcome.exitCode
  } catch (cause) {
    const error = catalogue !== undefined && parsed !== undefined ? leadingBack(cause, catalogue, parsed.globals) : cause
    return fail(error, argv, parsed?.globals, { ...known, exitCode: cancelled(error, signal) ? exitCodes.cancelled : exitCodeFor(error) }, terminal)
  }
}

/** How to draw on an output of the terminal. */
export function styleFor(output: Output, terminal: Terminal, globals: Pick<GlobalValues, 'color'>): Style {
  return { columns: columnsOf(output.columns, terminal.env), color: wantsColor(globals.color, output.isTerminal, terminal.env) }
}

/** The width of text that is read as a page: 80 where nothing says otherwise, and never much more. */
export function pageColumns(style: Style): number {
  return style.columns === Infinity ? 80 : Math.min(style.columns, 100)
}

function showHelp(catalogue: CommandCatalogue, parsed: ParsedCommandLine, terminal: Terminal): number {
  const style = styleFor(terminal.stdout, terminal, parsed.globals)
  terminal.stdout.write(renderHelp(catalogue, parsed.words, { columns: pageColumns(style), heading: (text) => paint(style, text, 'strong') }))
  return exitCodes.done
}

function incomplete(catalogue: CommandCatalogue, words: readonly string[]): HostwrightError {
  const { hint, data } = unknownCommand(catalogue, words, '')
  const known = data?.['allowed'] as readonly string[]
  return new HostwrightError('INVALID_INPUT', `\`${words.join(' ')}\` needs a further word: ${known.join(', ')}`, {
    subject: words.join(' '),
    data: { allowed: known },
    ...(hint === undefined ? {} : { hint }),
  })
}

/** The error with a hint that works on the same host when it is typed. */
function leadingBack(error: unknown, catalogue: CommandCatalogue, globals: GlobalValues): unknown {
  if (!isHostwrightError(error) || error.hint === undefined) return error
  const hint = hintFor(catalogue, globals, error.hint)
  if (hint === error.hint) return error
  const { code, message, subject, data, cause } = error
  return new HostwrightError(code, message, {
    hint,
    ...(subject === undefined ? {} : { subject }),
    ...(data === undefined ? {} : { data }),
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A step that failed because it was told to stop is no failure. */
function cancelled(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && isHostwrightError(error, 'APPLY_FAILED')
}

function fail(
  error: unknown,
  argv: readonly string[],
  globals: GlobalValues | undefined,
  known: { readonly command: string; readonly host?: string; readonly exitCode: number },
  terminal: Terminal,
): number {
  const { exitCode } = known
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  if (globals?.json ?? own.includes('--json')) {
    writeResult(terminal, { ok: false, ...known, error: errorDocument(error) })
    return exitCode
  }
  const style = styleFor(terminal.stderr, terminal, { color: globals?.color ?? 'auto' })
  terminal.stderr.write(`${renderError(error, style, globals?.verbose ?? own.includes('--verbose')).join('\n')}\n`)
  return exitCode
}
