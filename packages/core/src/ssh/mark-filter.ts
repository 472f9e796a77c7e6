import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { decodeFileName } from '../file-name.ts'

/** How much a login shell may print before the command starts. */
const maxNoiseBytes = 1024 * 1024

/** What a login shell printed before the command. */
export interface Marks {
  /** The rest of the marked line of the error output, or `undefined` if that line never came. */
  readonly text: string | undefined
  /** What stood before the mark: on the error output, or if there was nothing, on the output. */
  readonly noise: string
}

/** Takes everything up to its mark out of both outputs of a channel, see `remoteCommandLine`. They are paused then. */
export async function takeMarks(channel: ClientChannel, mark: string): Promise<Marks> {
  const [errors, output] = await Promise.all([takeMark(channel.stderr, mark), takeMark(channel, mark)])
  return { text: errors.text, noise: decodeFileName(errors.noise.length > 0 ? errors.noise : output.noise) }
}

/**
 * Takes everything up to the line that begins with `mark` out of a stream, and gives the rest of that line. What follows
 * stays in the stream, which is then paused. Resolves to `undefined`, with what was printed, if the mark never comes.
 */
function takeMark(stream: Readable, mark: string): Promise<{ readonly text: string | undefined; readonly noise: Buffer }> {
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
