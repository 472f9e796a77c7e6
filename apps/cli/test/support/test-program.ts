import { createPlanner, defineOperation, deriveCatalogue, HostwrightError, type Domain } from '@hostwright/core'
import * as z from 'zod'
import { spanningLoaders } from '../../src/operations/index.ts'
import type { Program } from '../../src/program.ts'

const shelf: Domain = {
  name: 'shelf',
  summary: 'Files on a shelf',
  operations: [
    defineOperation({
      kind: 'query',
      name: 'shelf list',
      summary: 'List what stands on the shelf',
      input: z.object({ sort: z.enum(['name', 'size']).default('name').describe('What to sort by.'), wide: z.boolean().default(false).describe('Say more.') }),
      output: z.array(z.object({ name: z.string(), size: z.number(), note: z.string() })),
      run: async (_context, { sort }) =>
        [
          { name: 'lexicon', size: 1200, note: 'A very long note on a heavy book that no one ever takes from the shelf any more' },
          { name: '本棚', size: 7, note: 'wide\u001b[31m letters' },
        ].toSorted((a, b) => (sort === 'size' ? a.size - b.size : 0)),
      view: (items) => ({
        kind: 'table',
        columns: [{ title: 'name' }, { title: 'size', align: 'right' }, { title: 'note', shrink: 1 }],
        rows: items.map(({ name, size, note }) => [{ text: name, tone: 'strong' }, String(size), note]),
      }),
      pending: (items) => items.length > 1,
    }),
    defineOperation({
      kind: 'query',
      name: 'shelf book',
      summary: 'Show a book',
      input: z.object({ title: z.string().describe('The title.') }),
      positionals: ['title'],
      output: z.object({ title: z.string(), pages: z.number() }),
      run: async (_context, { title }) => {
        if (title === 'crash') throw new TypeError('a mistake in the program')
        if (title !== 'lexicon')
          throw new HostwrightError('NOT_FOUND', `there is no book \`${title}\``, {
            subject: title,
            hint: 'See `hostwright shelf list`.',
            cause: new Error('the shelf is short'),
          })
        return { title, pages: 1200 }
      },
      complete: async () => ['lexicon', 'ledger', 'a:b', 'with space'],
    }),
    defineOperation({
      kind: 'query',
      name: 'shelf unsupported',
      summary: 'Do what cannot be done here',
      input: z.object({}),
      output: z.object({}),
      run: async () => {
        throw new HostwrightError('UNSUPPORTED', 'this shelf has no drawer')
      },
    }),
    defineOperation({
      kind: 'query',
      name: 'shelf wait',
      summary: 'Wait for a book to fall',
      input: z.object({}),
      output: z.object({}),
      run: async ({ report }) => {
        report?.({ type: 'progress', seq: 0, time: '2026-01-01T00:00:00.000Z', message: 'waiting' } as never)
        return new Promise(() => setInterval(() => undefined, 1000))
      },
    }),
    defineOperation({
      kind: 'query',
      name: 'shelf flood',
      summary: 'Print more than anyone reads',
      input: z.object({}),
      output: z.array(z.string()),
      run: async () => Array.from({ length: 200_000 }, (_, index) => `line ${index}`),
    }),
    defineOperation({
      kind: 'change',
      name: 'shelf put',
      summary: 'Put books onto the shelf',
      input: z.object({
        directory: z.string().meta({ 'x-path': 'directory' }).describe('The shelf.'),
        books: z.array(z.string()).default([]).describe('Their titles.'),
        burn: z.boolean().default(false).describe('Burn the oldest one.'),
        fail: z.boolean().default(false).describe('Fail at the end.'),
        slow: z.boolean().default(false).describe('Take a minute.'),
      }),
      positionals: ['directory', 'books'],
      output: z.object({}),
      async plan({ host }, { directory, books, burn, fail, slow }) {
        const planner = createPlanner(host, 'shelf')
        for (const book of books)
          await planner.write(`${directory}/${book}`, `${book}\nsecond line\n`, { summary: `put ${book}`, why: 'It was asked for.', source: 'test' })
        if (burn) planner.run(['true'], { summary: 'burn the oldest book', risk: 'destructive', undo: { kind: 'none', reason: 'ashes' } })
        if (fail) planner.run(['sh', '-c', 'echo no room >&2; exit 3'], { summary: 'close the shelf', undo: { kind: 'actions', actions: [] } })
        if (slow) planner.run(['sleep', '60'], { summary: 'dust the shelf', undo: { kind: 'actions', actions: [] } })
        planner.note('warning', 'shelf', 'it is old')
        return planner.finish()
      },
    }),
    defineOperation({
      kind: 'change',
      name: 'shelf ttl',
      summary: 'Set how far packets travel',
      input: z.object({ hops: z.string().describe('How far.') }),
      positionals: ['hops'],
      output: z.object({}),
      async plan({ host }, { hops }) {
        const planner = createPlanner(host, 'shelf')
        await planner.set('/proc/sys/net/ipv4/ip_default_ttl', hops)
        return planner.finish()
      },
    }),
    defineOperation({
      kind: 'change',
      name: 'shelf try',
      summary: 'Try a command on the shelf',
      input: z.object({ argv: z.array(z.string()).min(1).describe('The command.') }),
      positionals: ['argv'],
      passthrough: true,
      output: z.object({ ran: z.array(z.string()) }),
      run: async ({ report }, { argv }) => {
        report?.({ type: 'progress', seq: 0, time: '2026-01-01T00:00:00.000Z', message: 'trying', done: 1 } as never)
        return { ran: argv }
      },
    }),
  ],
  findings: async () => [
    {
      id: 'shelf/dust',
      domain: 'shelf',
      severity: 'warning',
      subject: 'top board',
      message: 'there is dust on it',
      command: ['shelf', 'list'],
      evidence: ['a finger was drawn over it'],
    },
    { id: 'shelf/level', domain: 'shelf', severity: 'ok', subject: 'level', message: 'it is level' },
  ],
}

/** The command with one domain made for tests. */
export const testProgram: Program = {
  async catalogue() {
    const spanning = await Promise.all(Object.values(spanningLoaders).map((load) => load()))
    return deriveCatalogue({
      program: 'hostwright',
      summary: 'Read, plan, change and undo Linux hosts',
      domains: [shelf],
      operations: spanning.map(({ operation }) => operation),
    })
  },
  operation: async (domain, name) => (domain === 'shelf' ? shelf.operations.find((operation) => operation.name === name) : undefined),
  domains: async () => [shelf],
}
