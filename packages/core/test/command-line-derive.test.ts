import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defaultView, defineOperation, deriveCatalogue, deriveCommand, operationSchema, type AnyOperation } from '../src/index.ts'
import { catalogue } from './command-line-catalogue.ts'

const operation = (input: z.ZodObject, positionals: readonly string[] = []): AnyOperation =>
  defineOperation({ kind: 'query', name: 'roof fix', summary: 'Fix the roof', input, positionals, output: z.object({}), run: async () => ({}) })

describe('deriveCommand', () => {
  it('sees through optional, default, nullable, pipes and unions of literals', () => {
    const { flags } = deriveCommand(
      operation(
        z.object({
          a: z.string().nullable().default(null).describe('A'),
          bigRoof: z
            .union([z.literal('flat'), z.literal('steep')])
            .optional()
            .describe('B'),
          c: z.string().transform((text) => text.length),
          d: z.number().int().positive().optional(),
          e: z.array(z.number()).min(1),
        }),
      ),
      'roof',
    )
    expect(flags).toEqual([
      { field: 'a', flag: 'a', type: 'string', list: false, required: false, placeholder: 'A', help: 'A', default: null },
      { field: 'bigRoof', flag: 'big-roof', type: 'choice', list: false, required: false, placeholder: 'BIG-ROOF', help: 'B', choices: ['flat', 'steep'] },
      { field: 'c', flag: 'c', type: 'string', list: false, required: true, placeholder: 'C', help: '' },
      { field: 'd', flag: 'd', type: 'integer', list: false, required: false, placeholder: 'N', help: '', minimum: 0 },
      { field: 'e', flag: 'e', type: 'number', list: true, required: true, placeholder: 'N', help: '' },
    ])
  })

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue)
  })

  it('refuses an operation that no command line could have', () => {
    expect(() => deriveCommand(operation(z.object({ json: z.boolean() })), '')).toThrow('roof fix: --json is a flag of every command')
    expect(() => deriveCommand(operation(z.object({}), ['tile']), '')).toThrow('roof fix: the positional `tile` is no field of the input')
    expect(() => deriveCommand(operation(z.object({ a: z.array(z.string()), b: z.string() }), ['a', 'b']), '')).toThrow(
      'roof fix: only the last positional may be a list',
    )
    const twice = operation(z.object({}))
    expect(() => deriveCatalogue({ program: 'p', summary: '', domains: [], operations: [twice, twice] })).toThrow('two operations are called `roof fix`')
  })
})

describe('operationSchema', () => {
  it('gives the schemas of input and output', () => {
    expect(operationSchema(operation(z.object({ coats: z.int().min(1).max(3).default(2).describe('How many.') })))).toEqual({
      name: 'roof fix',
      kind: 'query',
      summary: 'Fix the roof',
      input: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { coats: { type: 'integer', minimum: 1, maximum: 3, default: 2, description: 'How many.' } },
      },
      output: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: {}, additionalProperties: false },
    })
  })
})

describe('defaultView', () => {
  it('draws a list of objects as a table, with numbers to the right and without what does not fit into a cell', () => {
    expect(
      defaultView([
        { name: 'a', sizeBytes: 1, deep: { x: 1 } },
        { name: 'b', sizeBytes: 22, tags: ['p', 'q'], deep: { x: 2 } },
      ]),
    ).toEqual({
      kind: 'table',
      columns: [
        { title: 'name', align: 'left', shrink: 1 },
        { title: 'size bytes', align: 'right', shrink: 1 },
        { title: 'tags', align: 'left', shrink: 1 },
      ],
      rows: [
        ['a', '1', { text: '-', tone: 'dim' }],
        ['b', '22', 'p, q'],
      ],
    })
  })

  it('draws an object as fields, with what is nested below', () => {
    expect(defaultView({ name: 'a', ok: true, inner: { left: null } })).toEqual({
      kind: 'group',
      children: [
        {
          kind: 'fields',
          fields: [
            ['name', 'a'],
            ['ok', 'yes'],
          ],
        },
        { kind: 'group', title: { text: 'inner', tone: 'strong' }, children: [{ kind: 'fields', fields: [['left', { text: '-', tone: 'dim' }]] }] },
      ],
    })
  })

  it('draws everything else as lines', () => {
    expect([defaultView('a\nb'), defaultView(3), defaultView(null), defaultView(['x', 'y'])]).toEqual([
      { kind: 'lines', lines: ['a', 'b'] },
      { kind: 'lines', lines: ['3'] },
      { kind: 'lines', lines: [] },
      { kind: 'lines', lines: ['x', 'y'] },
    ])
  })
})
