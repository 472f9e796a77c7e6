import type { ChildProcess } from 'node:child_process'
import { encodeFileName } from '../file-name.ts'
import type { CommandStream, RunExit, RunOptions } from '../host.ts'
import { stopError } from './command-outcome.ts'
import { startError, superviseChild, type Supervisor } from './local-command.ts'
import { outputQueue } from './output-queue.ts'
import { signalGroup } from './process-group.ts'

/** How much output waits for its reader before the command is held back. */
const highWaterBytes = 1024 * 1024

/**
 * A running command over a child process that `start` gives. What is asked of it before it runs (input, a signal) is
 * kept until it does.
 */
export function commandStream(argv: readonly string[], options: RunOptions, start: () => Promise<ChildProcess>): CommandStream {
  const queue = outputQueue(highWaterBytes)
  let supervisor: Supervisor | undefined
  let cancelled = false
  const started = start()
  const follow = async (): Promise<RunExit> => {
    const startedAt = performance.now()
    const child = await started
    supervisor = superviseChild(child, options)
    if (cancelled) supervisor.stop()
    if (options.signal?.aborted === true) supervisor.stop('ABORTED')
    queue.addSource(child.stdout, 'stdout')
    queue.addSource(child.stderr, 'stderr')
    child.stdin?.on('error', () => {})
    if (options.stdin !== undefined) child.stdin?.end(inputBytes(options.stdin))
    const end = await supervisor.ended
    if (end.startError !== undefined) throw startError(end.startError, argv, options)
    if (end.stopped !== undefined) throw stopError(end.stopped, argv, options)
    return { argv: [...argv], exitCode: end.exitCode, signal: end.signal, durationMs: performance.now() - startedAt }
  }
  const exit = follow()
  exit.then(
    () => queue.finish(),
    (error: unknown) => queue.finish(error),
  )
  const cancel = async (): Promise<void> => {
    cancelled = true
    queue.discard()
    supervisor?.stop()
    await exit.catch(() => {})
  }
  return {
    exit,
    async write(data) {
      const { stdin } = await started
      if (stdin === null || !stdin.writable) return
      await new Promise<void>((resolve) => stdin.write(inputBytes(data), () => resolve()))
    },
    end: () => void started.then((child) => child.stdin?.end()).catch(() => {}),
    kill: (signal = 'SIGTERM') =>
      void started
        .then((child) => child.pid !== undefined && child.exitCode === null && child.signalCode === null && signalGroup(child.pid, signal))
        .catch(() => {}),
    [Symbol.asyncIterator]: () => queue.iterate(cancel),
    [Symbol.asyncDispose]: cancel,
  }
}

function inputBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? encodeFileName(data) : data
}
