import type { Host } from '@hostwright/core'
import { readBootSettings } from './boot-settings.ts'
import type { BootSettingReading } from './boot-settings.ts'
import type { KernelAnswer } from './kernel-answers.ts'
import { managedPaths } from './persistence/managed-paths.ts'
import { readSysctlOverrides } from './persistence/sysctl-order.ts'
import { chooseSettings } from './profile-choice.ts'
import type { ProfileChoice } from './profile-choice.ts'
import type { Profile } from './profile.ts'
import type { Wish, WishState } from './wish.ts'
import { displayValue } from './wish-text.ts'
import { evaluateSettings } from './wishes.ts'

/** How a profile is verified. */
export interface VerifyProfileOptions extends ProfileChoice {
  /** What the kernel made of values before; see `kernelAnswers`. */
  readonly answers?: readonly KernelAnswer[]
}

/** One value of a profile on a host, as plain JSON. */
export interface VerifiedSetting {
  /** A tunable's id, or a path that the knowledge table does not know. */
  readonly tunable: string
  /** The device, CPU or queue. */
  readonly instance?: string
  readonly path: string
  /** What is asked for, in the words that the kernel uses; with `≥` or `≤` where it is a bound that is kept. */
  readonly want?: string
  readonly have?: string
  readonly status: WishState
  /** The file and line that overrides it, what the kernel offers, since when it exists. */
  readonly detail?: string
  readonly why: string
  readonly source: string
}

/** What became of a verification. */
export interface Verification {
  readonly profile: string
  /** Nothing differs that could be set, nothing is overridden, and no name is unknown. */
  readonly ok: boolean
  readonly settings: readonly VerifiedSetting[]
  /** Kernel parameters and module options, as the running kernel has them. */
  readonly boot: readonly BootSettingReading[]
  /** How many settings have each status. */
  readonly counts: Readonly<Partial<Record<WishState, number>>>
}

/** Statuses that are nobody's fault: the value cannot be set on this host, or the kernel decided. */
const harmless: readonly WishState[] = [
  'ok',
  'clamped by kernel',
  'not on this kernel',
  'no such device',
  'not offered',
  'read-only',
  'unreadable',
  'not in this namespace',
]

/**
 * Reads back every value of a profile and says how it stands. A name that nothing knows is never a pass, and hardware that is
 * not there never a failure. Starts no process and changes nothing.
 *
 * @throws `NOT_FOUND` for an unknown profile, `INVALID_INPUT` for a profile that includes itself
 */
export async function verifyProfile(host: Host, profile: string | Profile, options: VerifyProfileOptions = {}): Promise<Verification> {
  const chosen = chooseSettings(profile, options)
  const overrides = await readSysctlOverrides(host.fs, managedPaths('tuning').sysctl)
  const [wishes, boot] = await Promise.all([
    evaluateSettings(host, chosen.settings, {
      overrides,
      read: async (paths) => (await host.fs.readMany(paths)).map((text) => text?.replace(/\n$/u, '') ?? null),
      ...(options.answers === undefined ? {} : { answers: options.answers }),
    }),
    readBootSettings(host.fs, chosen.commandLine, chosen.moduleOptions),
  ])
  const counts: Partial<Record<WishState, number>> = {}
  for (const wish of wishes) counts[wish.state] = (counts[wish.state] ?? 0) + 1
  return {
    profile: chosen.profile.name,
    ok: wishes.every((wish) => harmless.includes(wish.state)) && boot.every((reading) => reading.state !== 'differs'),
    settings: wishes.map(toVerified),
    boot,
    counts,
  }
}

function toVerified(wish: Wish): VerifiedSetting {
  const bound = wish.within === true && typeof wish.setting.value === 'object' ? ('atLeast' in wish.setting.value ? '≥ ' : '≤ ') : ''
  return {
    tunable: wish.id,
    path: wish.path,
    ...(wish.instance === undefined ? {} : { instance: wish.instance }),
    ...(wish.want === undefined ? {} : { want: `${bound}${wish.want}` }),
    ...(wish.have === undefined ? {} : { have: displayValue(wish) }),
    status: wish.state,
    ...(wish.detail === undefined ? {} : { detail: wish.detail }),
    why: wish.setting.why,
    source: wish.setting.source,
  }
}
