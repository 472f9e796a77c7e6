import type { ClientChannel } from 'ssh2'
import { HostwrightError } from '../errors.ts'
import type { SshConnection } from './ssh-connection.ts'

/** How a command that ran on the host ended. */
export interface RemoteEnd {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/**
 * Follows a channel to its end: both outputs read and closed, and the exit status there. Rejects with `CONNECTION_LOST` if
 * the connection goes first. Must be called before the channel's next message is looked at.
 */
export function channelEnd(connection: SshConnection, channel: ClientChannel): Promise<RemoteEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<RemoteEnd>()
  promise.catch(() => {})
  let exit: RemoteEnd | undefined
  let open = 2
  const off = connection.onLost(reject)
  const closed = (): void => {
    open -= 1
    if (open > 0) return
    off()
    if (exit === undefined) reject(connection.lost ?? noExitStatus(connection.label))
    else resolve(exit)
  }
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  channel.once('exit', (code: number | null, signal?: string) => {
    exit = { exitCode: code ?? undefined, signal }
  })
  channel.once('close', closed)
  channel.stderr.once('close', closed)
  return promise
}

function noExitStatus(label: string): HostwrightError {
  return new HostwrightError('IO_ERROR', `${label} closed a command's channel without telling how it ended`, {
    subject: label,
    hint: "Look at the host's state, and at the log of its SSH server.",
  })
}
