import type { Readable } from 'node:stream'
import type { OutputChunk } from '../host.ts'

/** Output that waits for its reader. */
export interface OutputQueue {
  /** Takes the chunks of a stream, and holds it back while too much waits. */
  addSource(stream: Readable | null, type: OutputChunk['type']): void
  /** Takes a chunk; resolves when there is room for another. */
  push(chunk: OutputChunk): Promise<void>
  /** No more output comes; readers get what waits, then the end or the error. */
  finish(error?: unknown): void
  /** Drops what waits and what still comes. */
  discard(): void
  /** Reads the queue. Leaving the loop early calls `cancel`. */
  iterate(cancel: () => Promise<void>): AsyncIterator<OutputChunk>
}

/** A queue of output that holds its sources back while more than `highWaterBytes` wait. */
export function outputQueue(highWaterBytes: number): OutputQueue {
  const chunks: OutputChunk[] = []
  const sources: Readable[] = []
  const writers: (() => void)[] = []
  let waitingBytes = 0
  let discarding = false
  let finished = false
  let failure: { readonly error: unknown } | undefined
  let wake = Promise.withResolvers<void>()

  const notify = (): void => {
    wake.resolve()
    wake = Promise.withResolvers<void>()
  }
  const makeRoom = (): void => {
    for (const source of sources) source.resume()
    for (const resolve of writers.splice(0)) resolve()
  }
  const add = (chunk: OutputChunk): void => {
    chunks.push(chunk)
    waitingBytes += chunk.bytes.length
    notify()
  }
  const take = (): OutputChunk | undefined => {
    const chunk = chunks.shift()
    if (chunk === undefined) return undefined
    waitingBytes -= chunk.bytes.length
    if (waitingBytes < highWaterBytes) makeRoom()
    return chunk
  }
  return {
    addSource(stream, type) {
      if (stream === null) return
      sources.push(stream)
      stream.on('error', () => {})
      stream.on('data', (bytes: Uint8Array) => {
        if (discarding) return
        add({ type, bytes })
        if (waitingBytes >= highWaterBytes) for (const source of sources) source.pause()
      })
    },
    async push(chunk) {
      if (discarding) return
      add(chunk)
      if (waitingBytes >= highWaterBytes) await new Promise<void>((resolve) => writers.push(resolve))
    },
    finish(error) {
      finished = true
      if (error !== undefined) failure = { error }
      notify()
    },
    discard() {
      discarding = true
      chunks.length = 0
      waitingBytes = 0
      makeRoom()
      notify()
    },
    iterate(cancel) {
      return {
        async next() {
          for (;;) {
            const value = take()
            if (value !== undefined) return { done: false, value }
            if (failure !== undefined && !discarding) throw failure.error
            if (finished || discarding) return { done: true, value: undefined }
            await wake.promise
          }
        },
        async return() {
          await cancel()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
