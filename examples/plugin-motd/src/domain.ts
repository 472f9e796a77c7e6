import { defineOperation, isHostwrightError, type AnyOperation, type Domain } from '@hostwright/core'
import * as z from 'zod'
import { motdPath, motdSection } from './section.ts'

const show: AnyOperation = defineOperation({
  name: 'motd show',
  kind: 'query',
  summary: 'Show the message of the day',
  input: z.object({}),
  output: z.object({ text: z.string() }),
  async run({ host }) {
    try {
      return { text: await host.fs.readText(motdPath) }
    } catch (error) {
      if (isHostwrightError(error, 'NOT_FOUND')) return { text: '' }
      throw error
    }
  },
  view: ({ text }) => ({ kind: 'lines', lines: text.trimEnd().split('\n') }),
})

const set: AnyOperation = defineOperation({
  name: 'motd set',
  kind: 'change',
  summary: 'Set the message of the day',
  input: z.object({ text: z.string().describe('The message') }),
  positionals: ['text'],
  output: z.object({}),
  plan: ({ host }, { text }) => motdSection.plan(host, { text }),
})

/** What Hostwright looks for in a plugin. */
export const domain: Domain = { name: 'motd', summary: 'The message of the day', operations: [show, set], section: motdSection }
