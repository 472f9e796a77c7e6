import { HostwrightError, isHostwrightError, listNames } from '@hostwright/core'
import type { FileTree } from '@hostwright/core'
import { didYouMean } from '../did-you-mean.ts'
import { maxIniBytes, parseTunedIni } from './ini.ts'
import { baseName, normalisePath } from './python-text.ts'

/**
 * Where tuned looks for profiles, the strongest last: those of 2.20 and earlier and, in `profiles/`, those of 2.23 and later.
 */
export const tunedDirectories: readonly string[] = ['/usr/lib/tuned', '/usr/lib/tuned/profiles', '/etc/tuned', '/etc/tuned/profiles']

/** tuned's own settings, as far as they decide what a profile means. */
export interface TunedConfiguration {
  readonly directories: readonly string[]
  readonly dynamicTuning: boolean
  readonly defaultPriority: number
  readonly uname: string | undefined
  readonly cpuinfo: string | undefined
}

/** Reads `/etc/tuned/tuned-main.conf`; without it, tuned's defaults. */
export async function readTunedConfiguration(fs: FileTree): Promise<TunedConfiguration> {
  const path = '/etc/tuned/tuned-main.conf'
  const text = (await fs.readMany([path]))[0] ?? ''
  const options = parseTunedIni(text, path, { headless: 'main', allowNoValue: true })[0]?.options
  const value = (name: string): string | undefined => options?.get(name)?.value ?? undefined
  const directories = (value('profile_dirs') ?? '').split(',').map((directory) => directory.trim())
  const extra = directories.filter((directory) => directory.startsWith('/') && !tunedDirectories.includes(directory))
  return {
    directories: [...tunedDirectories, ...extra],
    dynamicTuning: !['0', 'no', 'false', 'off'].includes((value('dynamic_tuning') ?? '1').toLowerCase()),
    defaultPriority: Number.parseInt(value('default_instance_priority') ?? '0', 10) || 0,
    uname: value('uname_string'),
    cpuinfo: value('cpuinfo_string'),
  }
}

/** The file of a profile in the strongest directory that has it and is not yet in `loaded`; `undefined` if there is none at all. */
export async function findTunedProfile(
  fs: FileTree,
  name: string,
  directories: readonly string[],
  loaded: readonly string[],
): Promise<{ readonly path: string | undefined } | undefined> {
  // A name cannot lead out of the directories.
  const plain = baseName(name.startsWith('-') ? name.slice(1) : name)
  let seen = name.startsWith('-')
  for (const directory of directories.toReversed()) {
    const path = normalisePath(`${directory}/${plain}/tuned.conf`)
    if (loaded.includes(path)) seen = true
    else if (plain !== '' && (await isFile(fs, path))) return { path }
  }
  return seen ? { path: undefined } : undefined
}

/** The text of a profile's file. */
export async function readProfileText(fs: FileTree, path: string): Promise<string> {
  const text = await fs.readText(path, { maxBytes: maxIniBytes })
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** A profile that is there, with its name, file and summary. */
export interface TunedProfileEntry {
  readonly name: string
  readonly path: string
  readonly summary: string
}

/** The profiles of tuned on a system, by name. */
export async function listTunedProfiles(fs: FileTree, options: { readonly directories?: readonly string[] } = {}): Promise<readonly TunedProfileEntry[]> {
  const entries = new Map<string, TunedProfileEntry>()
  for (const directory of options.directories ?? (await readTunedConfiguration(fs)).directories) {
    for (const name of await listNames(fs, directory)) {
      const path = `${directory}/${name}/tuned.conf`
      if (await isFile(fs, path)) entries.set(name, { name, path, summary: await summaryOf(fs, path) })
    }
  }
  return [...entries.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

/** The profile that tuned was told to use. */
export interface ActiveTunedProfile {
  /** Names of the profiles, merged from left to right. */
  readonly names: readonly string[]
  /** `manual`: an administrator chose it; `auto`: tuned recommended it. */
  readonly mode: 'manual' | 'auto'
  /** A profile that is loaded after those. */
  readonly postLoaded: string | undefined
}

/** The profile that tuned uses on a system, or would if it ran; `undefined` if none is chosen. */
export async function activeTunedProfile(fs: FileTree): Promise<ActiveTunedProfile | undefined> {
  const files = await fs.readMany(['/etc/tuned/active_profile', '/etc/tuned/profile_mode', '/etc/tuned/post_loaded_profile'])
  const [active, mode, postLoaded] = files.map((file) => (file ?? '').trim())
  const names = (active ?? '').split(/\s+/u).filter((name) => name !== '')
  if (names.length === 0 && (postLoaded ?? '') === '') return undefined
  return { names, mode: mode === 'auto' ? 'auto' : 'manual', postLoaded: postLoaded === '' ? undefined : postLoaded }
}

/** The error for a profile that is not there, with the closest name. */
export async function missingProfile(fs: FileTree, name: string, directories: readonly string[], includedAt?: string): Promise<HostwrightError> {
  const names = (await listTunedProfiles(fs, { directories })).map((entry) => entry.name)
  const message = includedAt === undefined ? `tuned has no profile called \`${name}\` here` : `${includedAt}: the included profile \`${name}\` does not exist`
  return new HostwrightError('NOT_FOUND', message, {
    subject: includedAt ?? name,
    hint: didYouMean(name, names, names.length === 0 ? `There is no profile in ${directories.join(', ')}.` : `There are: ${names.join(', ')}.`),
  })
}

async function summaryOf(fs: FileTree, path: string): Promise<string> {
  try {
    const sections = parseTunedIni(await readProfileText(fs, path), path, { headless: '', allowNoValue: true })
    return sections.find((section) => section.name === 'main')?.options.get('summary')?.value ?? ''
  } catch (error) {
    if (isHostwrightError(error)) return ''
    throw error
  }
}

async function isFile(fs: FileTree, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).type === 'file'
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND')) return false
    throw error
  }
}
