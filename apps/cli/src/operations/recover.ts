import { defineOperation, recoverTransactions, type TransactionState } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { settlementDocument } from './document.ts'
import { historyOptions } from './history.ts'

const ends: Readonly<Partial<Record<TransactionState, string>>> = { committed: 'is kept', 'awaiting-confirmation': 'still awaits its confirmation' }

/** `hostwright recover` */
export const recover: SpanningOperation = {
  operation: defineOperation({
    kind: 'change',
    name: 'recover',
    summary: 'End a change that a crash interrupted',
    description:
      'A change that was being applied is undone, an undo that was interrupted is completed, and one that awaits its confirmation keeps waiting. Does nothing if nothing was interrupted.',
    input: z.object({}),
    output: z.object({ recovered: settlementDocument.optional() }),
    examples: [{ argv: ['recover'], text: 'Puts the host back into a known state after a crash.' }],
    async run(context: SpanningContext) {
      const recovered = await recoverTransactions(context.host, historyOptions(context))
      return recovered === undefined ? {} : { recovered }
    },
    view: ({ recovered }) => ({
      kind: 'lines',
      lines: [
        recovered === undefined
          ? 'Nothing was interrupted.'
          : { text: `✔ transaction ${recovered.transaction} ${ends[recovered.state] ?? `is ${recovered.state}`}`, tone: 'good' },
      ],
    }),
  }),
}
