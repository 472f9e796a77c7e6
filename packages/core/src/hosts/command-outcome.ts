import { decodeFileName } from '../file-name.ts'
import { HostwrightError } from '../errors.ts'
import type { RunOptions, RunResult } from '../host.ts'
import { formatCommand, plainText } from './plain-text.ts'

/** Default of `maxOutputBytes` and of a file's `maxBytes`: 64 MiB. */
export const defaultByteLimit: number = 64 * 1024 * 1024

/** How a command ended, before it is judged. */
export interface CommandEnd {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly durationMs: number
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/** Why a running command was ended. */
export type StopReason = 'TIMEOUT' | 'ABORTED' | 'OUTPUT_LIMIT'

/** Refuses a command that cannot be started: no words, an empty name, NUL bytes, a signal that is aborted already. */
export function checkCommand(argv: readonly string[], options: RunOptions): void {
  if (argv.length === 0 || argv[0] === '')
    throw new HostwrightError('INVALID_INPUT', 'a command needs at least its name', { hint: 'Give the program as the first word.' })
  for (const word of argv) if (word.includes('\0')) throw holdsNul('an argument', argv)
  if (options.cwd?.includes('\0') === true) throw holdsNul('the working directory', argv)
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (name === '' || name.includes('=') || name.includes('\0') || value?.includes('\0') === true) {
      throw new HostwrightError('INVALID_INPUT', `the environment variable \`${plainText(name)}\` is not valid`, { subject: formatCommand(argv) })
    }
  }
  if (options.signal?.aborted === true) throw stopError('ABORTED', argv, options)
}

/** The result of a command that ran; throws `COMMAND_FAILED` if it failed and `check` is not `false`. */
export function commandResult(argv: readonly string[], end: CommandEnd, options: RunOptions): RunResult {
  const { exitCode, signal, durationMs } = end
  const result: RunResult = {
    argv: [...argv],
    exitCode,
    signal,
    durationMs,
    stdout: decodeFileName(end.stdout),
    stderr: decodeFileName(end.stderr),
    stdoutBytes: end.stdout,
  }
  if (exitCode === 0 || options.check === false) return result
  throw commandFailed(result)
}

/** The error for a command that ran and failed. */
export function commandFailed(result: Omit<RunResult, 'stdoutBytes'>): HostwrightError {
  const how = result.signal === undefined ? `failed with exit code ${result.exitCode ?? 'unknown'}` : `was ended by ${result.signal}`
  const said = plainText(result.stderr.trim() === '' ? result.stdout : result.stderr)
  return new HostwrightError('COMMAND_FAILED', `\`${formatCommand(result.argv)}\` ${how}${said === '' ? '' : `: ${said}`}`, {
    subject: formatCommand(result.argv),
    data: { argv: result.argv, exitCode: result.exitCode ?? null, signal: result.signal ?? null, stderr: result.stderr.slice(-4096) },
  })
}

/** The error for a program that is not there. */
export function commandNotFound(argv: readonly string[], cause?: unknown): HostwrightError {
  const name = plainText(argv[0] ?? '')
  return new HostwrightError('COMMAND_NOT_FOUND', `the program \`${name}\` is not there`, {
    subject: name,
    hint: name.includes('/') ? 'Check its path.' : 'Install the package that holds it, or check PATH.',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The error for a program that may not be executed. */
export function commandNotPermitted(argv: readonly string[], cause?: unknown): HostwrightError {
  const name = plainText(argv[0] ?? '')
  return new HostwrightError('PERMISSION_DENIED', `the program \`${name}\` may not be executed`, {
    subject: name,
    hint: 'It needs to be an executable file, in directories that this user may enter.',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The error for a working directory that is not there, or that may not be entered. */
export function noWorkingDirectory(cwd: string, code: 'NOT_FOUND' | 'PERMISSION_DENIED', cause?: unknown): HostwrightError {
  const what = code === 'NOT_FOUND' ? 'does not exist or is no directory' : 'may not be entered'
  return new HostwrightError(code, `the working directory ${plainText(cwd)} ${what}`, {
    subject: cwd,
    hint: 'Give `cwd` as an existing directory of this host.',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The error for a command that was ended before it ended by itself. */
export function stopError(reason: StopReason, argv: readonly string[], options: RunOptions): HostwrightError {
  const subject = formatCommand(argv)
  if (reason === 'TIMEOUT') {
    return new HostwrightError('TIMEOUT', `\`${subject}\` did not end within ${options.timeoutMs} ms and was ended`, {
      subject,
      data: { timeoutMs: options.timeoutMs },
    })
  }
  if (reason === 'OUTPUT_LIMIT') {
    const limit = options.maxOutputBytes ?? defaultByteLimit
    return new HostwrightError('OUTPUT_LIMIT', `\`${subject}\` printed more than ${limit} bytes and was ended`, {
      subject,
      hint: 'Use `stream`, or allow more with `maxOutputBytes`.',
      data: { maxOutputBytes: limit },
    })
  }
  return new HostwrightError('ABORTED', `\`${subject}\` was aborted`, { subject, ...(options.signal === undefined ? {} : { cause: options.signal.reason }) })
}

function holdsNul(what: string, argv: readonly string[]): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `${what} of \`${formatCommand(argv)}\` holds a NUL byte`, { subject: formatCommand(argv) })
}
