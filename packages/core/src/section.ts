import type * as z from 'zod'
import type { Finding } from './finding.ts'
import type { Host } from './host.ts'
import type { AnyOperation } from './operation.ts'
import type { Plan } from './plan.ts'

/** Where the values of a section stand in the user's file, so that a plan and an error can point there. */
export interface SectionSource {
  /** `host.yaml:8` for the value at this path of keys, or `undefined` if it is not known. */
  locate(path: readonly (string | number)[]): string | undefined
  /** `host.yaml:8:46` for the value at this path of keys, or for its key: what an error begins with. */
  place?(path: readonly (string | number)[], of?: 'key' | 'value'): string | undefined
}

/** How a library takes part in desired state. */
export interface DomainSection<S extends z.ZodType = z.ZodType> {
  /** The key in `host.yaml`. */
  readonly name: string
  readonly schema: S
  /** Names of sections whose changes come before this one's. */
  readonly after?: readonly string[]
  /** The present state, in the terms of the schema, plain JSON. */
  observe(host: Host): Promise<unknown>
  /** The change from the present to the desired state; no steps if there is nothing to do. */
  plan(host: Host, desired: z.output<S>, source?: SectionSource): Promise<Plan>
  /** What is wrong or could be better, for `doctor`. */
  findings?(host: Host): Promise<readonly Finding[]>
}

/** A section whose types are no longer known, as it stands in a domain's list. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnySection = DomainSection<any>

/** What a library or plugin offers to the command, the daemon and the dashboard: the export that they look for is called `domain`. */
export interface Domain {
  readonly name: string
  /** One line. */
  readonly summary: string
  readonly operations: readonly AnyOperation[]
  readonly section?: AnySection
  /** Findings of a domain that has no section. */
  findings?(host: Host): Promise<readonly Finding[]>
}
