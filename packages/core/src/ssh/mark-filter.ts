import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'

/** How much a login shell may print before the command starts. */
const maxNoiseBytes = 1024 * 1024

/**
 * Takes everything up to the line that begins with `mark` out of a stream, and gives the rest of that line. What follows
 * stays in the stream, which is then paused. Resolves to `undefined`, with what was printed, if the mark never comes.
 */
export function takeMark(stream: Readable, mark: string): Promise<{ readonly text: string | undefined; readonly noise: Buffer }> {
  return new Promise((resolve) => {
    let pending: Buffer = Buffer.alloc(0)
    const settle = (text: string | undefined, noise: Buffer): void => {
      stream.off('data', take)
      stream.off('end', end)
      stream.off('close', end)
      resolve({ text, noise })
    }
    const end = (): void => settle(undefined, pending)
    const take = (chunk: Buffer): void => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const at = pending.indexOf(mark)
      const newline = at === -1 ? -1 : pending.indexOf(0x0a, at)
      if (newline === -1) {
        if (pending.length > maxNoiseBytes) pending = pending.subarray(-mark.length - 64)
        return
      }
      stream.pause()
      const rest = pending.subarray(newline + 1)
      settle(pending.toString('latin1', at + mark.length, newline), pending.subarray(0, at))
      if (rest.length > 0) stream.unshift(rest)
    }
    stream.on('data', take)
    stream.once('end', end)
    stream.once('close', end)
  })
}
