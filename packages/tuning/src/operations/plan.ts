import type { AnyOperation } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { readKernelAnswers } from '../kernel-history.ts'
import { planProfile } from '../plan-profile.ts'
import { planOutput } from './plan-output.ts'
import { chooseProfile, choiceFields, completeProfile, profileName, readChoice } from './profile-input.ts'

/** `tuning plan`: the change to a profile, as a plan. */
export const planOperation: AnyOperation = defineOperation({
  name: 'tuning plan',
  kind: 'query',
  summary: 'Show the plan that applying a profile would carry out',
  description: 'Without a name: the profile that was applied, else the recommended one.',
  input: z.object({
    profile: profileName.optional(),
    ...choiceFields,
    persist: z.boolean().default(true).describe('Plan also the files that set the values at boot'),
    allowIrreversible: z.boolean().default(false).describe('Plan also values that cannot be left again before a reboot'),
  }),
  positionals: ['profile'],
  output: planOutput,
  examples: [{ argv: ['tuning', 'plan', 'server'], text: 'What would change?' }],
  async run(context, input) {
    const { host } = context
    const { profile, profiles } = await chooseProfile(context, input.profile)
    const { persist, allowIrreversible } = input
    return planProfile(host, profile, { ...readChoice(input), profiles, persist, allowIrreversible, answers: await readKernelAnswers(host) })
  },
  complete: completeProfile,
  view: (plan) => ({ kind: 'plan', plan }),
  pending: (plan) => plan.steps.length > 0,
})
