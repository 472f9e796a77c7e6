import { encodeFileName } from '../file-name.ts'
import type { CommandStream, RunExit, RunOptions, RunResult } from '../host.ts'
import { commandResult, defaultByteLimit } from '../hosts/command-outcome.ts'
import { keepOutput } from '../hosts/output-buffer.ts'
import { outputQueue } from '../hosts/output-queue.ts'
import { startRemoteCommand } from './remote-command.ts'
import type { SshLink } from './ssh-link.ts'

/** How much output waits for its reader before the command is held back. */
const highWaterBytes = 1024 * 1024

/** Runs a command of the host to its end. */
export async function runRemoteCommand(link: SshLink, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now()
  const limit = options.maxOutputBytes ?? defaultByteLimit
  let output = { stdout: none, stderr: none }
  const command = startRemoteCommand(link, argv, { ...options, stdin: options.stdin ?? '' }, (channel) => {
    const overrun = (): void => command.stop('OUTPUT_LIMIT')
    output = { stdout: keepOutput(channel, limit, overrun), stderr: keepOutput(channel.stderr, limit, overrun) }
  })
  const end = await command.ended
  return commandResult(argv, { ...end, durationMs: performance.now() - startedAt, stdout: output.stdout(), stderr: output.stderr() }, options)
}

/** Starts a command of the host and gives its output as it comes. */
export function streamRemoteCommand(link: SshLink, argv: readonly string[], options: RunOptions): CommandStream {
  const startedAt = performance.now()
  const queue = outputQueue(highWaterBytes)
  const command = startRemoteCommand(link, argv, options, (channel) => {
    queue.addSource(channel, 'stdout')
    queue.addSource(channel.stderr, 'stderr')
  })
  const exit = command.ended.then(({ exitCode, signal }): RunExit => ({ argv: [...argv], exitCode, signal, durationMs: performance.now() - startedAt }))
  exit.then(
    () => queue.finish(),
    (error: unknown) => queue.finish(error),
  )
  const cancel = async (): Promise<void> => {
    queue.discard()
    command.stop()
    await exit.catch(() => {})
  }
  return {
    exit,
    async write(data) {
      const channel = await command.channel.catch(() => undefined)
      if (channel === undefined || !channel.writable) return
      const bytes = typeof data === 'string' ? encodeFileName(data) : data
      // A channel that closes while it is written to calls nothing back.
      await Promise.race([new Promise<void>((resolve) => channel.write(bytes, () => resolve())), command.ended.then(nothing, nothing)])
    },
    end: () => void command.channel.then((channel) => channel.end()).catch(() => {}),
    kill: (signal = 'SIGTERM') => command.kill(signal),
    [Symbol.asyncIterator]: () => queue.iterate(cancel),
    [Symbol.asyncDispose]: cancel,
  }
}

function nothing(): void {}

function none(): Uint8Array {
  return new Uint8Array()
}
