import { Buffer } from 'node:buffer'
import type { CommandStream, Host, RunExit, RunOptions } from '../host.ts'
import { checkCommand, stopError } from './command-outcome.ts'
import { isHostwrightError } from '../errors.ts'
import { outputQueue } from './output-queue.ts'
import { findMark, markedProblem, prefixedCommand, prefixFailed } from './prefix-command.ts'

/** Starts a command behind a prefix; the entrance's marked line does not reach the reader. */
export function streamPrefixedCommand(host: Host, prefix: readonly string[], argv: readonly string[], directory: string, options: RunOptions): CommandStream {
  const { env, cwd: _directory, ...rest } = options
  const queue = outputQueue(1024 * 1024)
  const command = argv.length === 0 ? { argv: [], mark: '' } : prefixedCommand(prefix, argv, directory, env)
  const inner = isValid(argv, options) ? host.stream(command.argv, rest) : undefined
  let pending = Buffer.alloc(0)
  let state: string | undefined

  const follow = async (): Promise<RunExit> => {
    checkCommand(argv, options)
    if (inner === undefined) throw stopError('ABORTED', argv, options)
    try {
      for await (const chunk of inner) {
        if (state !== undefined || chunk.type === 'stdout') {
          await queue.push(chunk)
          continue
        }
        pending = Buffer.concat([pending, chunk.bytes])
        const found = findMark(pending, command.mark)
        if (found === undefined) continue
        state = found.state
        if (found.after.length > 0) await queue.push({ type: 'stderr', bytes: found.after })
      }
      const exit = await inner.exit
      if (state === undefined) throw prefixFailed(prefix, pending)
      const problem = markedProblem(state, argv, directory)
      if (problem !== undefined) throw problem
      return { ...exit, argv: [...argv] }
    } catch (error) {
      if (isHostwrightError(error, 'TIMEOUT') || isHostwrightError(error, 'ABORTED'))
        throw stopError(error.code === 'TIMEOUT' ? 'TIMEOUT' : 'ABORTED', argv, options)
      throw error
    }
  }
  const exit = follow()
  exit.then(
    () => queue.finish(),
    (error: unknown) => queue.finish(error),
  )
  const cancel = async (): Promise<void> => {
    queue.discard()
    await inner?.[Symbol.asyncDispose]()
    await exit.catch(() => {})
  }
  return {
    exit,
    write: async (data) => inner?.write(data),
    end: () => inner?.end(),
    kill: (signal) => inner?.kill(signal),
    [Symbol.asyncIterator]: () => queue.iterate(cancel),
    [Symbol.asyncDispose]: cancel,
  }
}

function isValid(argv: readonly string[], options: RunOptions): boolean {
  try {
    checkCommand(argv, options)
    return true
  } catch {
    return false
  }
}
