import * as z from 'zod'
import type { AnyOperation, CommandCatalogue, Domain } from '../src/index.ts'
import { defineOperation, deriveCatalogue, durationMs, sizeBytes } from '../src/index.ts'

/** An operation with every kind of parameter that there is. */
export const paint: AnyOperation = defineOperation({
  kind: 'change',
  name: 'wall paint',
  summary: 'Paint a wall',
  description: 'Paints the wall in one go – naïvely.\n\n.Dots at the begin of a line and back\\slashes are no requests.',
  input: z.object({
    wall: z.string().describe('The wall to paint'),
    helpers: z.array(z.string()).default([]).describe('Who helps.'),
    tint: z.string().default('white').meta({ 'x-placeholder': 'NAME' }).describe('The colour of the paint'),
    finish: z.enum(['matt', 'satin', 'gloss']).default('matt').describe('How it shines.'),
    coats: z.int().min(1).max(5).default(2).describe('How many coats.'),
    ratio: z.number().optional(),
    dryMs: durationMs({ min: 1000 }).default(3_600_000).describe('Time between coats.'),
    canBytes: sizeBytes().optional().describe('Size of the can.'),
    primer: z.boolean().default(true).describe('Prime first.'),
    windows: z.boolean().default(false).describe('Paint the windows too.'),
    tools: z
      .array(z.enum(['brush', 'roller']))
      .optional()
      .describe('What to paint with.'),
    label: z.record(z.string(), z.string()).default({}).describe('Notes on the wall.'),
    plan: z.string().optional().meta({ 'x-path': 'file' }).describe('A drawing.'),
    extra: z.object({ deep: z.boolean() }).optional().describe('Anything else.'),
  }),
  positionals: ['wall', 'helpers'],
  output: z.object({ painted: z.boolean() }),
  examples: [{ argv: ['wall', 'paint', 'north wall', '--finish', 'gloss'], text: 'Makes the north wall shine.' }],
  run: async () => ({ painted: true }),
  complete: async () => ['north', 'south'],
})

const show: AnyOperation = defineOperation({
  kind: 'query',
  name: 'wall show',
  summary: 'Show a wall',
  input: z.object({ wall: z.string().optional().describe('The wall.') }),
  positionals: ['wall'],
  output: z.object({ color: z.string() }),
  run: async () => ({ color: 'white' }),
})

const measure: AnyOperation = defineOperation({
  kind: 'query',
  name: 'measure',
  summary: 'Measure how long a command takes',
  input: z.object({ runs: z.int().min(1).default(3).describe('How often.'), command: z.array(z.string()).min(1).describe('The command.') }),
  positionals: ['command'],
  passthrough: true,
  output: z.object({ ms: z.number() }),
  run: async () => ({ ms: 1 }),
})

const walls: Domain = { name: 'wall', summary: 'Walls and their paint', operations: [paint, show] }

/** A catalogue with a domain and a command of its own. */
export const catalogue: CommandCatalogue = deriveCatalogue({ program: 'house', summary: 'Keep a house', domains: [walls], operations: [measure] })
