/** One channel that may be open. */
export interface ChannelSlot {
  /** Takes note that the server has opened the channel. */
  opened(): void
  release(): void
}

/**
 * Shares out the sessions that a server allows on one connection (`MaxSessions` in sshd_config(5), 10 by default): what
 * does not fit waits. One slot is kept for ending commands, where there are enough.
 */
export class ChannelSlots {
  /** Called when the server turned out to allow fewer, for those who keep one for later. */
  readonly onLower: Set<() => void> = new Set()
  #limit: number
  #used = 0
  #open = 0
  /** The most that were open at a time: the server allows at least these. */
  #mostOpen = 0
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

  /** A slot to keep for later, if more than one are free. */
  trySpare(): ChannelSlot | undefined {
    return this.#waiting.length === 0 && this.#used + 1 < this.#common() ? this.#take() : undefined
  }

  /**
   * Takes note that the server refused one more channel than these. It may refuse one although it allows it, while it still
   * tidies up after the last: what it has allowed once is believed for good.
   */
  lower(others: number): void {
    const limit = Math.max(1, this.#mostOpen, Math.min(this.#limit, others))
    if (limit === this.#limit) return
    this.#limit = limit
    for (const listener of this.onLower) listener()
  }

  #common(): number {
    return this.#limit > 2 ? this.#limit - 1 : this.#limit
  }

  #take(): ChannelSlot {
    this.#used += 1
    let held = true
    let open = false
    return {
      opened: () => {
        open = true
        this.#open += 1
        this.#mostOpen = Math.max(this.#mostOpen, this.#open)
      },
      release: () => {
        if (!held) return
        held = false
        this.#used -= 1
        if (open) this.#open -= 1
        while (this.#used < this.#common()) {
          const next = this.#waiting.shift()
          if (next === undefined) return
          next.grant(this.#take())
        }
      },
    }
  }
}
