import { defineOperation, desiredStateSchema, HostwrightError, operationSchema, type AnyOperation } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { changeDocument } from './document.ts'
import { namedWords } from './help.ts'
import { spanningLoaders } from './index.ts'

/** `hostwright schema [COMMAND…]` */
export const schema: SpanningOperation = {
  verbatim: true,
  offline: true,
  operation: defineOperation({
    kind: 'query',
    name: 'schema',
    summary: 'Print the JSON Schema of host.yaml, or of what a command takes and gives',
    input: z.object({ command: z.array(z.string()).default([]).describe('The words of a command. Default: the schema of host.yaml.') }),
    positionals: ['command'],
    output: z.object({ text: z.string() }),
    examples: [
      { argv: ['schema'], text: 'For an editor: save it as host.schema.json and begin host.yaml with `# yaml-language-server: $schema=host.schema.json`.' },
      { argv: ['schema', 'facts'], text: 'The schemas of what `facts` takes and gives.' },
    ],
    async run(context: SpanningContext, { command }) {
      const document = command.length === 0 ? desiredStateSchema(await context.domains()) : await commandSchema(context, command)
      return { text: `${JSON.stringify(document, undefined, 2)}\n` }
    },
    complete: async ({ catalogue }: SpanningContext) => [...new Set(catalogue.commands.map(({ name }) => name.split(' ')[0] ?? ''))],
  }),
}

async function commandSchema(context: SpanningContext, given: readonly string[]): Promise<unknown> {
  const name = namedWords(context.catalogue, given).join(' ')
  const spanning = await spanningLoaders[name]?.()
  const operation = spanning?.operation ?? (await context.domains()).flatMap(({ operations }) => operations).find((each) => each.name === name)
  if (operation === undefined)
    throw new HostwrightError('INVALID_INPUT', `\`${name}\` is a group of commands, not a command`, {
      subject: name,
      hint: `See \`hostwright ${name} --help\`.`,
    })
  const schema = operationSchema(operation)
  return operation.kind === 'change' && operation.plan !== undefined ? { ...schema, output: appliedSchema(operation, schema.output) } : schema
}

/** A change with a plan is applied by the command, which then gives how that went; without a change, what the operation gives. */
function appliedSchema(operation: AnyOperation & { readonly kind: 'change' }, output: unknown): unknown {
  const applied = z.toJSONSchema(changeDocument, { io: 'output', unrepresentable: 'any' })
  return operation.changes === undefined ? applied : { anyOf: [output, applied] }
}
