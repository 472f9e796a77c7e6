import type { AnyOperation, View } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { explainProfile, explainTunable } from '../explain.ts'
import { readKernelAnswers } from '../kernel-history.ts'
import { readProfileDirectory } from '../profile-file.ts'
import { findTunable, tunables } from '../tunable-table.ts'
import { chooseProfile, profileNames } from './profile-input.ts'

const profile = z.object({
  kind: z.literal('profile'),
  profile: z.string(),
  summary: z.string(),
  merged: z.array(z.string()),
  changes: z.array(
    z.object({
      tunable: z.string(),
      instances: z.array(z.string()),
      have: z.string(),
      want: z.string(),
      meaning: z.string().optional(),
      why: z.string(),
      source: z.string(),
      sideEffects: z.string().optional(),
    }),
  ),
  unchanged: z.number().int(),
  notHere: z.array(z.object({ tunable: z.string(), reason: z.string() })),
})

const tunable = z.object({
  kind: z.literal('tunable'),
  tunable: z.string(),
  path: z.string(),
  meaning: z.string(),
  takes: z.string(),
  sideEffects: z.string().optional(),
  source: z.string(),
  values: z.array(z.object({ instance: z.string().optional(), value: z.string() })),
  profiles: z.array(z.object({ profile: z.string(), value: z.string(), why: z.string(), source: z.string() })),
  setBy: z.string().optional(),
  traps: z.array(z.string()),
})

type ProfileOutput = z.output<typeof profile>
type TunableOutput = z.output<typeof tunable>

/** `tuning explain`: what a profile would change here and why, or what a tunable is. */
export const explainOperation: AnyOperation = defineOperation({
  name: 'tuning explain',
  kind: 'query',
  summary: 'Explain what a profile would change here and why, or what a tunable does',
  description: 'Without a name: the profile that was applied, else the recommended one.',
  input: z.object({ subject: z.string().optional().describe('A profile, or a tunable such as vm.swappiness') }),
  positionals: ['subject'],
  output: z.discriminatedUnion('kind', [profile, tunable]),
  examples: [
    { argv: ['tuning', 'explain', 'server'], text: 'What would the server profile change, and why?' },
    { argv: ['tuning', 'explain', 'vm.dirty_bytes'], text: 'What is this, who sets it, what to watch out for?' },
  ],
  async run(context, { subject }) {
    const { host } = context
    if (subject !== undefined && isTunable(subject, await profileNames(host.fs))) {
      const found = await explainTunable(host, subject, { profiles: await readProfileDirectory(host.fs) })
      return structuredClone({ kind: 'tunable', ...found }) as TunableOutput
    }
    const chosen = await chooseProfile(context, subject)
    const explanation = await explainProfile(host, chosen.profile, { profiles: chosen.profiles, answers: await readKernelAnswers(host) })
    return structuredClone({ kind: 'profile', ...explanation }) as ProfileOutput
  },
  complete: async ({ host }, field, typed) =>
    field === 'subject'
      ? [...(await profileNames(host.fs)), ...(typed === '' ? [] : tunables().map((each) => each.id))].filter((name) => name.startsWith(typed))
      : [],
  view: (output): View => (output.kind === 'profile' ? profileView(output) : tunableView(output)),
})

/** A name with a dot or slash that is no profile is meant as a tunable, also when it is mistyped. */
function isTunable(name: string, profiles: readonly string[]): boolean {
  if (profiles.includes(name) || name.startsWith('tuned:') || /\.(?:ya?ml|json)$/u.test(name)) return false
  return findTunable(name) !== undefined || name.includes('.')
}

function profileView(output: ProfileOutput): View {
  return {
    kind: 'group',
    title: { text: `${output.profile}: ${output.summary}`, tone: 'strong' },
    children: [
      {
        kind: 'table',
        columns: [
          { title: 'tunable' },
          { title: 'now', align: 'right' },
          { title: 'then', align: 'right' },
          { title: 'why', shrink: 2 },
          { title: 'source', shrink: 1 },
        ],
        rows: output.changes.map((change) => [
          change.instances.length === 0 ? change.tunable : `${change.tunable} of ${change.instances.join(', ')}`,
          change.have,
          { text: change.want, tone: 'accent' },
          change.why,
          { text: change.source, tone: 'dim' },
        ]),
        empty: 'Nothing would change.',
      },
      {
        kind: 'lines',
        lines: [
          ...(output.unchanged === 0 ? [] : [{ text: `${output.unchanged} values are there already.`, tone: 'dim' as const }]),
          ...(output.notHere.length === 0
            ? []
            : [{ text: `Not here: ${output.notHere.map((each) => `${each.tunable} (${each.reason})`).join('; ')}.`, tone: 'dim' as const }]),
        ],
      },
    ],
  }
}

function tunableView(output: TunableOutput): View {
  return {
    kind: 'group',
    title: { text: output.tunable, tone: 'strong' },
    children: [
      {
        kind: 'fields',
        fields: [
          ['does', output.meaning],
          ['takes', output.takes],
          [
            'is',
            output.values.map((each) => (each.instance === undefined ? each.value : `${each.instance}: ${each.value}`)).join(', ') || {
              text: 'not here',
              tone: 'dim',
            },
          ],
          ['path', output.path],
          ...(output.setBy === undefined ? [] : [['set last by', output.setBy] as const]),
          ...(output.sideEffects === undefined ? [] : [['besides', output.sideEffects] as const]),
          ...output.traps.map((trap) => ['note', { text: trap, tone: 'warn' }] as const),
          ['source', { text: output.source, tone: 'dim' }],
        ],
      },
      {
        kind: 'table',
        columns: [{ title: 'profile' }, { title: 'value' }, { title: 'why', shrink: 1 }],
        rows: output.profiles.map((each) => [each.profile, each.value, each.why]),
        empty: 'No profile sets it.',
      },
    ],
  }
}
