import * as z from 'zod'
import type { Domain } from '../section.ts'

/** The JSON Schema (draft 2020-12) of `host.yaml` with the sections of these domains, for editors. */
export function desiredStateSchema(domains: readonly Domain[]): Readonly<Record<string, unknown>> {
  const sections = domains.flatMap((domain) => {
    if (domain.section === undefined) return []
    const { $schema: _, ...schema } = z.toJSONSchema(domain.section.schema, { io: 'input', unrepresentable: 'any' })
    return [[domain.section.name, { description: domain.summary, ...schema }] as const]
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The desired state of a host',
    type: 'object',
    additionalProperties: false,
    properties: {
      plugins: { description: 'Packages or files that export a domain, relative to this file', type: 'array', items: { type: 'string', minLength: 1 } },
      ...Object.fromEntries(sections),
    },
  }
}
