import { basename } from 'node:path'
import { defineOperation, type Plan } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { planConfiguration } from '../desired-state.ts'
import { planDocument } from './document.ts'

/** `hostwright plan` */
export const plan: SpanningOperation = {
  operation: defineOperation({
    kind: 'query',
    name: 'plan',
    summary: 'Show the change that brings the host to its desired state',
    description:
      'Reads host.yaml or host.ts, compares it with the host and shows the steps from one to the other. Nothing is changed. With --check, exits with 4 if there are any.',
    input: z.object({}),
    output: z.object({ configuration: z.string(), plan: planDocument }),
    examples: [
      { argv: ['plan'], text: 'Shows what host.yaml asks of this machine.' },
      { argv: ['plan', '--host', 'ssh://root@db1', '--config', 'db1.yaml', '--check'], text: 'Says whether another machine is as it should be.' },
    ],
    run: (context: SpanningContext) => planConfiguration(context),
    pending: (output) => output.plan.steps.length > 0,
    view: (output) => ({
      kind: 'group',
      children: [
        { kind: 'lines', lines: [{ text: `${basename(output.configuration)} → ${output.plan.host}`, tone: 'strong' }] },
        { kind: 'plan', plan: output.plan },
      ],
    }),
  }),
  next: (output) => ((output as { readonly plan: Plan }).plan.steps.length === 0 ? undefined : { text: 'Apply with', words: ['apply', '--confirm', '60s'] }),
}
