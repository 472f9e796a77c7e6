import { confirmTransaction, defineOperation, durationMs, formatDuration, listTransactions } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { settlementDocument } from './document.ts'
import { historyOptions } from './history.ts'

/** `hostwright confirm [ID]` */
export const confirm: SpanningOperation = {
  operation: defineOperation({
    kind: 'change',
    name: 'confirm',
    summary: 'Keep the change that awaits confirmation',
    description:
      'A change that was applied with --confirm is undone at its deadline unless this command is run in time. Run it over a new connection: that it arrives shows that the host can still be reached.',
    input: z.object({
      id: z.string().optional().describe('The transaction. Default: the one that awaits confirmation.'),
      extendMs: durationMs({ min: 1000 }).optional().describe('Do not decide yet: move the deadline to this time from now.'),
    }),
    positionals: ['id'],
    output: settlementDocument,
    examples: [
      { argv: ['confirm'], text: 'Keeps the change.' },
      { argv: ['confirm', '--extend', '5m'], text: 'Gives five more minutes to look at it.' },
    ],
    async run(context: SpanningContext, { id, extendMs }) {
      return confirmTransaction(context.host, {
        ...historyOptions(context),
        ...(id === undefined ? {} : { id }),
        ...(extendMs === undefined ? {} : { extendMs }),
      })
    },
    async complete(context: SpanningContext) {
      const all = await listTransactions(context.host, historyOptions(context))
      return all.filter(({ state }) => state === 'awaiting-confirmation').map(({ id }) => id)
    },
    view: ({ transaction, remainingMs }) => ({
      kind: 'lines',
      lines: [
        remainingMs === undefined
          ? { text: `✔ transaction ${transaction} is kept`, tone: 'good' }
          : `Transaction ${transaction} is undone in ${formatDuration(Math.round(remainingMs / 1000) * 1000)} unless it is confirmed.`,
      ],
    }),
  }),
}
