import type { CommandLineSetting, ModuleOptionSetting, Profile, Setting, SettingValue } from './profile.ts'
import { parameterName, resolveProfile } from './profile-merge.ts'
import type { ProfileLookup, ResolvedProfile } from './profile-merge.ts'
import { matchesPattern } from './shell-pattern.ts'
import { locateTunable } from './tunable-table.ts'

/** A value that overrides what a profile says. */
export type Override = string | number | boolean | { readonly value: SettingValue; readonly why?: string; readonly source?: string }

/** How a profile is adapted to a host. */
export interface ProfileChoice extends ProfileLookup {
  /** Tunable ids, command line parameters, `module.option`s, or shell patterns of them: left as they are. */
  readonly except?: readonly string[]
  /** Values that override the profile's, by tunable id, sysctl name or path. */
  readonly set?: Readonly<Record<string, Override>>
  /** Overrides with devices, reasons and places of their own; one without devices replaces all that the profile says of its tunable. */
  readonly overrides?: readonly Setting[]
}

/** What is wanted after includes, exceptions and overrides. */
export interface ChosenSettings {
  readonly profile: ResolvedProfile
  readonly settings: readonly Setting[]
  /** Those of the settings that are the host's own. */
  readonly overrides: readonly Setting[]
  /** What the values are for, as the files that set them at boot say: `profile server`, and whether it was adapted. */
  readonly what: string
  readonly commandLine: readonly CommandLineSetting[]
  readonly moduleOptions: readonly ModuleOptionSetting[]
}

/**
 * The settings of a profile with a host's exceptions and overrides.
 *
 * @throws `NOT_FOUND`, `INVALID_INPUT` as `resolveProfile` does
 */
export function chooseSettings(profile: string | Profile, choice: ProfileChoice = {}): ChosenSettings {
  const resolved = resolveProfile(profile, choice)
  const left = (name: string): boolean => choice.except?.some((pattern) => matchesPattern(pattern, name)) === true
  const overrides = [...(choice.overrides ?? []), ...Object.entries(choice.set ?? {}).map(([tunable, value]) => toSetting(tunable, value))]
  const overridden = new Set(overrides.filter((setting) => setting.on === undefined).map((setting) => canonicalName(setting.tunable)))
  return {
    profile: resolved,
    settings: [...resolved.settings.filter((setting) => !left(setting.tunable) && !overridden.has(canonicalName(setting.tunable))), ...overrides],
    overrides,
    what: `profile ${resolved.name}${overrides.length + (choice.except?.length ?? 0) > 0 ? ', adapted' : ''}`,
    commandLine: resolved.commandLine.filter((setting) => !left(parameterName(setting.parameter))),
    moduleOptions: resolved.moduleOptions.filter((setting) => !left(`${setting.module}.${setting.option}`)),
  }
}

function toSetting(tunable: string, value: Override): Setting {
  if (typeof value === 'object') return { tunable, value: value.value, why: value.why ?? 'set for this host', source: value.source ?? 'override' }
  return { tunable, value: typeof value === 'boolean' ? (value ? '1' : '0') : String(value), why: 'set for this host', source: 'override' }
}

/** Different spellings of the same tunable; a single instance of it is a name of its own. */
function canonicalName(name: string): string {
  return locateTunable(name)?.path ?? name
}
