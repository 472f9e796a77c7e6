import type { EventBase } from '../event.ts'
import type { Plan } from '../plan.ts'

/**
 * Where a transaction stands.
 *
 * `prepared`: written down, nothing changed yet. `applying`: a process works on it. `awaiting-confirmation`: everything is
 * applied and will be undone at the deadline. `interrupted`: the process that worked on it is gone; recovery finishes it.
 * `committed`, `undone`: ended. `undo-failed`: ended, and something could not be put back; the undo can be run again.
 */
export type TransactionState = 'prepared' | 'applying' | 'awaiting-confirmation' | 'interrupted' | 'committed' | 'undone' | 'undo-failed'

/** A change that could not be put back. */
export interface Leftover {
  /** Number of the step in the plan, from 1; 0 if it belongs to none. */
  readonly step: number
  readonly summary: string
  /** Why it could not be put back. */
  readonly reason: string
}

/** What the history says of a transaction. */
export interface TransactionSummary {
  /** 26 characters; sorts by time. */
  readonly id: string
  readonly state: TransactionState
  /** When it was prepared, ISO 8601, UTC. */
  readonly time: string
  /** Who applied it, and from which address if over SSH: `anna`, `root from 10.0.0.5`. */
  readonly who: string
  readonly host: string
  readonly domain: string
  readonly stepCount: number
  /** Numbers of the steps that were begun. */
  readonly begun: number
  /** Milliseconds until it is undone; only while it awaits confirmation. */
  readonly remainingMs?: number
  /** What could not be put back. */
  readonly left: readonly Leftover[]
  /** Why it was undone: the step that failed and the system's message, a missed deadline, a request. */
  readonly reason?: string
}

/** A transaction with its plan. */
export interface TransactionRecord extends TransactionSummary {
  readonly plan: Plan
  /** What each attribute held after it was set, by step number, as the kernel printed it. */
  readonly effective: Readonly<Record<number, string>>
  /** The transaction's directory on the host. */
  readonly directory: string
}

/** How a plan is applied. */
export interface ApplyOptions {
  /**
   * Undo everything unless a confirmation arrives within this time after the last step. The same time is given to the steps
   * themselves: if they take longer, they are stopped and undone. At least 1 s. Default: commit at once.
   */
  readonly confirmWithinMs?: number
  /** Apply steps that cannot be undone. Default `false`: such a plan is refused. */
  readonly allowIrreversible?: boolean
  /** Stops after the step in hand and undoes what was done. */
  readonly signal?: AbortSignal
  /** Where transactions are kept on the host. Default: `/var/lib/hostwright`, or the XDG state directory of a user who is not root. */
  readonly stateDirectory?: string
  /** Who wants this, for the history; default: the user that the host's commands run as. */
  readonly who?: string
  /** How many ended transactions the history keeps, at least 50. Default 200. */
  readonly keep?: number
}

/** What happens while a plan is applied. */
export type TransactionEvent =
  | (EventBase & { readonly type: 'prepared'; readonly transaction: string; readonly directory: string })
  | (EventBase & { readonly type: 'armed'; readonly transaction: string; readonly withinMs: number; readonly survivesReboot: boolean })
  | (EventBase & { readonly type: 'step-begun'; readonly step: number; readonly id: string; readonly summary: string })
  | (EventBase & {
      readonly type: 'step-done'
      readonly step: number
      readonly id: string
      /** What the kernel holds now; for steps that set an attribute. */
      readonly have?: string
      /** The kernel took another value than asked for. */
      readonly clamped?: boolean
    })
  | (EventBase & { readonly type: 'step-failed'; readonly step: number; readonly id: string; readonly message: string })
  | (EventBase & { readonly type: 'step-undone'; readonly step: number; readonly id: string })
  | (EventBase & { readonly type: 'step-left'; readonly step: number; readonly id: string; readonly message: string })
  | (EventBase & { readonly type: 'finished'; readonly transaction: string; readonly state: TransactionState; readonly left: readonly Leftover[] })
