import { Buffer } from 'node:buffer'
import type { ClientChannel } from 'ssh2'
import type { HostwrightError } from '../errors.ts'
import type { ChannelSlot } from './channel-slots.ts'
import { encodeSftpPacket, malformedSftp, SftpFramer, SftpReader, sftpStatus, sftpType, type SftpAttributes, type SftpField } from './sftp-packet.ts'
import { openChannel } from './ssh-channel.ts'
import type { SshConnection } from './ssh-connection.ts'
import { connectionLost } from './ssh-errors.ts'

/** A request that the server refused. */
export class SftpStatusError extends Error {
  override readonly name: string = 'SftpStatusError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** How much of a file is asked for at a time: what every OpenSSH gives. */
export const sftpChunkBytes: number = 32 * 1024

type Waiter = { readonly resolve: (reply: SftpReader) => void; readonly reject: (error: unknown) => void }

/**
 * An SFTP session over one channel. Requests may be made while others are under way; the server answers in its own order.
 *
 * ssh2 has an SFTP client too, but it takes names as text only, and names are bytes.
 */
export class SftpSession {
  readonly #channel: ClientChannel
  readonly #slot: ChannelSlot
  readonly #waiting = new Map<number, Waiter>()
  readonly #extensions = new Set<string>()
  readonly #unsent: Buffer[] = []
  #next = 0
  #users = 0
  #error: unknown
  #retired = false

  /** Starts the subsystem on a connection. Rejects with `UNSUPPORTED` if the server has none. */
  static async open(connection: SshConnection): Promise<SftpSession> {
    const { channel, slot } = await openChannel(connection, (client, callback) =>
      client.subsys('sftp', (error, opened) => {
        if (error !== undefined && error !== null) closeUnused(client)
        callback(error, opened)
      }),
    )
    const session = new SftpSession(connection, channel, slot)
    await session.#greet()
    return session
  }

  private constructor(connection: SshConnection, channel: ClientChannel, slot: ChannelSlot) {
    this.#channel = channel
    this.#slot = slot
    const framer = new SftpFramer()
    channel.on('data', (chunk: Buffer) => {
      try {
        for (const packet of framer.push(chunk)) this.#receive(packet)
      } catch (error) {
        this.#fail(error)
      }
    })
    channel.stderr.resume()
    channel.on('error', () => {})
    channel.once('close', () => this.#fail(connection.lost ?? connectionLost(connection.label, new Error('its SFTP server ended'))))
    connection.onLost((error: HostwrightError) => this.#fail(error))
  }

  /** Whether it can take requests. */
  get usable(): boolean {
    return this.#error === undefined && !this.#retired
  }

  /** Whether the server has an extension of the protocol, such as `posix-rename@openssh.com`. */
  has(extension: string): boolean {
    return this.#extensions.has(extension)
  }

  /** Works with the session, which stays open until that is done. */
  async use<T>(work: (session: this) => Promise<T>): Promise<T> {
    this.#users += 1
    try {
      return await work(this)
    } finally {
      this.#users -= 1
      this.#closeIfIdle()
    }
  }

  /** Takes no more work, and gives the channel back when what is under way is done. */
  retire(): void {
    this.#retired = true
    this.#closeIfIdle()
  }

  #closeIfIdle(): void {
    if (this.#retired && this.#users === 0) this.#channel.close()
  }

  /** Sends a request; resolves with the answer. Rejects with {@link SftpStatusError}, except for a status of success. */
  request(type: number, ...fields: readonly SftpField[]): Promise<SftpReader> {
    if (this.#error !== undefined) return Promise.reject(this.#error)
    const id = this.#next
    this.#next = (this.#next + 1) >>> 0
    const { promise, resolve, reject } = Promise.withResolvers<SftpReader>()
    this.#waiting.set(id, { resolve, reject })
    this.#send(encodeSftpPacket(type, [id, ...fields]))
    return promise
  }

  async open(path: Uint8Array, flags: number, attributes: SftpAttributes = {}): Promise<Uint8Array> {
    return (await this.request(sftpType.open, path, flags, attributes)).bytes()
  }

  /** Up to {@link sftpChunkBytes}; `undefined` at the end of the file. */
  async read(handle: Uint8Array, offset: number, length: number): Promise<Buffer | undefined> {
    try {
      return (await this.request(sftpType.read, handle, BigInt(offset), length)).bytes()
    } catch (error) {
      if (error instanceof SftpStatusError && error.status === sftpStatus.endOfFile) return undefined
      throw error
    }
  }

  /** Nobody waits for it: it cannot fail in a way that matters to who only read. */
  close(handle: Uint8Array): void {
    this.request(sftpType.close, handle).catch(() => {})
  }

  /** Requests that are made together go together: each message of SSH costs more than what is in it. */
  #send(packet: Buffer): void {
    if (this.#unsent.push(packet) > 1) return
    queueMicrotask(() => this.#channel.write(Buffer.concat(this.#unsent.splice(0))))
  }

  async #greet(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<SftpReader>()
    this.#waiting.set(greeting, { resolve, reject })
    this.#send(encodeSftpPacket(sftpType.init, [3]))
    const reply = await promise
    while (!reply.atEnd) {
      this.#extensions.add(reply.bytes().toString('latin1'))
      reply.bytes()
    }
  }

  #receive(packet: Buffer): void {
    const reply = new SftpReader(packet)
    const greets = reply.type === sftpType.version
    const number = reply.uint32()
    const id = greets ? greeting : number
    const waiter = this.#waiting.get(id)
    if (waiter === undefined) throw malformedSftp('nothing was asked that it could answer')
    this.#waiting.delete(id)
    if (reply.type !== sftpType.status) return waiter.resolve(reply)
    const status = reply.uint32()
    if (status === sftpStatus.ok) waiter.resolve(reply)
    else waiter.reject(new SftpStatusError(status, reply.atEnd ? `status ${status}` : reply.bytes().toString('utf8')))
  }

  #fail(error: unknown): void {
    if (this.#error !== undefined) return
    this.#error = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    this.#channel.close()
    this.#slot.release()
  }
}

/** The place of the greeting among the requests, which have numbers from 0. */
const greeting = -1

/** ssh2 leaves a channel open whose subsystem was refused, and does not give it to anyone. */
function closeUnused(client: object): void {
  const channels = (client as { _chanMgr?: { _channels?: Record<string, unknown> } })._chanMgr?._channels ?? {}
  for (const channel of Object.values(channels)) {
    if (typeof channel !== 'object' || channel === null) continue
    const { subtype, type, _callbacks, close } = channel as Partial<{ subtype: string; type: string; _callbacks: unknown[]; close: () => void }>
    if (type === 'session' && subtype === undefined && _callbacks?.length === 0) close?.call(channel)
  }
}
