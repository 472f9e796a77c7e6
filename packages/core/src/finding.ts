import type { Plan } from './plan.ts'

/** How bad a finding is. `ok` says that something was checked and is fine. */
export type Severity = 'error' | 'warning' | 'info' | 'ok'

/** Something that `hostwright doctor` has to say about a host. */
export interface Finding {
  /** Stable, for programs and for silencing: `tuning/sysctl-overridden`. */
  readonly id: string
  readonly domain: string
  readonly severity: Severity
  /** The object concerned: a key, a device, `file:line`. */
  readonly subject: string
  /** One sentence. */
  readonly message: string
  /** What was read that shows it. */
  readonly evidence?: readonly string[]
  /** A command that shows more or resolves it, as argv after `hostwright`. */
  readonly command?: readonly string[]
  /** The change that resolves it, where one exists. */
  readonly plan?: Plan
}
