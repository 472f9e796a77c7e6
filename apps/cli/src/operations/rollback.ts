import { defineOperation, HostwrightError, listTransactions, readTransaction, rollbackTransaction } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { describeUndo } from '../render/action.ts'
import { settlementDocument } from './document.ts'
import { historyOptions, newestFirst } from './history.ts'

/** `hostwright rollback [ID]` */
export const rollback: SpanningOperation = {
  operation: defineOperation({
    kind: 'change',
    name: 'rollback',
    summary: 'Undo a change',
    description:
      'Puts back what a transaction changed, the newest step first, by its undo.sh on the host. If something was changed again since, nothing is touched and the command says what; --force puts back the state from before the transaction all the same.',
    input: z.object({
      id: z.string().optional().describe('The transaction. Default: the last one that is not undone.'),
      force: z.boolean().default(false).describe('Undo even what was changed again since.'),
    }),
    positionals: ['id'],
    output: settlementDocument,
    examples: [
      { argv: ['rollback', '--dry-run'], text: 'Shows what undoing the last change would do.' },
      { argv: ['rollback'], text: 'Undoes the last change.' },
    ],
    async run(context: SpanningContext, { id, force }) {
      return rollbackTransaction(context.host, id ?? (await lastTransaction(context)), { ...historyOptions(context), force })
    },
    complete: async (context: SpanningContext) =>
      newestFirst(await listTransactions(context.host, historyOptions(context)))
        .filter(({ state }) => state !== 'undone')
        .map(({ id }) => id),
    view: ({ transaction, state }) => ({ kind: 'lines', lines: [{ text: `✔ transaction ${transaction} is ${state}`, tone: 'good' }] }),
  }),
  async preview(context, input) {
    const { id } = input as { readonly id?: string }
    const { id: found, plan, begun } = await readTransaction(context.host, id ?? (await lastTransaction(context)), historyOptions(context))
    return {
      kind: 'group',
      title: `Undoing transaction ${found} would`,
      children: [
        {
          kind: 'lines',
          lines: plan.steps
            .slice(0, begun)
            .toReversed()
            .flatMap((step) => describeUndo(plan, step).map((line) => `  ${line}`)),
        },
      ],
    }
  },
}

async function lastTransaction(context: SpanningContext): Promise<string> {
  const last = newestFirst(await listTransactions(context.host, historyOptions(context))).find(({ state }) => state !== 'undone')
  if (last !== undefined) return last.id
  throw new HostwrightError('NOT_FOUND', `there is no change to undo on ${context.host.label}`, {
    subject: context.host.label,
    hint: 'Run `hostwright history` to see what was done.',
  })
}
