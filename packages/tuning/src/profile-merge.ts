import { HostwrightError } from '@hostwright/core'
import { didYouMean } from './did-you-mean.ts'
import type { CommandLineSetting, DeviceSelector, ModuleOptionSetting, Profile, Setting, UnsupportedSetting } from './profile.ts'
import { builtInProfiles } from './profiles/built-in.ts'
import { matchesPattern } from './shell-pattern.ts'

/** A profile together with everything that it includes. */
export interface ResolvedProfile {
  readonly name: string
  readonly summary: string
  readonly origin: string
  /** The profiles that were merged, in the order in which they were; the profile itself is the last. */
  readonly merged: readonly string[]
  /** In the order in which they apply. Each tunable stands once for the same devices. */
  readonly settings: readonly Setting[]
  readonly commandLine: readonly CommandLineSetting[]
  readonly moduleOptions: readonly ModuleOptionSetting[]
  readonly unsupported: readonly UnsupportedSetting[]
}

/** Where profiles are looked up. */
export interface ProfileLookup {
  /** Profiles of the user; one with the name of a built-in profile replaces it. */
  readonly profiles?: readonly Profile[]
}

/** All profiles that can be named, the user's first, by name. */
export function listProfiles(lookup: ProfileLookup = {}): readonly Profile[] {
  const byName = new Map<string, Profile>()
  for (const profile of [...builtInProfiles, ...(lookup.profiles ?? [])]) byName.set(profile.name, profile)
  return [...byName.values()]
}

/**
 * A profile by its name.
 *
 * @throws `NOT_FOUND` with the closest name as its hint
 */
export function getProfile(name: string, lookup: ProfileLookup = {}): Profile {
  const profiles = listProfiles(lookup)
  const found = profiles.find((profile) => profile.name === name)
  if (found !== undefined) return found
  const names = profiles.map((profile) => profile.name)
  throw new HostwrightError('NOT_FOUND', `no profile is called \`${name}\``, {
    subject: name,
    hint: didYouMean(name, names, `There are: ${names.join(', ')}.`),
  })
}

/**
 * Merges a profile with what it includes. First the order is settled: depth first, in the order of `includes`, each profile
 * once, where it comes first. Then each profile in turn leaves out what its `except` names and sets its own values;
 * a later value for the same tunable and the same devices replaces the earlier one.
 * A user's profile that has the name of a built-in one may include that one, and so extends it.
 *
 * @throws `NOT_FOUND` if an included profile does not exist, `INVALID_INPUT` if a profile includes itself
 */
export function resolveProfile(profile: string | Profile, lookup: ProfileLookup = {}): ResolvedProfile {
  const top = typeof profile === 'string' ? getProfile(profile, lookup) : profile
  const order: Profile[] = []
  collect(top, lookup, [], order)
  const settings = new Map<string, Setting>()
  const commandLine = new Map<string, CommandLineSetting>()
  const moduleOptions = new Map<string, ModuleOptionSetting>()
  for (const each of order) {
    for (const pattern of each.except ?? []) {
      leaveOut(settings, (setting) => matchesPattern(pattern, setting.tunable))
      leaveOut(commandLine, (setting) => matchesPattern(pattern, parameterName(setting.parameter)))
      leaveOut(moduleOptions, (setting) => matchesPattern(pattern, `${setting.module}.${setting.option}`))
    }
    for (const setting of each.settings) putLast(settings, `${setting.tunable} ${selectorKey(setting.on)}`, setting)
    for (const setting of each.commandLine ?? []) putLast(commandLine, parameterName(setting.parameter), setting)
    for (const setting of each.moduleOptions ?? []) putLast(moduleOptions, `${setting.module} ${setting.option}`, setting)
  }
  return {
    name: top.name,
    summary: top.summary,
    origin: top.origin,
    merged: order.map((each) => each.name),
    settings: [...settings.values()],
    commandLine: [...commandLine.values()],
    moduleOptions: [...moduleOptions.values()],
    unsupported: order.flatMap((each) => each.unsupported ?? []),
  }
}

function collect(profile: Profile, lookup: ProfileLookup, path: readonly Profile[], order: Profile[]): void {
  if (path.includes(profile)) {
    const names = [...path.slice(path.indexOf(profile)), profile].map((each) => each.name)
    throw new HostwrightError('INVALID_INPUT', `profile \`${profile.name}\` includes itself: ${names.join(' → ')}`, {
      subject: profile.name,
      hint: `Take one of them out of \`extends\`, for example in ${path.at(-1)?.origin ?? profile.origin}.`,
    })
  }
  if (order.includes(profile)) return
  for (const name of profile.includes ?? []) collect(findIncluded(name, profile, lookup), lookup, [...path, profile], order)
  order.push(profile)
}

function findIncluded(name: string, by: Profile, lookup: ProfileLookup): Profile {
  const builtIn = name === by.name ? builtInProfiles.find((profile) => profile.name === name && profile !== by) : undefined
  if (builtIn !== undefined) return builtIn
  const profiles = listProfiles(lookup)
  const found = profiles.find((profile) => profile.name === name)
  if (found !== undefined) return found
  const names = profiles.map((profile) => profile.name)
  throw new HostwrightError('NOT_FOUND', `profile \`${by.name}\` (${by.origin}) includes \`${name}\`, which does not exist`, {
    subject: name,
    hint: didYouMean(name, names, `There are: ${names.join(', ')}.`),
  })
}

/** Puts a value last, so that it also comes after values for overlapping devices that it is to override. */
function putLast<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
}

function leaveOut<V>(map: Map<string, V>, matches: (value: V) => boolean): void {
  for (const [key, value] of map) if (matches(value)) map.delete(key)
}

/** The part of a command line parameter that names it: `skew_tick` of `skew_tick=1`. */
export function parameterName(parameter: string): string {
  const equals = parameter.indexOf('=')
  return equals === -1 ? parameter : parameter.slice(0, equals)
}

function selectorKey(on: DeviceSelector | undefined): string {
  if (on === undefined) return ''
  return JSON.stringify([on.names?.toSorted() ?? null, on.notNames?.toSorted() ?? null, on.rotational ?? null, on.transport?.toSorted() ?? null])
}
