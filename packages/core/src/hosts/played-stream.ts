import type { CommandStream, OutputChunk, RunExit } from '../host.ts'

/** A command's output and end, known as a whole. */
export interface PlayedCommand {
  readonly chunks: readonly OutputChunk[]
  readonly exit: RunExit
  /** Thrown after the chunks instead of the end. */
  readonly failure?: Error
}

/** A stream over output that is known as a whole; input and signals have no effect. */
export function playedStream(play: () => Promise<PlayedCommand>): CommandStream {
  const played = play()
  const exit = played.then((command) => {
    if (command.failure !== undefined) throw command.failure
    return command.exit
  })
  exit.catch(() => {})
  return {
    exit,
    async write() {},
    end() {},
    kill() {},
    async *[Symbol.asyncIterator]() {
      yield* (await played).chunks
      await exit
    },
    async [Symbol.asyncDispose]() {
      await exit.catch(() => {})
    },
  }
}
