import { Buffer } from 'node:buffer'
import type { ChannelSlot } from './channel-slots.ts'
import type { ClientChannel } from 'ssh2'
import { channelEnd, type RemoteEnd } from './remote-channel.ts'
import { startChannel } from './ssh-channel.ts'
import type { SshConnection } from './ssh-connection.ts'

/** A login shell that waits for one line, which it becomes. */
export interface PreparedShell {
  readonly channel: ClientChannel
  readonly slot: ChannelSlot
  readonly closed: Promise<RemoteEnd>
}

/** Shells read such a line byte by byte. */
const maxLineBytes = 4096

/** What a waiting shell is started with: it reads one line and runs it. A variable stands for the line breaks in it. */
export const waitingLine: string = 'hwn=\'\n\';IFS= read -r hwl&&eval "$hwl"'

/** The line as a waiting shell takes it, or `undefined` if it is too long for that. Line breaks stand in single quotes only. */
export function lineForSpare(line: Uint8Array): Buffer | undefined {
  const text = Buffer.from(line).toString('latin1').replaceAll('\n', `'"$hwn"'`)
  return text.length > maxLineBytes ? undefined : Buffer.from(`${text}\n`, 'latin1')
}

/**
 * Keeps one login shell ready on a connection that is used more than once, so that a command waits neither for a channel nor
 * for the shell to start. It ends with the connection, by the end of its input.
 */
export class SpareShell {
  readonly #connection: SshConnection
  #next: Preparation | undefined
  #uses = 0
  #disabled = false

  constructor(connection: SshConnection) {
    this.#connection = connection
    connection.slots.onLower.add(() => this.#disable())
  }

  /** The prepared shell, if there is or will be one; another is prepared in its place. */
  take(): Promise<PreparedShell | undefined> | undefined {
    const taken = this.#next
    this.#next = undefined
    this.#uses += 1
    if (this.#uses > 1) this.#prepare()
    return taken?.shell
  }

  #prepare(): void {
    if (this.#disabled || this.#next !== undefined || this.#connection.lost !== undefined) return
    const slot = this.#connection.slots.trySpare()
    if (slot !== undefined) this.#next = this.#start(slot)
  }

  #start(slot: ChannelSlot): Preparation {
    let closed: Promise<RemoteEnd> | undefined
    const channel = startChannel(
      this.#connection,
      (client, callback) => client.exec(waitingLine, callback),
      (opened) => {
        slot.opened()
        closed = channelEnd(this.#connection, opened)
        // A shell may end while it waits: TMOUT of bash, or no shell at all.
        opened.once('exit', () => {
          if (this.#next === preparation) this.#drop(preparation)
        })
      },
    )
    const shell = channel.then(
      (opened): PreparedShell => ({ channel: opened, slot, closed: closed! }),
      () => {
        slot.release()
        this.#disable()
        return undefined
      },
    )
    const preparation = { shell }
    return preparation
  }

  #disable(): void {
    this.#disabled = true
    if (this.#next !== undefined) this.#drop(this.#next)
  }

  #drop(preparation: Preparation): void {
    this.#next = undefined
    void preparation.shell.then((shell) => {
      shell?.channel.close()
      shell?.slot.release()
    })
  }
}

interface Preparation {
  readonly shell: Promise<PreparedShell | undefined>
}
