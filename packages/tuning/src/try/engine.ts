import type { Host, Plan } from '@hostwright/core'
import type { ProfileChoice } from '../profile-choice.ts'
import type { Profile } from '../profile.ts'

/** What applying a plan reports, as far as a trial looks at it. */
export interface TrialApplyEvent {
  readonly type: string
  readonly transaction?: string
  readonly state?: string
}

/** How a trial plans, applies and undoes a profile. By default that is done by the core's transactions. */
export interface TrialEngine {
  /** The plan of a profile on a host, without anything that outlasts a reboot. */
  plan(host: Host, profile: string | Profile, choice: ProfileChoice): Promise<Plan>
  /** Applies it, to be undone by itself after the given time. The last event is `finished`. */
  apply(host: Host, plan: Plan, options: { readonly confirmWithinMs: number; readonly signal?: AbortSignal }): AsyncIterable<TrialApplyEvent>
  /** Gives it more time before it is undone by itself. */
  extend(host: Host, transaction: string, withinMs: number): Promise<void>
  /** Puts everything back. */
  rollback(host: Host, transaction: string): Promise<void>
}
