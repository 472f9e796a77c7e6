import type { SshConnection } from './ssh-connection.ts'
import type { SshLink } from './ssh-link.ts'
import { SftpSession } from './sftp-session.ts'

/** Gives the one SFTP session of a connection, started when it is first needed. */
export class SftpProvider {
  readonly #link: SshLink
  #connection: SshConnection | undefined
  #session: Promise<SftpSession | undefined> | undefined
  #started: SftpSession | undefined

  constructor(link: SshLink) {
    this.#link = link
  }

  /** The session, or `undefined` where the server has no SFTP, or no channel to spare for it. */
  async session(): Promise<SftpSession | undefined> {
    const connection = this.#link.standing ?? (await this.#link.connection())
    if (connection.slots.scarce) return undefined
    if (this.#connection !== connection || this.#started?.usable === false) {
      this.#connection = connection
      this.#started = undefined
      this.#session = this.#start(connection)
    }
    return this.#session
  }

  async #start(connection: SshConnection): Promise<SftpSession | undefined> {
    try {
      const session = await SftpSession.open(connection)
      const retire = (): void => {
        if (connection.slots.scarce) session.retire()
      }
      connection.slots.onLower.add(retire)
      retire()
      this.#started = session
      return session.usable ? session : undefined
    } catch (error) {
      if (connection.lost !== undefined) throw error
      return undefined
    }
  }
}
