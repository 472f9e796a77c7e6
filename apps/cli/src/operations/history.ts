import {
  defineOperation,
  listTransactions,
  readTransaction,
  type HistoryOptions,
  type Tone,
  type TransactionRecord,
  type TransactionSummary,
  type View,
} from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { leftoverDocument, planDocument, transactionState } from './document.ts'

const tones: Readonly<Record<TransactionSummary['state'], Tone>> = {
  prepared: 'dim',
  applying: 'accent',
  'awaiting-confirmation': 'warn',
  interrupted: 'bad',
  committed: 'good',
  undone: 'dim',
  'undo-failed': 'bad',
}

const summaryDocument = z.looseObject({
  id: z.string(),
  state: transactionState,
  time: z.string(),
  who: z.string(),
  host: z.string(),
  domain: z.string(),
  stepCount: z.int(),
  begun: z.int(),
  remainingMs: z.number().optional(),
  left: z.array(leftoverDocument).readonly(),
  reason: z.string().optional(),
  plan: planDocument.optional(),
})

/** `hostwright history [ID]` */
export const history: SpanningOperation = {
  operation: defineOperation({
    kind: 'query',
    name: 'history',
    summary: 'Show the changes that were made: what, when, by whom, and how they ended',
    input: z.object({
      id: z.string().optional().describe('Show this transaction with its difference.'),
      limit: z.int().min(1).default(20).describe('How many are listed at most, the newest first.'),
    }),
    positionals: ['id'],
    output: z.object({ transactions: z.array(summaryDocument) }),
    examples: [
      { argv: ['history'], text: 'Lists the last changes.' },
      { argv: ['history', '--limit', '100', '--json'], text: 'Lists more of them for a program.' },
    ],
    async run(context: SpanningContext, { id, limit }) {
      const options = historyOptions(context)
      if (id !== undefined) return { transactions: [await readTransaction(context.host, id, options)] } as unknown as { transactions: [] }
      const all = await listTransactions(context.host, options)
      return { transactions: newestFirst(all).slice(0, limit) } as unknown as { transactions: [] }
    },
    complete: async (context: SpanningContext) => newestFirst(await listTransactions(context.host, historyOptions(context))).map(({ id }) => id),
    view({ transactions }, { id }) {
      const records = transactions as unknown as readonly (TransactionSummary | TransactionRecord)[]
      const record = records[0]
      return id !== undefined && record !== undefined && 'plan' in record ? recordView(record) : listView(records)
    },
  }),
}

/** The options that the flags of every command make for the history. */
export function historyOptions({ stateDirectory }: SpanningContext): HistoryOptions {
  return stateDirectory === undefined ? {} : { stateDirectory }
}

/** Transactions with the newest first. Their ids sort by time. */
export function newestFirst(transactions: readonly TransactionSummary[]): TransactionSummary[] {
  return transactions.toSorted((a, b) => (a.id < b.id ? 1 : -1))
}

function listView(records: readonly TransactionSummary[]): View {
  return {
    kind: 'table',
    empty: 'No change was made yet.',
    columns: [
      { title: 'id' },
      { title: 'when' },
      { title: 'who', shrink: 2 },
      { title: 'domain', shrink: 1 },
      { title: 'steps', align: 'right' },
      { title: 'outcome' },
    ],
    rows: records.map(({ id, time, who, domain, stepCount, state }) => [
      id,
      shortTime(time),
      who,
      domain,
      String(stepCount),
      { text: state, tone: tones[state] },
    ]),
  }
}

function recordView(record: TransactionRecord): View {
  const { id, time, who, host, domain, state, reason, directory, left, plan } = record
  return {
    kind: 'group',
    children: [
      {
        kind: 'fields',
        fields: [
          ['transaction', { text: id, tone: 'strong' }],
          ['when', shortTime(time)],
          ['who', who],
          ['host', host],
          ['domain', domain],
          ['outcome', { text: state, tone: tones[state] }],
          ...(reason === undefined ? [] : [['reason', reason] as const]),
          ['directory', directory],
        ],
      },
      { kind: 'plan', plan },
      ...(left.length === 0
        ? []
        : [
            {
              kind: 'lines',
              lines: left.map(({ step, summary, reason: why }) => ({ text: `not put back: step ${step}, ${summary}: ${why}`, tone: 'bad' as const })),
            } as const,
          ]),
    ],
  }
}

/** `2026-03-01 12:00:05Z` */
function shortTime(time: string): string {
  return time.replace('T', ' ').replace(/\.\d+Z$/u, 'Z')
}
