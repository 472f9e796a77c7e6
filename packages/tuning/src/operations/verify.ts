import type { AnyOperation, Tone, View } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { readKernelAnswers } from '../kernel-history.ts'
import { verifyProfile } from '../verify-profile.ts'
import type { WishState } from '../wish.ts'
import { chooseProfile, choiceFields, completeProfile, profileName, readChoice } from './profile-input.ts'

const states = [
  'ok',
  'differs',
  'clamped by kernel',
  'not on this kernel',
  'no such device',
  'not offered',
  'read-only',
  'unreadable',
  'overridden',
  'not in this namespace',
  'unknown tunable',
] as const satisfies readonly WishState[]

const tones: Readonly<Partial<Record<WishState, Tone>>> = {
  ok: 'good',
  differs: 'bad',
  overridden: 'bad',
  'unknown tunable': 'bad',
  'clamped by kernel': 'warn',
}

const output = z.object({
  profile: z.string(),
  ok: z.boolean(),
  settings: z.array(
    z.object({
      tunable: z.string(),
      instance: z.string().optional(),
      path: z.string(),
      want: z.string().optional(),
      have: z.string().optional(),
      status: z.enum(states),
      detail: z.string().optional(),
      why: z.string(),
      source: z.string(),
    }),
  ),
  boot: z.array(
    z.object({
      kind: z.enum(['kernel parameter', 'module option']),
      name: z.string(),
      want: z.string(),
      have: z.string().optional(),
      state: z.enum(['ok', 'differs', 'no such device']),
      detail: z.string().optional(),
      why: z.string(),
      source: z.string(),
    }),
  ),
  counts: z.partialRecord(z.enum(states), z.number().int()),
})

type Output = z.output<typeof output>

/** `tuning verify`: reads back every value of a profile. */
export const verifyOperation: AnyOperation = defineOperation({
  name: 'tuning verify',
  kind: 'query',
  summary: 'Read back every value of a profile and say how it stands',
  description:
    'Without a name: the profile that was applied, else the recommended one. With --check the exit code is 4 if something differs that could be set.',
  input: z.object({ profile: profileName.optional(), ...choiceFields }),
  positionals: ['profile'],
  output,
  examples: [{ argv: ['tuning', 'verify', '--check'], text: 'Does the applied profile still hold?' }],
  async run(context, input) {
    const { host } = context
    const { profile, profiles } = await chooseProfile(context, input.profile)
    return structuredClone(await verifyProfile(host, profile, { ...readChoice(input), profiles, answers: await readKernelAnswers(host) })) as Output
  },
  complete: completeProfile,
  pending: (result) => !result.ok,
  view: (result): View => ({
    kind: 'group',
    title: { text: `profile ${result.profile}: ${result.ok ? 'holds' : 'does not hold'}`, tone: result.ok ? 'good' : 'bad' },
    children: [
      {
        kind: 'table',
        columns: [
          { title: 'tunable' },
          { title: 'device' },
          { title: 'want', align: 'right', shrink: 1 },
          { title: 'have', align: 'right', shrink: 1 },
          { title: 'status' },
          { title: 'detail', shrink: 2 },
        ],
        rows: [
          ...result.settings.map((each) => [
            each.tunable,
            each.instance ?? '',
            each.want ?? '',
            each.have ?? '',
            {
              text: each.status === 'overridden' && each.detail !== undefined ? `overridden by ${each.detail}` : each.status,
              tone: tones[each.status] ?? 'dim',
            } as const,
            each.status === 'overridden' ? '' : (each.detail ?? ''),
          ]),
          ...result.boot.map((each) => [
            each.name,
            'at boot',
            each.want,
            each.have ?? '',
            { text: each.state, tone: each.state === 'ok' ? 'good' : each.state === 'differs' ? 'bad' : 'dim' } as const,
            each.detail ?? '',
          ]),
        ],
        empty: 'The profile sets nothing.',
      },
    ],
  }),
})
