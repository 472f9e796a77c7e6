import { Buffer } from 'node:buffer'
import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { HostwrightError } from '../errors.ts'
import { encodeFileName, hasEscapedBytes } from '../file-name.ts'
import type { RunOptions, RunResult } from '../host.ts'
import { portableArgv } from './argv-bytes.ts'
import {
  checkCommand,
  commandNotFound,
  commandNotPermitted,
  commandResult,
  defaultByteLimit,
  noWorkingDirectory,
  stopError,
  type StopReason,
} from './command-outcome.ts'
import { keepOutput } from './output-buffer.ts'
import { formatCommand } from './plain-text.ts'
import { endGroup } from './process-group.ts'
import { findProgram } from './program-search.ts'
import { errnoOf } from './system-error.ts'

/** The variables that a command starts with, before `env` of its options. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Runs a command of this machine to its end, in a process group of its own.
 *
 * A thin path over Node's `spawn`: loading execa costs more than the commands that a read operation runs, see `bench/host.bench.ts`.
 */
export async function runLocalCommand(argv: readonly string[], options: RunOptions, environment: Environment): Promise<RunResult> {
  checkCommand(argv, options)
  const launch = localLaunch(argv, options, environment)
  const startedAt = performance.now()
  const child = startChild(launch, argv, options)
  const limit = options.maxOutputBytes ?? defaultByteLimit
  const supervisor = superviseChild(child, options)
  const overrun = (): void => supervisor.stop('OUTPUT_LIMIT')
  const stdout = keepOutput(child.stdout, limit, overrun)
  const stderr = keepOutput(child.stderr, limit, overrun)
  feed(child, options.stdin)
  const end = await supervisor.ended
  if (end.startError !== undefined) throw startError(end.startError, argv, options)
  if (end.stopped !== undefined) throw stopError(end.stopped, argv, options)
  return commandResult(
    argv,
    { exitCode: end.exitCode, signal: end.signal, durationMs: performance.now() - startedAt, stdout: stdout(), stderr: stderr() },
    options,
  )
}

/** What is given to `spawn` for a command. */
export interface LocalLaunch {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Record<string, string>
}

/** The words, directory and variables that a command starts with here. */
export function localLaunch(argv: readonly string[], options: RunOptions, environment: Environment): LocalLaunch {
  const cwd = options.cwd ?? '/'
  // Node takes a working directory as text only, so that one in bytes is entered by a shell.
  const words = portableArgv(hasEscapedBytes(cwd) ? ['/bin/sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'sh', cwd, ...argv] : argv)
  const env = commandEnvironment(environment, options.env)
  // A shell in between would hide why the command could not be started.
  if (words !== argv) throwIfNotStartable(argv, cwd, env['PATH'])
  const [file = '', ...args] = words
  return { file, args, cwd: hasEscapedBytes(cwd) ? '/' : cwd, env }
}

/** The host's variables, `LC_ALL=C`, and the command's own; `undefined` removes one. */
export function commandEnvironment(base: Environment, own: RunOptions['env']): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...base, LC_ALL: 'C', ...own })) if (value !== undefined) env[name] = value
  return env
}

function startChild(launch: LocalLaunch, argv: readonly string[], options: RunOptions): ChildProcess {
  try {
    return spawn(launch.file, launch.args, {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    throw startError(error, argv, options)
  }
}

/** How a supervised child ended. */
export interface ChildEnd {
  readonly exitCode: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** Why it was ended, if it did not end by itself. */
  readonly stopped?: StopReason
  /** Why it could not be started. */
  readonly startError?: Error
}

/** Watches over a child that leads a process group. */
export interface Supervisor {
  /** Resolves when the child has ended and its pipes are closed, and after a stop when its whole group is gone. */
  readonly ended: Promise<ChildEnd>
  /** Ends the whole group. Without a reason the end counts as the command's own. */
  readonly stop: (reason?: StopReason) => void
}

/** Ends the child's process group at the time limit, at an abort, and when told to. */
export function superviseChild(child: ChildProcess, options: Pick<RunOptions, 'timeoutMs' | 'signal'>): Supervisor {
  let stopped: StopReason | undefined
  let ending: Promise<void> | undefined
  let failure: Error | undefined
  const stop = (reason?: StopReason): void => {
    if (ending !== undefined || child.pid === undefined) return
    stopped = reason
    ending = endGroup(child.pid).then(() => {
      // A process that left the group may hold the pipes open for ever.
      child.stdin?.destroy()
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      // What may not be signalled (behind sudo) or hangs in the kernel cannot be waited for.
      if (child.exitCode === null && child.signalCode === null) settle(null, null)
    })
  }
  const abort = (): void => stop('ABORTED')
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop('TIMEOUT'), Math.min(options.timeoutMs, 2 ** 31 - 1))
  options.signal?.addEventListener('abort', abort, { once: true })
  const { promise, resolve } = Promise.withResolvers<ChildEnd>()
  const settle = (exitCode: number | null, signal: NodeJS.Signals | null): void =>
    resolve({
      exitCode: exitCode ?? undefined,
      signal: signal ?? undefined,
      ...(stopped === undefined ? {} : { stopped }),
      ...(failure === undefined ? {} : { startError: failure }),
    })
  const finish = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
    if (ending === undefined) settle(exitCode, signal)
    else void ending.then(() => settle(exitCode, signal))
  }
  child.once('error', (error) => {
    failure = error
    if (child.pid === undefined) finish(null, null)
  })
  child.once('close', finish)
  return { ended: promise, stop }
}

/** The error for a command that the system did not start. */
export function startError(error: unknown, argv: readonly string[], options: RunOptions): unknown {
  const errno = errnoOf(error)
  const cwd = options.cwd ?? '/'
  if (errno === 'ENOENT' || errno === 'EACCES' || errno === 'ENOTDIR') {
    const wrong = directoryProblem(cwd)
    if (wrong !== undefined) return noWorkingDirectory(cwd, wrong, error)
  }
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return commandNotFound(argv, error)
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'ENOEXEC') return commandNotPermitted(argv, error)
  if (errno === 'E2BIG')
    return new HostwrightError('INVALID_INPUT', `the arguments of \`${formatCommand(argv)}\` are too long for the system`, { cause: error })
  if (errno === undefined) return error
  return new HostwrightError('IO_ERROR', `cannot start \`${formatCommand(argv)}\`: the system says ${errno}`, { subject: formatCommand(argv), cause: error })
}

function throwIfNotStartable(argv: readonly string[], cwd: string, searchPath: string | undefined): void {
  const wrong = directoryProblem(cwd)
  if (wrong !== undefined) throw noWorkingDirectory(cwd, wrong)
  const program = findProgram(argv[0] ?? '', searchPath, cwd)
  if (program.state === 'missing') throw commandNotFound(argv)
  if (program.state === 'denied') throw commandNotPermitted(argv)
}

/** Why a directory cannot be a working directory, or `undefined`. */
function directoryProblem(path: string): 'NOT_FOUND' | 'PERMISSION_DENIED' | undefined {
  const native = Buffer.from(encodeFileName(path))
  try {
    if (!statSync(native).isDirectory()) return 'NOT_FOUND'
    accessSync(native, constants.X_OK)
    return undefined
  } catch (error) {
    return errnoOf(error) === 'EACCES' ? 'PERMISSION_DENIED' : 'NOT_FOUND'
  }
}

/** Gives a command its standard input. That it ends without reading it is no failure. */
function feed(child: ChildProcess, stdin: string | Uint8Array | undefined): void {
  if (stdin === undefined || child.stdin === null) return
  child.stdin.on('error', () => {})
  child.stdin.end(typeof stdin === 'string' ? encodeFileName(stdin) : stdin)
}
