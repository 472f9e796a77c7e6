import { connectSsh, type ConnectionSettings, type SshConnection, type SshTarget } from './ssh-connection.ts'
import { connectionClosed } from './ssh-errors.ts'
import type { RemoteCommand } from './remote-command.ts'

/** The connection of a host, made again when it was lost. */
export class SshLink implements AsyncDisposable {
  readonly label: string
  /** The commands that run, to be ended when the host is closed. */
  readonly commands: Set<RemoteCommand> = new Set()
  readonly #route: readonly SshTarget[]
  readonly #settings: ConnectionSettings
  readonly #reconnect: boolean
  readonly #closing = new AbortController()
  #current: SshConnection
  #next: Promise<SshConnection> | undefined

  constructor(first: SshConnection, route: readonly SshTarget[], settings: ConnectionSettings, reconnect: boolean) {
    this.label = first.label
    this.#current = first
    this.#route = route
    this.#settings = settings
    this.#reconnect = reconnect
  }

  /** The connection if one stands, so that the usual case waits for nothing. */
  get standing(): SshConnection | undefined {
    return this.#current.lost === undefined ? this.#current : undefined
  }

  /** The connection, made again if it was lost. An abort ends only the waiting. */
  async connection(signal?: AbortSignal): Promise<SshConnection> {
    if (this.#closing.signal.aborted) throw connectionClosed(this.label)
    if (this.#current.lost === undefined) return this.#current
    if (!this.#reconnect) throw this.#current.lost
    this.#next ??= this.#connectAgain()
    return signal === undefined ? this.#next : Promise.race([this.#next, rejectionOf(signal)])
  }

  /** A connection beside the usual one, for what must not wait behind it. */
  separate(): Promise<SshConnection> {
    return connectSsh(this.#route, this.#settings, this.#closing.signal)
  }

  async #connectAgain(): Promise<SshConnection> {
    try {
      this.#current = await this.separate()
      return this.#current
    } finally {
      this.#next = undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.commands]
    for (const command of running) command.stop('ABORTED')
    await Promise.allSettled(running.map((command) => command.ended))
    this.#closing.abort()
    await this.#next?.catch(() => {})
    await this.#current[Symbol.asyncDispose]()
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
