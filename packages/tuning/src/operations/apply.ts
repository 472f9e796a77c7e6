import type { AnyOperation } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { readKernelAnswers } from '../kernel-history.ts'
import { planProfile } from '../plan-profile.ts'
import { planTuningRemoval } from '../persistence/plan-removal.ts'
import { planOutput } from './plan-output.ts'
import { choiceFields, completeProfile, loadNamedProfile, profileName, readChoice } from './profile-input.ts'

/** `tuning apply`: sets a profile's values, now and at every boot. */
export const applyOperation: AnyOperation = defineOperation({
  name: 'tuning apply',
  kind: 'change',
  summary: 'Apply a tuning profile, now and at every boot',
  description: 'Everything is one transaction: `hostwright rollback` puts back what was there before.',
  input: z.object({
    profile: profileName,
    ...choiceFields,
    persist: z.boolean().default(true).describe('Set the values again at boot'),
    allowIrreversible: z.boolean().default(false).describe('Set also values that cannot be left again before a reboot'),
  }),
  positionals: ['profile'],
  output: planOutput,
  examples: [
    { argv: ['tuning', 'apply', 'server'], text: 'Apply the profile for servers.' },
    { argv: ['tuning', 'apply', 'database', '--except', 'block.*', '--set', 'vm.swappiness=1'], text: 'With exceptions and a value of your own.' },
    { argv: ['tuning', 'apply', 'gaming', '--no-persist'], text: 'Until the next boot only.' },
  ],
  async plan(context, input) {
    const { host } = context
    const { profile, profiles } = await loadNamedProfile(context, input.profile)
    const { persist, allowIrreversible } = input
    return planProfile(host, profile, { ...readChoice(input), profiles, persist, allowIrreversible, answers: await readKernelAnswers(host) })
  },
  complete: completeProfile,
})

/** `tuning remove`: removes what was made persistent. */
export const removeOperation: AnyOperation = defineOperation({
  name: 'tuning remove',
  kind: 'change',
  summary: 'Remove the files by which a profile, or something else, is set at boot',
  description: 'The values that the kernel holds stay until the next boot. To put those back at once, roll back the transaction that set them.',
  input: z.object({
    what: z
      .enum(['profile', 'zswap', 'isolation', 'interrupts'])
      .default('profile')
      .describe('What is no longer to be set at boot; `tuning zram --remove` takes zram out of use'),
  }),
  positionals: ['what'],
  output: planOutput,
  plan: ({ host }, { what }) => planTuningRemoval(host, what),
})
