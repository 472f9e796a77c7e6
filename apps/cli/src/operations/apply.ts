import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { planConfiguration } from '../desired-state.ts'
import { planDocument } from './document.ts'

/** `hostwright apply` */
export const apply: SpanningOperation = {
  operation: defineOperation({
    kind: 'change',
    name: 'apply',
    summary: 'Bring the host to its desired state',
    description:
      'Makes the change that `hostwright plan` shows, as one transaction: all of it or nothing. Before the first step, everything that undoes it is written to disk. ' +
      'With --confirm, a watchdog undoes it at the deadline unless `hostwright confirm` arrives from a new connection.',
    input: z.object({}),
    output: z.object({ plan: planDocument }),
    examples: [
      { argv: ['apply', '--confirm', '60s'], text: 'Applies the change, and undoes it after a minute unless it is confirmed.' },
      { argv: ['apply', '--dry-run', '--explain'], text: 'Shows every action and its undo, and changes nothing.' },
    ],
    plan: async (context: SpanningContext) => (await planConfiguration(context)).plan,
  }),
}
