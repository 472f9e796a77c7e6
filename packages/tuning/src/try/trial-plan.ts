import { HostwrightError } from '@hostwright/core'
import type { Plan } from '@hostwright/core'
import type { ChosenSettings } from '../profile-choice.ts'

/**
 * What of a plan a trial applies: what has an effect at once. The rest of the profile is named.
 *
 * @throws `INVALID_INPUT` if nothing has, or if a step cannot be undone
 */
export function trialPlan(chosen: ChosenSettings, plan: Plan): { readonly plan: Plan; readonly leftOut: readonly string[] } {
  const { name } = chosen.profile
  const now = plan.steps.filter((step) => step.effect !== 'reboot')
  const oneWay = now.filter((step) => step.undo.kind === 'none')
  if (oneWay.length > 0) {
    throw new HostwrightError(
      'INVALID_INPUT',
      `profile \`${name}\` has changes that cannot be undone before a reboot: ${oneWay.map((step) => step.summary).join('; ')}`,
      {
        subject: name,
        hint: 'Try a profile of your own that leaves them out (`except`).',
      },
    )
  }
  if (now.length === 0) {
    throw new HostwrightError('INVALID_INPUT', `profile \`${name}\` changes nothing on ${plan.host}, so that there is nothing to try`, {
      subject: name,
      hint: 'It may be applied already: `hostwright tuning verify` says what is different.',
    })
  }
  const later = plan.steps.filter((step) => step.effect === 'reboot').map((step) => step.summary)
  const parameters = chosen.commandLine.map(({ parameter }) => `kernel command line: ${parameter}`)
  const modules = chosen.moduleOptions.map(({ module, option, value }) => `module option: ${module} ${option}=${value}`)
  return { plan: { ...plan, steps: now }, leftOut: [...new Set([...later, ...parameters, ...modules])] }
}
