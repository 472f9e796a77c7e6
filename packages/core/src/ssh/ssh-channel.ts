import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'
import { HostwrightError } from '../errors.ts'
import { plainText } from '../hosts/plain-text.ts'
import type { ChannelSlot } from './channel-slots.ts'
import type { SshConnection } from './ssh-connection.ts'

/** A channel and the slot that it takes. */
export interface OpenChannel {
  readonly channel: ClientChannel
  readonly slot: ChannelSlot
}

type Start = (client: Client, callback: (error: Error | undefined | null, channel: ClientChannel) => void) => void

/** Called before any further message of the server is looked at: the end of a short command may come along with its start. */
type Opened = (channel: ClientChannel) => void

/** How often a lone channel is tried before the server's refusal counts: it may still be tidying up after the last one. */
const loneAttempts = 8

/**
 * Opens a channel, or waits where the server allows no more of them.
 *
 * @throws CONNECTION_LOST, UNSUPPORTED (the server opens no session), and the abort reason of the signal
 */
export async function openChannel(connection: SshConnection, start: Start, signal?: AbortSignal, opened?: Opened): Promise<OpenChannel> {
  for (let lone = 0, refusals = 0; ; refusals += 1) {
    // After a refusal the server gets some time: it may still be tidying up after another channel.
    if (refusals > 0) await sleep(Math.min(2 ** refusals, 100))
    const slot = await connection.slots.acquire(signal)
    try {
      const channel = await startChannel(connection, start, (started) => {
        slot.opened()
        opened?.(started)
      })
      return { channel, slot }
    } catch (error) {
      const others = connection.slots.used - 1
      if (!isRefusal(error) || (others === 0 && lone >= loneAttempts)) {
        slot.release()
        throw refused(connection, error)
      }
      connection.slots.lower(others)
      slot.release()
      if (others === 0) lone += 1
    }
  }
}

/** Opens a channel without looking at the slots. */
export function startChannel(connection: SshConnection, start: Start, opened?: Opened): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const off = connection.onLost(reject)
    if (connection.lost !== undefined) return
    try {
      start(connection.client, (error, channel) => {
        off()
        if (error !== undefined && error !== null) return reject(connection.lost ?? error)
        opened?.(channel)
        resolve(channel)
      })
    } catch (error) {
      off()
      reject(error)
    }
  })
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number'
}

function refused(connection: SshConnection, error: unknown): unknown {
  if (connection.lost !== undefined) return connection.lost
  if (error instanceof HostwrightError) return error
  const said = error instanceof Error ? plainText(error.message) : String(error)
  return new HostwrightError('UNSUPPORTED', `${connection.label} opens no session: ${said}`, {
    subject: connection.label,
    hint: 'Look at MaxSessions, ForceCommand and Subsystem in the configuration of its SSH server.',
    cause: error,
  })
}
