/** One channel that may be open. */
export interface ChannelSlot {
  release(): void
}

/**
 * Shares out the sessions that a server allows on one connection (`MaxSessions` in sshd_config(5), 10 by default): what
 * does not fit waits. One slot is kept for ending commands, where there are enough.
 */
export class ChannelSlots {
  /** Called when so few are left that nobody may keep one for later. */
  onScarce: (() => void) | undefined
  #limit: number
  #used = 0
  readonly #waiting: { readonly grant: (slot: ChannelSlot) => void }[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get limit(): number {
    return this.#limit
  }

  /** Whether only one channel can be open at a time. */
  get scarce(): boolean {
    return this.#limit < 2
  }

  get used(): number {
    return this.#used
  }

  /** Waits for a slot; an abort gives up the place in the queue. */
  acquire(signal?: AbortSignal): Promise<ChannelSlot> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (this.#waiting.length === 0 && this.#used < this.#common()) return Promise.resolve(this.#take())
    const { promise, resolve, reject } = Promise.withResolvers<ChannelSlot>()
    const entry = {
      grant: (slot: ChannelSlot) => {
        signal?.removeEventListener('abort', giveUp)
        resolve(slot)
      },
    }
    const giveUp = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(entry), 1)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    this.#waiting.push(entry)
    return promise
  }

  /** A slot at once, the reserved one included, or `undefined`. */
  tryReserved(): ChannelSlot | undefined {
    return this.#used < this.#limit ? this.#take() : undefined
  }

  /** Takes note that the server refused one more channel than this many. */
  lower(open: number): void {
    this.#limit = Math.max(1, Math.min(this.#limit, open))
    if (this.scarce) this.onScarce?.()
  }

  #common(): number {
    return this.#limit > 2 ? this.#limit - 1 : this.#limit
  }

  #take(): ChannelSlot {
    this.#used += 1
    let held = true
    return {
      release: () => {
        if (!held) return
        held = false
        this.#used -= 1
        while (this.#used < this.#common()) {
          const next = this.#waiting.shift()
          if (next === undefined) return
          next.grant(this.#take())
        }
      },
    }
  }
}
