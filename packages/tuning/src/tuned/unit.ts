import { baseName, directoryOf } from './python-text.ts'
import { expandProfileDirectory, profilePath } from './expand.ts'
import type { IniOption, IniSection } from './ini.ts'

/** An option of a unit, before its variables are replaced. */
export interface TunedOption {
  readonly name: string
  /** Of `script`: the scripts of all profiles, in order. */
  readonly value: string | readonly string[]
  readonly source: string
  readonly line: number
  readonly comment: string
}

/** One section of a profile: a plugin of tuned, the devices it is for, and what it sets there. */
export interface TunedUnit {
  readonly name: string
  /** The plugin; by default it has the name of the unit. */
  readonly type: string
  readonly enabled: boolean
  readonly replace: boolean
  /** The unit comes before those of the profiles that this one includes, and so gets its devices first. */
  readonly prepend: boolean
  readonly drop: readonly string[]
  readonly devices: string
  readonly devicesUdevRegex: string | undefined
  readonly cpuinfoRegex: string | undefined
  readonly unameRegex: string | undefined
  readonly scriptPre: string | undefined
  readonly scriptPost: string | undefined
  /** Units of low priority come first; default 0. An option like the others until the units are put in order. */
  readonly options: ReadonlyMap<string, TunedOption>
  readonly source: string
  readonly line: number
}

/** A profile's file: `[main]` and the units, in the order of the file. */
export interface TunedFile {
  readonly name: string
  readonly path: string
  readonly main: ReadonlyMap<string, TunedOption>
  readonly units: readonly TunedUnit[]
}

/** The profile that a file's sections make. */
export function tunedFile(name: string, path: string, sections: readonly IniSection[]): TunedFile {
  const directory = directoryOf(path)
  const options = (section: IniSection): Map<string, TunedOption> =>
    new Map([...section.options.values()].map((option) => [option.name, localOption(option, directory)]))
  const main = sections.find((section) => section.name === 'main')
  return {
    name,
    path,
    main: main === undefined ? new Map() : options(main),
    units: sections.filter((section) => section !== main).map((section) => tunedUnit(section, options(section), path)),
  }
}

function localOption(option: IniOption, directory: string): TunedOption {
  const value = expandProfileDirectory(option.value ?? '', directory)
  const { name, source, line, comment } = option
  return { name, value: name === 'script' ? [profilePath(value, directory)] : value, source, line, comment }
}

function tunedUnit(section: IniSection, options: Map<string, TunedOption>, path: string): TunedUnit {
  const take = (name: string): string | undefined => {
    const value = options.get(name)?.value
    options.delete(name)
    return typeof value === 'string' ? value : undefined
  }
  const isTrue = (value: string | undefined): boolean => value === 'True' || value === 'true' || value === '1'
  const enabled = take('enabled')
  const drop = take('drop')
  return {
    name: section.name,
    type: take('type') ?? section.name,
    enabled: enabled === undefined || isTrue(enabled),
    replace: isTrue(take('replace')),
    prepend: isTrue(take('prepend')),
    drop: drop === undefined ? [] : drop.split(/\b\s*[,;]\s*/u),
    devices: take('devices') ?? '*',
    devicesUdevRegex: take('devices_udev_regex'),
    cpuinfoRegex: take('cpuinfo_regex'),
    unameRegex: take('uname_regex'),
    scriptPre: take('script_pre'),
    scriptPost: take('script_post'),
    options,
    source: path,
    line: section.line,
  }
}

/**
 * Adds the units of a profile to those of the profiles that it includes: options of a unit of the same name replace the earlier
 * ones, after those that `drop` names are gone; `replace` puts the new unit in the old one's place.
 */
export function mergeUnits(earlier: ReadonlyMap<string, TunedUnit>, file: TunedFile): ReadonlyMap<string, TunedUnit> {
  let merged = new Map(earlier)
  for (const unit of file.units) {
    const old = merged.get(unit.name)
    const next = old === undefined || unit.replace ? unit : mergeUnit(old, unit)
    if (unit.prepend && old === undefined) merged = new Map([[unit.name, next], ...merged])
    else merged.set(unit.name, next)
  }
  return merged
}

function mergeUnit(old: TunedUnit, unit: TunedUnit): TunedUnit {
  const options = new Map(old.options)
  for (const name of unit.drop) options.delete(name)
  for (const [name, option] of unit.options) {
    const before = options.get(name)
    const joined = unit.name === 'script' && name === 'script' && Array.isArray(before?.value) && Array.isArray(option.value)
    options.set(name, joined ? { ...option, value: [...before.value, ...option.value] } : option)
  }
  return {
    ...old,
    type: unit.type,
    enabled: unit.enabled,
    devices: unit.devices,
    devicesUdevRegex: unit.devicesUdevRegex ?? old.devicesUdevRegex,
    cpuinfoRegex: unit.cpuinfoRegex ?? old.cpuinfoRegex,
    unameRegex: unit.unameRegex ?? old.unameRegex,
    scriptPre: unit.scriptPre ?? old.scriptPre,
    scriptPost: unit.scriptPost ?? old.scriptPost,
    options,
    source: unit.source,
    line: unit.line,
  }
}

/** The name of the directory that a profile's file is in, which is the name of the profile. */
export function profileNameOf(path: string): string {
  return baseName(directoryOf(path))
}
