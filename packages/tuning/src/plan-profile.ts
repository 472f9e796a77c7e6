import type { Host, Plan, Planner } from '@hostwright/core'
import { createPlanner, HostwrightError } from '@hostwright/core'
import type { KernelAnswer } from './kernel-answers.ts'
import { isNetworkNamespace } from './network-namespace.ts'
import { managedPaths } from './persistence/managed-paths.ts'
import { persistentValues } from './persistence/persistent-values.ts'
import { planPersistence } from './persistence/plan-persistence.ts'
import { readSysctlOverrides } from './persistence/sysctl-order.ts'
import { planWishes } from './plan-wish.ts'
import { chooseSettings } from './profile-choice.ts'
import type { ProfileChoice } from './profile-choice.ts'
import type { Profile, Setting } from './profile.ts'
import { findTunable } from './tunable-table.ts'
import { validateValue } from './tunable-value.ts'
import type { Wish } from './wish.ts'
import { evaluateSettings } from './wishes.ts'

/** How a profile is planned. */
export interface PlanProfileOptions extends ProfileChoice {
  /** Also write the files that set the values at boot. Default `true`; never in a network namespace, whose files are the machine's. */
  readonly persist?: boolean
  /** Plan values that cannot be left again before a reboot. Default `false`: they are left out, with a note. */
  readonly allowIrreversible?: boolean
  /** What the kernel made of values before, so that a clamped one is not planned for ever; see `kernelAnswers`. */
  readonly answers?: readonly KernelAnswer[]
}

/**
 * Plans the change from a host's present values to those of a profile. Whatever cannot be set here (hardware that is not
 * there, other kernels' keys, values of the machine in a network namespace) becomes a note and never a failure.
 * Once it is applied, planning again gives no steps.
 *
 * @throws `NOT_FOUND` for an unknown profile, `INVALID_INPUT` for a profile that includes itself, and for an override whose
 * tunable is unknown or whose value does not fit
 *
 * @example
 * ```ts
 * import { localHost } from '@hostwright/core'
 * import { planProfile } from '@hostwright/tuning'
 *
 * await using host = localHost()
 * const plan = await planProfile(host, 'server', { except: ['block.*'], set: { 'vm.swappiness': 5 } })
 * for (const step of plan.steps) console.log(step.risk, step.summary)
 * ```
 */
export async function planProfile(host: Host, profile: string | Profile, options: PlanProfileOptions = {}): Promise<Plan> {
  const chosen = chooseSettings(profile, options)
  const planner = createPlanner(host, 'tuning')
  const overrides = await readSysctlOverrides(host.fs, managedPaths('tuning').sysctl)
  const wishes = await evaluateSettings(host, chosen.settings, {
    overrides,
    read: (paths) => planner.readAttributes(paths),
    ...(options.answers === undefined ? {} : { answers: options.answers }),
  })
  checkOverrides(chosen.overrides, wishes)
  const left = await planWishes(planner, wishes, { allowIrreversible: options.allowIrreversible === true })
  for (const { where, what, why } of chosen.profile.unsupported) planner.note('warning', where, `${what}: ${why}`)
  const inNamespace = await isNetworkNamespace(host)
  noteForeign(planner, wishes, inNamespace)
  if (options.persist !== false && !inNamespace) {
    const values = persistentValues(wishes.filter((wish) => !left.has(wish)))
    await planPersistence(planner, 'tuning', { what: chosen.what, values, moduleOptions: chosen.moduleOptions, commandLine: chosen.commandLine })
  }
  return planner.finish()
}

/** What belongs to the machine is said once and not for each value. */
function noteForeign(planner: Planner, wishes: readonly Wish[], inNamespace: boolean): void {
  if (!inNamespace) return
  const names = [...new Set(wishes.filter((wish) => wish.state === 'not in this namespace').map((wish) => wish.id))]
  if (names.length > 0) planner.note('info', 'network namespace', `these values belong to the whole machine and are left alone: ${names.join(', ')}`)
  planner.note('info', 'network namespace', 'nothing is made persistent: configuration files belong to the whole machine')
}

/** A mistake in an override is the user's to correct; nothing is planned around it. */
function checkOverrides(overrides: readonly Setting[], wishes: readonly Wish[]): void {
  for (const setting of overrides) {
    const unknown = wishes.find((wish) => wish.setting === setting && wish.state === 'unknown tunable')
    if (unknown !== undefined) {
      throw new HostwrightError('INVALID_INPUT', `${setting.source}: there is no tunable \`${setting.tunable}\``, {
        subject: setting.tunable,
        ...(unknown.detail === undefined ? {} : { hint: sentence(unknown.detail) }),
      })
    }
    const tunable = findTunable(setting.tunable)
    if (tunable !== undefined && typeof setting.value === 'string') validateValue(tunable, setting.value)
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/u.test(text) ? '' : '.'}`
}
