import type { FileTree } from '@hostwright/core'
import { HostwrightError, isHostwrightError, listNames, ParseError, suggest } from '@hostwright/core'
import type { LineCounter, Document } from 'yaml'
import { profileSchema, toProfile } from './profile-schema.ts'
import type { Profile } from './profile.ts'

/** Where profiles of an administrator are looked for; the name of the file is the name of the profile. */
export const profileDirectory = '/etc/hostwright/profiles'

const maxBytes = 1024 * 1024

/**
 * Reads a profile from a YAML or JSON file. Its name is that of the file without the ending.
 *
 * @throws `PARSE_ERROR` with line and column for text that is not YAML, and for keys and values that are not a profile's;
 * `NOT_FOUND` and the other errors of reading
 */
export async function readProfileFile(fs: FileTree, path: string): Promise<Profile> {
  const text = await fs.readText(path, { maxBytes })
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:ya?ml|json)$/u, '')
  return parseProfile(name, text, path)
}

/**
 * A profile from the text of a YAML or JSON file.
 *
 * @throws `PARSE_ERROR` with line and column
 */
export async function parseProfile(name: string, text: string, source: string): Promise<Profile> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  if (error !== undefined) {
    throw new ParseError({ source, ...position(lines, error.pos[0]) }, error.message.split(' at line ')[0] ?? error.message, {
      hint: 'It has to be YAML or JSON.',
    })
  }
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw new ParseError({ source, line: 1, column: 1 }, 'it has too many aliases, or one that leads nowhere', { cause })
  }
  const checked = profileSchema.safeParse(plain)
  if (!checked.success) {
    const issue = checked.error.issues[0]
    const keys = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    const at = unknown === undefined ? keys : [...keys, unknown]
    const known = ['summary', 'extends', 'set', 'except', 'commandLine', 'moduleOptions']
    const nearest = unknown === undefined ? undefined : suggest(unknown, known)
    const problem = unknown === undefined ? `${keys.join('.') || 'the profile'}: ${describeIssue(issue?.message)}` : `there is no key \`${unknown}\``
    throw new ParseError({ source, ...position(lines, offsetOf(document, at)) }, problem, {
      hint: nearest === undefined ? `A profile has: ${known.join(', ')}.` : `Did you mean \`${nearest}\`?`,
    })
  }
  return toProfile(name, checked.data, source, (key) => `${source}:${position(lines, offsetOf(document, ['set', key])).line}`)
}

/** The profiles in the administrator's directory; none if there is no such directory. */
export async function readProfileDirectory(fs: FileTree, directory: string = profileDirectory): Promise<readonly Profile[]> {
  const names = (await listNames(fs, directory)).filter((name) => /\.(?:ya?ml|json)$/u.test(name))
  return Promise.all(names.map((name) => readProfileFile(fs, `${directory}/${name}`)))
}

/** A profile that was named, and those that it may include. */
export interface LoadedProfile {
  /** A name among `profiles` and the built-in ones, or what was read from a file. */
  readonly profile: string | Profile
  /** The administrator's. */
  readonly profiles: readonly Profile[]
}

/** Whether a name of a profile is the path of its file. */
export function isProfilePath(name: string): boolean {
  return /^\/|^(?!tuned:).*\.(?:ya?ml|json)$/u.test(name)
}

/**
 * The profile that a user names: `tuned:NAME` for one of tuned's, a path for a file, else a name among the administrator's and the
 * built-in ones. The administrator's profiles come along, since others may include them.
 *
 * @throws `NOT_FOUND`, `PARSE_ERROR`, `INVALID_INPUT` as the ways to read them do
 */
export async function loadProfile(fs: FileTree, name: string): Promise<LoadedProfile> {
  const profiles = await readProfileDirectory(fs)
  if (name.startsWith('tuned:')) {
    const { readTunedProfile } = await import('./tuned/read-profile.ts')
    return { profile: await readTunedProfile(fs, name.slice('tuned:'.length)), profiles }
  }
  if (!isProfilePath(name)) return { profile: name, profiles }
  if (!name.startsWith('/')) {
    throw new HostwrightError('INVALID_INPUT', `${name} is not an absolute path`, {
      subject: name,
      hint: `Give the whole path on the host, or put the file into ${profileDirectory} and give its name.`,
    })
  }
  try {
    return { profile: await readProfileFile(fs, name), profiles }
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND'))
      throw new HostwrightError('NOT_FOUND', `there is no file ${name}`, { subject: name, hint: 'It has to be on the host.', cause: error })
    throw error
  }
}

function describeIssue(message: string | undefined): string {
  return message === undefined || message === 'Invalid input' ? 'this is not a value that can stand here' : message.charAt(0).toLowerCase() + message.slice(1)
}

function offsetOf(document: Document, keys: readonly (string | number)[]): number {
  for (let length = keys.length; length > 0; length -= 1) {
    const parent = document.getIn(keys.slice(0, length - 1), true) ?? document.contents
    const key = keys[length - 1]
    const pairs: unknown = typeof parent === 'object' && parent !== null && 'items' in parent ? parent.items : undefined
    if (!Array.isArray(pairs)) continue
    const item: unknown = typeof key === 'number' ? pairs[key] : pairs.find((pair) => pair?.key?.value === key)?.key
    if (typeof item === 'object' && item !== null && 'range' in item && Array.isArray(item.range)) return Number(item.range[0])
  }
  return 0
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}
