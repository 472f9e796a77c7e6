import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'

/**
 * Keeps what a stream gives, and gives a function for all of it so far. What would make it more than `maxBytes` is not kept and
 * calls `onLimit`.
 */
export function keepOutput(stream: Readable | null, maxBytes: number, onLimit: () => void): () => Uint8Array {
  const chunks: Buffer[] = []
  let size = 0
  // Whoever waits for the command's end hears of it.
  stream?.on('error', () => {})
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > maxBytes) onLimit()
    else chunks.push(chunk)
  })
  return () => {
    const bytes = Buffer.concat(chunks)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  }
}
