import { HostwrightError } from '../errors.ts'
import { encodeFileName } from '../file-name.ts'
import type { CommandStream, Host, OutputChunk, RunOptions, RunResult } from '../host.ts'
import { hostCapabilities } from './capability-probe.ts'
import { checkCommand, commandNotFound, commandResult, defaultByteLimit, stopError, type StopReason } from './command-outcome.ts'
import { fakeFileSystem } from './fake-file-system.ts'
import { memoryTree, type FakeFiles } from './memory-tree.ts'
import { formatCommand } from './plain-text.ts'
import { playedStream } from './played-stream.ts'

/** What a fake command does: text is its standard output. */
export type FakeResult =
  | string
  | { readonly stdout?: string | Uint8Array; readonly stderr?: string | Uint8Array; readonly exitCode?: number; readonly signal?: string }

/** A command that a fake host was asked to run. */
export interface FakeCall extends Pick<RunOptions, 'stdin' | 'cwd' | 'env'> {
  readonly argv: readonly string[]
}

/** A command that a fake host knows. */
export interface FakeCommand {
  /** The exact words, a pattern for the words joined by spaces, or a predicate. */
  readonly argv: readonly string[] | RegExp | ((argv: readonly string[]) => boolean)
  /** The answer, what computes it, or `'missing'`: the program is not there. The signal tells that the command was ended. */
  readonly result: FakeResult | ((call: FakeCall, signal: AbortSignal) => FakeResult | Promise<FakeResult>)
}

/** What a fake host is made of. */
export interface FakeHostOptions {
  /** Default `fake`. */
  readonly label?: string
  readonly files?: FakeFiles
  /** The first that matches answers. */
  readonly commands?: readonly FakeCommand[]
  /** Programs that are not there: running one throws `COMMAND_NOT_FOUND`. Others without an answer throw `NOT_RECORDED`. */
  readonly missing?: readonly string[]
  /** As in `uname -r`; default `6.1.0`. */
  readonly kernelRelease?: string
  /** The user that commands run as; default 0. */
  readonly uid?: number
}

/** A host in memory that keeps what it was asked. */
export interface FakeHost extends Host {
  /** The commands so far, in their order. */
  readonly calls: readonly FakeCall[]
}

/** A host in memory, for tests: files that can be read and changed, and commands with prepared answers. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const label = options.label ?? 'fake'
  const tree = memoryTree(options.files ?? {})
  const fs = fakeFileSystem(tree, label)
  const calls: FakeCall[] = []
  const run = (argv: readonly string[], runOptions: RunOptions = {}): Promise<RunResult> => runFake(options, calls, argv, runOptions)
  return {
    label,
    kind: 'fake',
    fs,
    root: '',
    prefix: [],
    calls,
    run,
    stream: (argv, runOptions = {}) => streamFake(() => run(argv, { ...runOptions, check: false, maxOutputBytes: Number.POSITIVE_INFINITY })),
    capabilities: (names) =>
      hostCapabilities(
        {
          fs,
          uid: async () => options.uid ?? 0,
          kernelRelease: async () => options.kernelRelease ?? '6.1.0',
          findCommand: async (name) => (knowsProgram(options, name) ? `/usr/bin/${name}` : undefined),
          canWrite: async (path) => ((await fs.stat(path)).mode & 0o222) !== 0 || `${path} is read-only.`,
        },
        names,
      ),
    async [Symbol.asyncDispose]() {},
  }
}

async function runFake(host: FakeHostOptions, calls: FakeCall[], argv: readonly string[], options: RunOptions): Promise<RunResult> {
  checkCommand(argv, options)
  const { stdin, cwd, env } = options
  const call: FakeCall = {
    argv: [...argv],
    ...(stdin === undefined ? {} : { stdin }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  }
  calls.push(call)
  const command = host.commands?.find((candidate) => matches(candidate.argv, argv))
  if (command === undefined) {
    if (host.missing?.includes(argv[0] ?? '') === true) throw commandNotFound(argv)
    throw new HostwrightError('NOT_RECORDED', `the fake host has no answer to \`${formatCommand(argv)}\``, {
      subject: formatCommand(argv),
      hint: 'Add it to `commands`.',
    })
  }
  const startedAt = performance.now()
  const given = typeof command.result === 'function' ? await untilStopped(command.result, call, options) : command.result
  const result = typeof given === 'string' ? { stdout: given } : given
  const end = {
    exitCode: result.signal === undefined ? (result.exitCode ?? 0) : undefined,
    signal: result.signal,
    durationMs: Math.max(performance.now() - startedAt, 0.001),
    stdout: bytesOf(result.stdout),
    stderr: bytesOf(result.stderr),
  }
  const limit = options.maxOutputBytes ?? defaultByteLimit
  if (end.stdout.length > limit || end.stderr.length > limit) throw stopError('OUTPUT_LIMIT', argv, options)
  return commandResult(argv, end, options)
}

/** Waits for a prepared answer, the time limit or an abort, whichever comes first. */
async function untilStopped(answer: Exclude<FakeCommand['result'], FakeResult>, call: FakeCall, options: RunOptions): Promise<FakeResult> {
  const controller = new AbortController()
  const stopped = Promise.withResolvers<never>()
  const stop = (reason: StopReason): void => {
    stopped.reject(stopError(reason, call.argv, options))
    controller.abort()
  }
  const abort = (): void => stop('ABORTED')
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop('TIMEOUT'), options.timeoutMs)
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([(async () => answer(call, controller.signal))(), stopped.promise])
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
  }
}

function streamFake(run: () => Promise<RunResult>): CommandStream {
  return playedStream(async () => {
    const { argv, exitCode, signal, durationMs, stdoutBytes, stderr } = await run()
    const chunks: OutputChunk[] = []
    if (stdoutBytes.length > 0) chunks.push({ type: 'stdout', bytes: stdoutBytes })
    if (stderr !== '') chunks.push({ type: 'stderr', bytes: encodeFileName(stderr) })
    return { chunks, exit: { argv, exitCode, signal, durationMs } }
  })
}

function matches(pattern: FakeCommand['argv'], argv: readonly string[]): boolean {
  if (typeof pattern === 'function') return pattern(argv)
  if (pattern instanceof RegExp) return pattern.test(argv.join(' '))
  return pattern.length === argv.length && pattern.every((word, index) => word === argv[index])
}

function knowsProgram({ commands = [], missing = [] }: FakeHostOptions, name: string): boolean {
  if (missing.includes(name)) return false
  return commands.some(({ argv }) =>
    Array.isArray(argv) ? argv[0] === name : argv instanceof RegExp ? argv.test(name) : typeof argv === 'function' && argv([name]),
  )
}

function bytesOf(text: string | Uint8Array = ''): Uint8Array {
  return typeof text === 'string' ? encodeFileName(text) : text
}
