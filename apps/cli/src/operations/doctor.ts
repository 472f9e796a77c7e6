import { collectFindings, defineOperation, HostwrightError, mergePlans, suggest, type Domain, type Finding, type Host, type Plan } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { describeHost } from '../host-summary.ts'
import { findingDocument } from './document.ts'

/** `hostwright doctor` */
export const doctor: SpanningOperation = {
  operation: defineOperation({
    kind: 'change',
    name: 'doctor',
    summary: 'Find what is wrong or could be better, and fix it',
    description:
      'Asks every domain for its findings. With --fix, the plans that resolve them are joined into one change. With --check, exits with 4 if there is an error or a warning.',
    input: z.object({
      domains: z.array(z.string()).default([]).describe('Only these domains.').meta({ 'x-placeholder': 'DOMAIN' }),
      fix: z.boolean().default(false).describe('Apply the changes that resolve the findings.'),
    }),
    positionals: ['domains'],
    output: z.object({ host: z.string(), findings: z.array(findingDocument) }),
    examples: [
      { argv: ['doctor'], text: 'Shows the findings, the worst first.' },
      { argv: ['doctor', '--fix', '--dry-run'], text: 'Shows the change that would resolve those that can be resolved.' },
    ],
    changes: ({ fix }) => fix,
    async run(context: SpanningContext, { domains }) {
      const [host, findings] = await Promise.all([describeHost(context.host), findingsOf(context, domains)])
      return { host, findings: [...findings] }
    },
    async plan(context: SpanningContext, { domains }) {
      const plans = (await findingsOf(context, domains)).flatMap(({ plan }) => (plan === undefined ? [] : [plan]))
      return plans.length > 0 ? mergePlans(plans) : emptyPlan(context.host)
    },
    complete: async (context: SpanningContext) => (await context.domains()).filter(hasFindings).map(({ name }) => name),
    pending: ({ findings }) => findings.some(({ severity }) => severity === 'error' || severity === 'warning'),
    view({ host, findings }) {
      const open = findings.filter(({ severity }) => severity !== 'ok')
      const count = `${open.length === 0 ? 'no' : open.length} ${open.length === 1 ? 'finding' : 'findings'}`
      return {
        kind: 'group',
        children: [
          { kind: 'lines', lines: [{ text: host, tone: 'strong' }, ''] },
          { kind: 'findings', findings },
          { kind: 'lines', lines: ['', count] },
        ],
      }
    },
  }),
  next(output) {
    const { findings } = output as { readonly findings: readonly Finding[] }
    const resolvable = findings.filter(({ plan, severity }) => plan !== undefined && severity !== 'ok').length
    return resolvable === 0 ? undefined : { text: `${resolvable} can be resolved by a plan`, words: ['doctor', '--fix', '--dry-run'] }
  },
}

async function findingsOf(context: SpanningContext, names: readonly string[]): Promise<readonly Finding[]> {
  const all = (await context.domains()).filter(hasFindings)
  const known = all.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const near = suggest(unknown, known)
    throw new HostwrightError('INVALID_INPUT', `DOMAIN: \`${unknown}\` is not one of ${known.join(', ')}`, {
      subject: 'DOMAIN',
      data: { parameter: 'DOMAIN', value: unknown, allowed: known },
      ...(near === undefined ? {} : { hint: `Did you mean \`${near}\`?` }),
    })
  }
  return collectFindings(context.host, names.length === 0 ? all : all.filter(({ name }) => names.includes(name)))
}

function hasFindings(domain: Domain): boolean {
  return domain.findings !== undefined || domain.section?.findings !== undefined
}

function emptyPlan(host: Host): Plan {
  return { version: 1, domain: 'doctor', host: host.label, steps: [], reads: [], notes: [] }
}
