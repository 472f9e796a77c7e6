import type { Buffer } from 'node:buffer'
import { channelEnd, type RemoteEnd } from './remote-channel.ts'
import { startChannel } from './ssh-channel.ts'
import type { SshConnection } from './ssh-connection.ts'
import type { SshLink } from './ssh-link.ts'

/** How a line of the shell ended, and what it printed. */
export interface AsideResult extends RemoteEnd {
  readonly stdout: string
}

/** Runs a line of the login shell beside running commands: on the reserved channel, or where that is taken over a connection of its own. */
export async function runAside(link: SshLink, connection: SshConnection, line: Buffer): Promise<AsideResult> {
  const slot = connection.slots.tryReserved()
  if (slot !== undefined) {
    try {
      return await runLine(connection, line)
    } catch (error) {
      if (connection.lost !== undefined) throw error
    } finally {
      slot.release()
    }
  }
  await using separate = await link.separate()
  return await runLine(separate, line)
}

async function runLine(connection: SshConnection, line: Buffer): Promise<AsideResult> {
  const { promise: end, resolve, reject } = Promise.withResolvers<RemoteEnd>()
  let stdout = ''
  await startChannel(
    connection,
    // The declared type knows text only, but bytes are sent as they are.
    (client, callback) => client.exec(line as unknown as string, callback),
    (channel) => {
      channelEnd(connection, channel).then(resolve, reject)
      channel.on('data', (bytes: Buffer) => (stdout += bytes.toString('latin1')))
      channel.stderr.resume()
      channel.end()
    },
  )
  return { ...(await end), stdout }
}
