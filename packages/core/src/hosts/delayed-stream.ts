import type { CommandStream, OutputChunk } from '../host.ts'

/** A stream that is started after something else was found out; what is asked of it before is kept until then. */
export function delayedStream(start: () => Promise<CommandStream>): CommandStream {
  const started = start()
  const exit = started.then((stream) => stream.exit)
  exit.catch(() => {})
  const quietly = (action: (stream: CommandStream) => void): void => void started.then(action, () => {})
  return {
    exit,
    write: async (data) => (await started).write(data),
    end: () => quietly((stream) => stream.end()),
    kill: (signal) => quietly((stream) => stream.kill(signal)),
    [Symbol.asyncIterator]: () => chunks(started),
    [Symbol.asyncDispose]: async () => {
      const stream = await started.catch(() => undefined)
      await stream?.[Symbol.asyncDispose]()
    },
  }
}

async function* chunks(started: Promise<CommandStream>): AsyncGenerator<OutputChunk> {
  yield* await started
}
