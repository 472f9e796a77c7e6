import { defineOperation, nextWords, renderManual } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { exitCodeMeanings } from '../exit-code.ts'
import { namedWords } from './help.ts'

/** `hostwright man [COMMAND…]` */
export const man: SpanningOperation = {
  verbatim: true,
  offline: true,
  operation: defineOperation({
    kind: 'query',
    name: 'man',
    summary: 'Print the manual page of a command',
    description:
      'The page is roff source. Pipe it to `man -l -` to read it. An installation by npm has all pages as hostwright(1), hostwright-apply(1) and so on.',
    input: z.object({ command: z.array(z.string()).default([]).describe('The words of the command. Default: the page of the whole.') }),
    positionals: ['command'],
    output: z.object({ text: z.string() }),
    examples: [{ argv: ['man', 'apply'], text: 'Prints the page of `apply`; add `| man -l -` to read it.' }],
    async run({ catalogue, version }: SpanningContext, { command }) {
      return { text: renderManual(catalogue, namedWords(catalogue, command), { version, exitCodes: exitCodeMeanings }) }
    },
    complete: async ({ catalogue }: SpanningContext) => nextWords(catalogue, []).map(({ word }) => word),
  }),
}
