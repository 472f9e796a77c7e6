import { defineOperation, type AnyOperation } from '@hostwright/core'
import * as z from 'zod'
import { factSections, readFacts, type FactSection } from './facts.ts'
import { factsSchema } from './schemas/facts.ts'
import { viewOverview, viewSections } from './views/facts.ts'

const sectionSchema = z.enum(factSections as readonly [FactSection, ...FactSection[]])

/** `hostwright facts [section…]` */
export const factsOperation: AnyOperation = defineOperation({
  name: 'facts',
  kind: 'query',
  summary: 'Show what the system is',
  description:
    'Reads the operating system, kernel, hardware, devices, network, users and mounts from /proc, /sys and /etc, and starts no process. ' +
    'Without a section it prints an overview; with sections, or as JSON, everything that is known.\n\n' +
    'What the system does not have is left out. Serial numbers are there for root only.',
  input: z.object({
    sections: z
      .array(sectionSchema)
      .default([])
      .describe(`What to show: ${factSections.join(', ')}`),
  }),
  positionals: ['sections'],
  output: factsSchema,
  examples: [
    { argv: ['facts'], text: 'An overview of this machine' },
    { argv: ['facts', 'cpu', 'memory'], text: 'Processor and memory in full' },
    { argv: ['facts', 'block', '--json'], text: 'The block devices for a program' },
  ],
  complete: async (_context, field, typed) => (field === 'sections' ? factSections.filter((section) => section.startsWith(typed)) : []),
  run: async ({ host }, { sections }) => readFacts(host.fs, sections.length === 0 ? {} : { only: sections }),
  view: (facts, { sections }) => (sections.length === 0 ? viewOverview(facts) : viewSections(facts)),
})

/** The operations of this library. */
export const operations: readonly AnyOperation[] = [factsOperation]
