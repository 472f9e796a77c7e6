import { HostwrightError, ParseError } from '@hostwright/core'
import type { FileTree } from '@hostwright/core'
import { tunedVariables } from './expand.ts'
import type { TunedVariables } from './expand.ts'
import { findTunedProfile, missingProfile, readProfileText, readTunedConfiguration } from './find-profile.ts'
import type { TunedConfiguration } from './find-profile.ts'
import { parseTunedIni } from './ini.ts'
import { normalisePath, strip, words } from './python-text.ts'
import { tunedSystem } from './runtime.ts'
import type { TunedRuntime, TunedSystem } from './runtime.ts'
import { mergeUnits, profileNameOf, tunedFile } from './unit.ts'
import type { TunedFile, TunedOption, TunedUnit } from './unit.ts'
import type { UnsupportedSetting } from '../profile.ts'

/** Where profiles are looked up, and what they may ask of the system. */
export interface TunedLoadOptions {
  /** The strongest last. Default: those of tuned, and `profile_dirs` of its configuration. */
  readonly directories?: readonly string[]
  readonly runtime?: TunedRuntime
}

/** A profile after its includes are merged and its variables are known. */
export interface LoadedTunedProfile {
  readonly name: string
  readonly summary: string
  /** The files that were merged, in this order; the last is that of the profile. */
  readonly files: readonly string[]
  readonly main: ReadonlyMap<string, TunedOption>
  /** Without `[variables]`; variables in device lists and conditions are replaced, in options they still stand. */
  readonly units: ReadonlyMap<string, TunedUnit>
  readonly variables: TunedVariables
  readonly system: TunedSystem
  readonly configuration: TunedConfiguration
  /** What could not be read: variables with forbidden names, missing files of variables. */
  readonly problems: readonly UnsupportedSetting[]
}

/** So many files are never meant. */
const maxFiles = 200

/**
 * Loads a profile as tuned does: included profiles first, depth first, each file once, then merged in this order. Several names,
 * separated by blanks, are merged from left to right. An absolute path names a profile's file or directory.
 *
 * @throws `NOT_FOUND` (profile or include), `PARSE_ERROR`, `INVALID_INPUT` (an assertion that does not hold)
 */
export async function loadTunedProfile(fs: FileTree, name: string, options: TunedLoadOptions = {}): Promise<LoadedTunedProfile> {
  const configuration = await readTunedConfiguration(fs)
  const system = tunedSystem(fs, { ...defaults(configuration), ...options.runtime })
  const directories = options.directories ?? configuration.directories
  const direct = name.startsWith('/') ? await directPath(fs, name) : undefined
  const names = direct === undefined ? words(name).filter((each) => /^[\w.-]+$/u.test(each)) : [profileNameOf(direct)]
  if (names.length === 0)
    throw new HostwrightError('INVALID_INPUT', `\`${name}\` is no name of a tuned profile`, {
      subject: name,
      hint: 'Names have letters, digits, `_`, `.` and `-`.',
    })
  const files: TunedFile[] = []
  const collection: Collection = { fs, system, directories, loaded: [], files }
  if (direct === undefined) await collect(names, collection)
  else await collectFile(names[0] ?? '', direct, collection)
  const last = files.at(-1)
  if (last === undefined) throw await missingProfile(fs, name, directories)
  let units: ReadonlyMap<string, TunedUnit> = new Map()
  for (const file of files) units = mergeUnits(units, file)
  const variables = tunedVariables(system)
  const problems: UnsupportedSetting[] = []
  const definitions = units.get('variables')
  if (definitions !== undefined) await defineVariables(variables, definitions, system, problems)
  return {
    name: names.join(' '),
    summary: optionText(last.main.get('summary')),
    files: files.map((file) => file.path),
    main: new Map(files.flatMap((file) => [...file.main])),
    units: new Map(
      await Promise.all(
        [...units.values()].filter((unit) => unit !== definitions).map(async (unit) => [unit.name, await expandConditions(unit, variables)] as const),
      ),
    ),
    variables,
    system,
    configuration,
    problems,
  }
}

interface Collection {
  readonly fs: FileTree
  readonly system: TunedSystem
  readonly directories: readonly string[]
  readonly loaded: string[]
  readonly files: TunedFile[]
}

async function collect(names: readonly string[], collection: Collection, includedAt?: TunedOption): Promise<void> {
  const { fs, directories, loaded } = collection
  const where = includedAt === undefined ? undefined : `${includedAt.source}:${includedAt.line}`
  for (const name of names) {
    const found = await findTunedProfile(fs, name, directories, loaded)
    if (found === undefined) throw await missingProfile(fs, name, directories, where)
    if (found.path !== undefined) await collectFile(name, found.path, collection)
  }
}

async function collectFile(name: string, path: string, collection: Collection): Promise<void> {
  const { fs, loaded, files } = collection
  loaded.push(path)
  if (loaded.length > maxFiles) throw new HostwrightError('INVALID_INPUT', `${path}: more than ${maxFiles} files are included`, { subject: path })
  const file = tunedFile(name, path, parseTunedIni(await readProfileText(fs, path), path))
  const include = file.main.get('include')
  if (include !== undefined) await collect(await includedNames(include, file, collection.system), collection, include)
  files.push(file)
}

/** The file that an absolute path names: itself, or the profile in that directory. */
async function directPath(fs: FileTree, path: string): Promise<string> {
  const plain = normalisePath(path)
  return (await fs.stat(plain)).type === 'directory' ? `${plain}/tuned.conf` : plain
}

/** The names in `include=`. Its functions are called; variables can be those that the file itself defines, as since tuned 2.23. */
async function includedNames(include: TunedOption, file: TunedFile, system: TunedSystem): Promise<readonly string[]> {
  const variables = tunedVariables(system)
  const text = optionText(include)
  const own = file.units.find((unit) => unit.name === 'variables')
  if (/\$\{[^}:]*\}/u.test(text) && own !== undefined) await defineVariables(variables, own, system, [])
  const expanded = await variables.expand(text, include)
  return expanded.text.split(/\s*[,;]\s*/u)
}

async function defineVariables(variables: TunedVariables, unit: TunedUnit, system: TunedSystem, problems: UnsupportedSetting[]): Promise<void> {
  for (const option of unit.options.values()) {
    if (option.name === 'include') await includeVariables(variables, normalisePath(optionText(option)), option, system, problems)
    else if (!(await variables.define(option.name, optionText(option), option))) problems.push(badName(option.name, `${option.source}:${option.line}`))
  }
}

async function includeVariables(
  variables: TunedVariables,
  path: string,
  option: TunedOption,
  system: TunedSystem,
  problems: UnsupportedSetting[],
): Promise<void> {
  if (!(await system.fs.exists(path))) {
    problems.push({ where: `${option.source}:${option.line}`, what: `[variables] include = ${path}`, why: 'There is no such file; tuned goes on without it.' })
    return
  }
  const sections = parseVariables(await readProfileText(system.fs, path), path, problems)
  for (const section of sections) {
    for (const { name, value, line } of section.options.values()) {
      if (value !== null && !(await variables.define(name, value, { source: path, line }))) problems.push(badName(name, `${path}:${line}`))
    }
  }
}

function parseVariables(text: string, path: string, problems: UnsupportedSetting[]): ReturnType<typeof parseTunedIni> {
  try {
    return parseTunedIni(text, path, { headless: '', allowNoValue: true })
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    // tuned logs it and goes on without the whole file.
    problems.push({ where: `${path}:${error.position.line}`, what: `the variables of ${path}`, why: error.message })
    return []
  }
}

function badName(name: string, where: string): UnsupportedSetting {
  return { where, what: `the variable \`${name}\``, why: 'A name of a variable has letters, digits and `_` only; tuned leaves this one out.' }
}

async function expandConditions(unit: TunedUnit, variables: TunedVariables): Promise<TunedUnit> {
  const expand = async (text: string | undefined): Promise<string | undefined> => (text === undefined ? undefined : (await variables.expand(text, unit)).text)
  return {
    ...unit,
    devices: (await expand(unit.devices)) ?? '*',
    cpuinfoRegex: await expand(unit.cpuinfoRegex),
    unameRegex: await expand(unit.unameRegex),
  }
}

function defaults(configuration: TunedConfiguration): TunedRuntime {
  return {
    ...(configuration.uname === undefined ? {} : { uname: configuration.uname }),
    ...(configuration.cpuinfo === undefined ? {} : { cpuinfo: configuration.cpuinfo }),
  }
}

/** An option's value as one text. */
export function optionText(option: TunedOption | undefined): string {
  if (option === undefined) return ''
  return strip(typeof option.value === 'string' ? option.value : option.value.join(' '))
}
