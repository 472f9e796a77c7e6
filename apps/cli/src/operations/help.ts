import { defineOperation, findCommand, nextWords, renderHelp, unknownCommand } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'

/** `hostwright help [COMMAND…]` */
export const help: SpanningOperation = {
  verbatim: true,
  offline: true,
  operation: defineOperation({
    kind: 'query',
    name: 'help',
    summary: 'Show help for a command',
    input: z.object({ command: z.array(z.string()).default([]).describe('The words of the command. Default: help for the whole.') }),
    positionals: ['command'],
    output: z.object({ text: z.string() }),
    examples: [{ argv: ['help', 'apply'], text: 'Shows what `apply` takes, as `apply --help` does.' }],
    async run({ catalogue, columns }: SpanningContext, { command }) {
      return { text: renderHelp(catalogue, namedWords(catalogue, command), { columns }) }
    },
    complete: async ({ catalogue }: SpanningContext) => nextWords(catalogue, []).map(({ word }) => word),
  }),
}

/**
 * The words of a command or a group of commands.
 *
 * @throws `INVALID_INPUT` if there is none of that name
 */
export function namedWords(catalogue: SpanningContext['catalogue'], given: readonly string[]): readonly string[] {
  const words = given.flatMap((word) => word.split(' ')).filter((word) => word !== '')
  for (const [index, word] of words.entries()) {
    const before = words.slice(0, index)
    if (!nextWords(catalogue, before).some((next) => next.word === word)) throw unknownCommand(catalogue, before, word)
  }
  return findCommand(catalogue, words)?.name.split(' ') ?? words
}
