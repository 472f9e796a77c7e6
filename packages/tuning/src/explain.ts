import type { Host } from '@hostwright/core'
import { HostwrightError } from '@hostwright/core'
import { didYouMean } from './did-you-mean.ts'
import { managedPaths } from './persistence/managed-paths.ts'
import { readSysctlOverrides } from './persistence/sysctl-order.ts'
import { listProfiles, resolveProfile } from './profile-merge.ts'
import type { Profile, SettingValue } from './profile.ts'
import { unknownNameHint } from './setting-places.ts'
import { findTunable, tunables } from './tunable-table.ts'
import { readTunable } from './tunable-instances.ts'
import type { Tunable } from './tunable.ts'
import { describeType } from './tunable-value.ts'
import type { VerifyProfileOptions } from './verify-profile.ts'
import { verifyProfile } from './verify-profile.ts'

/** What one value of a profile would change on a host, and why. */
export interface ExplainedChange {
  readonly tunable: string
  /** Devices that hold the same value and would get the same. */
  readonly instances: readonly string[]
  readonly have: string
  readonly want: string
  /** What the tunable does. */
  readonly meaning?: string
  readonly why: string
  readonly source: string
  /** What else setting it does. */
  readonly sideEffects?: string
}

/** What a profile means for a host. */
export interface ProfileExplanation {
  readonly profile: string
  readonly summary: string
  /** The profiles that it is made of, the profile itself last. */
  readonly merged: readonly string[]
  readonly changes: readonly ExplainedChange[]
  /** Values that are there already. */
  readonly unchanged: number
  /** Values that cannot be set here, with the reason. */
  readonly notHere: readonly { readonly tunable: string; readonly reason: string }[]
}

/** What is known of a tunable, and how it stands on a host. */
export interface TunableExplanation {
  readonly tunable: string
  readonly path: string
  readonly meaning: string
  readonly takes: string
  readonly sideEffects?: string
  readonly source: string
  /** What it holds, for each device. */
  readonly values: readonly { readonly instance?: string; readonly value: string }[]
  /** Which profiles set it, to what and why. */
  readonly profiles: readonly { readonly profile: string; readonly value: string; readonly why: string; readonly source: string }[]
  /** The configuration file that sets it last, after ours. */
  readonly setBy?: string
  /** What to watch out for when setting it. */
  readonly traps: readonly string[]
}

/** Says for each value of a profile that differs what would change, and why. */
export async function explainProfile(host: Host, profile: string | Profile, options: VerifyProfileOptions = {}): Promise<ProfileExplanation> {
  const resolved = resolveProfile(profile, options)
  const { settings } = await verifyProfile(host, profile, options)
  const changes = new Map<string, ExplainedChange>()
  const notHere = new Map<string, string>()
  for (const setting of settings) {
    if (setting.status === 'ok' || setting.status === 'clamped by kernel') continue
    if (setting.status !== 'differs' || setting.have === undefined || setting.want === undefined) {
      notHere.set(setting.tunable, setting.detail === undefined ? setting.status : `${setting.status}: ${setting.detail}`)
      continue
    }
    const key = JSON.stringify([setting.tunable, setting.have, setting.want])
    const tunable = findTunable(setting.tunable)
    changes.set(key, {
      tunable: setting.tunable,
      instances: [...(changes.get(key)?.instances ?? []), ...(setting.instance === undefined ? [] : [setting.instance])],
      have: setting.have,
      want: setting.want,
      why: setting.why,
      source: setting.source,
      ...(tunable === undefined ? {} : { meaning: tunable.meaning }),
      ...(tunable?.sideEffects === undefined ? {} : { sideEffects: tunable.sideEffects }),
    })
  }
  return {
    profile: resolved.name,
    summary: resolved.summary,
    merged: resolved.merged,
    changes: [...changes.values()],
    unchanged: settings.filter((setting) => setting.status === 'ok' || setting.status === 'clamped by kernel').length,
    notHere: [...notHere].map(([tunable, reason]) => ({ tunable, reason })),
  }
}

/**
 * Says what a tunable is, what it holds here, which profiles set it and why.
 *
 * @throws `NOT_FOUND` with the closest name as its hint
 */
export async function explainTunable(host: Host, name: string, options: { readonly profiles?: readonly Profile[] } = {}): Promise<TunableExplanation> {
  const tunable = findTunable(name)
  if (tunable === undefined) {
    const ids = tunables().map((each) => each.id)
    throw new HostwrightError('NOT_FOUND', `no tunable is called \`${name}\``, { subject: name, hint: didYouMean(name, ids, unknownNameHint(name)) })
  }
  const [readings, overrides] = await Promise.all([readTunable(host.fs, tunable), readSysctlOverrides(host.fs, managedPaths('tuning').sysctl)])
  const setBy = overrides.find(tunable.path)
  return {
    tunable: tunable.id,
    path: tunable.path,
    meaning: tunable.meaning,
    takes: describeType(tunable),
    ...(tunable.sideEffects === undefined ? {} : { sideEffects: tunable.sideEffects }),
    source: tunable.source,
    values: readings.flatMap(({ instance, value }) => (value === undefined ? [] : [{ ...(instance === '' ? {} : { instance }), value }])),
    profiles: listProfiles(options).flatMap((profile) =>
      resolveProfile(profile, options)
        .settings.filter((setting) => findTunable(setting.tunable) === tunable)
        .map((setting) => ({ profile: profile.name, value: describeValue(setting.value), why: setting.why, source: setting.source })),
    ),
    ...(setBy?.value === undefined ? {} : { setBy: `${setBy.file}:${setBy.line}` }),
    traps: trapsOf(tunable),
  }
}

/** A wish in words: `at least 2048`, `schedutil or powersave`. */
export function describeValue(value: SettingValue): string {
  if (typeof value === 'string') return value
  if ('atLeast' in value) return `at least ${value.atLeast}`
  if ('atMost' in value) return `at most ${value.atMost}`
  if ('firstOf' in value) return value.firstOf.join(' or ')
  return `${value.percentOfMemory} % of memory${value.atMostBytes === undefined ? '' : `, at most ${value.atMostBytes} bytes`}`
}

function trapsOf(tunable: Tunable): readonly string[] {
  return [
    ...(tunable.twin === undefined ? [] : [`Writing it zeroes ${tunable.twin}, and the other way round.`]),
    ...(tunable.resets === undefined ? [] : [`Writing it changes ${tunable.resets.join(', ')}; set it first.`]),
    ...(tunable.oneWay === undefined || tunable.oneWay.length === 0 ? [] : [`${tunable.oneWay.join(', ')} cannot be left again before a reboot.`]),
    ...(tunable.namespace === undefined ? [] : [`Each ${tunable.namespace} namespace has its own.`]),
    ...(tunable.readOnly === true ? ['It can only be read.'] : []),
    ...(tunable.ineffectiveSince === undefined ? [] : [`It has no effect since Linux ${tunable.ineffectiveSince}.`]),
    ...(tunable.since === undefined ? [] : [`It exists since Linux ${tunable.since}.`]),
    ...(tunable.until === undefined ? [] : [`It is gone since Linux ${tunable.until}${tunable.movedTo === undefined ? '' : `; now ${tunable.movedTo}`}.`]),
  ]
}
