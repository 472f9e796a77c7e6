/** What every event has: its kind, its place in the sequence from 0, and when it happened. */
export interface EventBase {
  readonly type: string
  /** Counts from 0 within one sequence. */
  readonly seq: number
  /** ISO 8601 with milliseconds, UTC. */
  readonly time: string
}

/** Progress of long work, for reporters. */
export interface ProgressEvent extends EventBase {
  readonly type: 'progress'
  readonly message: string
  /** Done so far and in all, in `unit`; `total` is absent where it is not known. */
  readonly done: number
  readonly total?: number
  readonly unit?: 'bytes' | 'steps' | 'files' | 'runs'
}

/** An event before it gets its number and time. */
export type EventDraft<E extends EventBase> = E extends EventBase ? Omit<E, 'seq' | 'time'> : never

/** Gives events their number and time. */
export function eventSequence<E extends EventBase>(now: () => Date = () => new Date()): (draft: EventDraft<E>) => E {
  let seq = 0
  return (draft) => {
    const event = { ...draft, seq, time: now().toISOString() } as unknown as E
    seq += 1
    return event
  }
}
