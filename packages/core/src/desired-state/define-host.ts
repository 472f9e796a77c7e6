/**
 * The sections of a host's desired state by name. Domain packages add theirs by declaration merging, so that `host.ts` is
 * checked by the compiler.
 */
export interface HostSections {}

/** The desired state of a host: plugins, and one section a domain. What a section does not mention is left alone. */
export type HostDefinition = HostSections & {
  /** Packages or files that export a `domain`; relative to the file that names them. */
  readonly plugins?: readonly string[]
  /** Sections of plugins. */
  readonly [section: string]: unknown
}

/**
 * Gives the desired state in a `host.ts` its type; returns it unchanged. The file exports it as `default` or as `host`.
 *
 * @example
 * ```ts
 * import { defineHost } from '@hostwright/core'
 *
 * export const host = defineHost({ tuning: { profile: 'server' } })
 * ```
 */
export function defineHost(definition: HostDefinition): HostDefinition {
  return definition
}
