import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client, ServerHostKeyAlgorithm } from 'ssh2'
import type { HostwrightError } from '../errors.ts'
import { ChannelSlots } from './channel-slots.ts'
import { hostKeyCheck, type HostKeyCheck, type HostKeyPolicy } from './host-key.ts'
import { SpareShell } from './spare-shell.ts'
import { prepareAuthentication, type Authentication } from './ssh-authentication.ts'
import { connectionAborted, connectionFailed, connectionLost, connectionTimedOut } from './ssh-errors.ts'
import type { SshAuthenticationOptions } from './ssh-options.ts'

/** One machine on the way, with every default filled in. */
export interface SshTarget {
  readonly label: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly authentication: SshAuthenticationOptions
  readonly knownHosts: readonly string[]
  readonly hostKeyPolicy: HostKeyPolicy
}

/** What holds for every connection of a host. */
export interface ConnectionSettings {
  readonly connectTimeoutMs: number
  readonly keepaliveIntervalMs: number
  readonly maxChannels: number
}

/** A way through the jump hosts, opened and logged in. */
export class SshConnection implements AsyncDisposable {
  readonly client: Client
  readonly label: string
  readonly slots: ChannelSlots
  readonly spare: SpareShell
  readonly #hops: readonly Hop[]
  readonly #listeners = new Set<(error: HostwrightError) => void>()
  #lost: HostwrightError | undefined

  constructor(hops: readonly Hop[], last: Hop, label: string, maxChannels: number) {
    this.#hops = hops
    this.client = last.client
    this.label = label
    this.slots = new ChannelSlots(maxChannels)
    this.spare = new SpareShell(this)
    for (const { client } of hops) {
      client.on('error', (error) => this.#lose(error))
      client.on('end', () => this.#lose())
      client.on('close', () => this.#lose())
    }
  }

  /** The reason why the connection is gone, or `undefined` while it stands. */
  get lost(): HostwrightError | undefined {
    return this.#lost
  }

  /** Calls back once when the connection is lost; gives back what stops that. */
  onLost(listener: (error: HostwrightError) => void): () => void {
    if (this.#lost === undefined) this.#listeners.add(listener)
    else listener(this.#lost)
    return () => this.#listeners.delete(listener)
  }

  #lose(cause?: unknown): void {
    if (this.#lost !== undefined) return
    this.#lost = connectionLost(this.label, cause)
    for (const listener of [...this.#listeners]) listener(this.#lost)
    this.#listeners.clear()
    closeHops(this.#hops)
  }

  /** Says goodbye, and closes every socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Everything else goes through the first machine's socket, and ends with it.
    const socket = this.#hops[0]?.transport
    const closed = socket === undefined || socket.closed ? undefined : new Promise<void>((resolve) => socket.once('close', () => resolve()))
    if (this.#lost === undefined) this.client.end()
    this.#lose()
    await closed
  }
}

/** A logged-in machine, and what carries its bytes. */
interface Hop {
  readonly client: Client
  readonly transport: Duplex
}

/** Nothing is waited for: ssh2's own `destroy` leaves a half-closed socket open. */
function closeHops(hops: readonly Hop[]): void {
  for (const { client, transport } of hops.toReversed()) {
    client.on('error', () => {})
    transport.destroy()
  }
}

/**
 * Connects through every machine of the route to the last.
 *
 * @throws CONNECTION_FAILED, AUTHENTICATION_FAILED, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, ABORTED, INVALID_INPUT
 */
export async function connectSsh(route: readonly SshTarget[], settings: ConnectionSettings, signal?: AbortSignal): Promise<SshConnection> {
  const label = route.at(-1)?.label ?? ''
  if (signal?.aborted === true) throw connectionAborted(label, signal)
  const hops: Hop[] = []
  const transports: Duplex[] = []
  const { promise: givenUp, reject } = Promise.withResolvers<never>()
  givenUp.catch(() => {})
  const timer = setTimeout(() => reject(connectionTimedOut(label, settings.connectTimeoutMs)), settings.connectTimeoutMs)
  const abort = (): void => reject(connectionAborted(label, signal))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for (const target of route) {
      const transport = hops.length === 0 ? tcpSocket(target) : await Promise.race([givenUp, forward(hops.at(-1)!.client, target)])
      transports.push(transport)
      const ready = hops.length === 0 ? connected(transport as Socket, target) : undefined
      const work = Promise.all([import('ssh2'), hostKeyCheck(target.host, target.port, target.knownHosts, target.hostKeyPolicy), ready])
      const [{ default: ssh2 }, check] = await Promise.race([givenUp, work])
      const authentication = await Promise.race([givenUp, prepareAuthentication(ssh2, target.user, target.authentication)])
      const client = new ssh2.Client()
      hops.push({ client, transport })
      await Promise.race([givenUp, logIn(client, transport, target, check, authentication, settings)])
    }
    return new SshConnection(hops, hops.at(-1)!, label, settings.maxChannels)
  } catch (error) {
    closeHops(hops)
    for (const transport of transports) transport.on('error', () => {}).destroy()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** Without Nagle's algorithm from the first byte on: it would hold back each message of the login until the server's delayed acknowledgement. */
function tcpSocket({ host, port }: SshTarget): Socket {
  return connect({ host, port, noDelay: true })
}

function connected(socket: Socket, { label }: SshTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => reject(connectionFailed(label, error)))
    socket.once('connect', resolve)
  })
}

function forward(through: Client, { host, port, label }: SshTarget): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    through.once('close', () => reject(connectionFailed(label, new Error('the jump host closed the connection'))))
    through.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error === undefined || error === null) resolve(channel)
      else
        reject(
          connectionFailed(
            label,
            new Error(`the jump host cannot reach it: ${error.message.replace(/^\(SSH\) Channel open failure: /u, '')}`, { cause: error }),
          ),
        )
    })
  })
}

function logIn(
  client: Client,
  transport: Duplex,
  target: SshTarget,
  check: HostKeyCheck,
  authentication: Authentication,
  settings: ConnectionSettings,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let refusedKey: unknown
    let authenticating = false
    const fail = (error?: Error & { level?: string }): void => {
      // ssh2 goes on with the next method after these.
      if (error?.level === 'agent' || (error?.level === 'client-authentication' && !authentication.exhausted())) {
        authentication.note(error.message)
        return
      }
      if (refusedKey !== undefined) reject(refusedKey)
      else if (authentication.exhausted()) reject(authentication.error(target.label))
      else if (authenticating && error?.level === undefined) reject(authentication.error(target.label, error?.message ?? 'the server closed the connection'))
      else reject(connectionFailed(target.label, error ?? new Error('the server closed the connection')))
    }
    client.on('error', fail)
    client.on('close', () => fail())
    client.on('handshake', () => (authenticating = true))
    client.on('change password', () => reject(authentication.error(target.label, 'the password has expired and must be changed')))
    client.once('ready', () => {
      client.off('error', fail)
      resolve()
    })
    client.connect({
      sock: transport,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: settings.keepaliveIntervalMs,
      keepaliveCountMax: 3,
      authHandler: authentication.next,
      algorithms: { serverHostKey: check.algorithms as ServerHostKeyAlgorithm[] },
      hostVerifier: (key: Uint8Array, verify: (trusted: boolean) => void) => {
        check.verify(key).then(
          () => verify(true),
          (error: unknown) => {
            refusedKey = error
            verify(false)
          },
        )
      },
    })
  })
}
