import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { suggest } from '../command-line/suggest.ts'
import { HostwrightError } from '../errors.ts'
import type { AnySection, Domain, SectionSource } from '../section.ts'
import { configurationError, findProblems, type ConfigurationProblem } from './check-section.ts'
import { placeText, type LocatedDocument } from './located-document.ts'
import { importModuleDocument } from './module-document.ts'
import { loadPlugins } from './plugins.ts'
import { parseYamlDocument } from './yaml-document.ts'

/** What a host shall be, read and checked. */
export interface Configuration {
  /** Absolute path of the file. */
  readonly path: string
  /** Built-in domains and those of plugins. */
  readonly domains: readonly Domain[]
  /** Checked values by the name of their section, in the order in which they are planned. */
  readonly sections: readonly DesiredSection[]
}

/** One section that the file has. */
export interface DesiredSection {
  readonly section: AnySection
  readonly desired: unknown
  readonly source: SectionSource
}

/** File names that are looked for, in this order. */
const fileNames = ['host.yaml', 'host.yml', 'host.ts', 'host.js', 'host.mjs']

/** The configuration in a directory, or else the system's, `/etc/hostwright/host.yaml`; `undefined` if there is none. */
export function findConfiguration(directory: string): string | undefined {
  return [directory, '/etc/hostwright'].flatMap((parent) => fileNames.map((name) => resolve(parent, name))).find((path) => existsSync(path))
}

/**
 * Reads a `host.yaml`, or runs a `host.ts`, loads the plugins that it names, and checks every section.
 *
 * @param domains the built-in ones
 * @throws `NOT_FOUND`, `PARSE_ERROR`, or `INVALID_INPUT` with every mistake as `file:line:column: what is wrong`
 */
export async function loadConfiguration(path: string, domains: readonly Domain[]): Promise<Configuration> {
  const absolute = resolve(path)
  const document = await readDocument(absolute)
  return checkConfiguration(document, absolute, domains)
}

/** Checks a configuration that was read; see {@link loadConfiguration}. */
export async function checkConfiguration(document: LocatedDocument, path: string, domains: readonly Domain[]): Promise<Configuration> {
  const value = document.value ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw configurationError([{ where: placeText(document, []), path: [], message: 'must be a mapping from sections to what they shall be' }])
  }
  const { plugins: named, ...rest } = value as Record<string, unknown>
  if (named !== undefined && !(Array.isArray(named) && named.every((name) => typeof name === 'string' && name !== ''))) {
    throw configurationError([{ where: placeText(document, ['plugins']), path: ['plugins'], message: 'plugins: must be a list of package names or paths' }])
  }
  const all = [...domains, ...(await loadPlugins(named ?? [], dirname(path)))]
  const known = new Map(all.flatMap((domain) => (domain.section === undefined ? [] : [[domain.section.name, domain.section] as const])))
  const problems: ConfigurationProblem[] = []
  const sections: DesiredSection[] = []
  for (const [name, given] of Object.entries(rest)) {
    const section = known.get(name)
    if (section === undefined) {
      const near = suggest(name, [...known.keys(), 'plugins'])
      problems.push({
        where: placeText(document, [name], 'key'),
        path: [name],
        message: `unknown section \`${name}\`${near === undefined ? `; known are ${[...known.keys()].join(', ')}` : `; did you mean \`${near}\`?`}`,
      })
      continue
    }
    const checked = findProblems(section.schema, document, [name], given)
    problems.push(...checked.problems)
    if (checked.problems.length === 0) sections.push({ section, desired: checked.value, source: sourceOf(document, name) })
  }
  if (problems.length > 0) throw configurationError(problems)
  return { path, domains: all, sections: inOrder(sections) }
}

async function readDocument(path: string): Promise<LocatedDocument> {
  if (!existsSync(path) || !statSync(path).isFile())
    throw new HostwrightError('NOT_FOUND', `there is no configuration ${path}`, { subject: path, hint: 'Name one with --config, or write a host.yaml here.' })
  if (['.yaml', '.yml'].includes(extname(path))) return parseYamlDocument(await readFile(path, 'utf8'), basename(path))
  return importModuleDocument(path, basename(path))
}

function sourceOf(document: LocatedDocument, name: string): SectionSource {
  return {
    locate: (path) => {
      const place = document.place([name, ...path])
      return place === undefined ? document.file : `${document.file}:${place.line}`
    },
    place: (path, of) => placeText(document, [name, ...path], of),
  }
}

/** Sections whose `after` names others come later; otherwise the order of the file holds. */
function inOrder(sections: readonly DesiredSection[]): readonly DesiredSection[] {
  const ordered: DesiredSection[] = []
  const visit = (each: DesiredSection, path: readonly string[]): void => {
    if (ordered.includes(each)) return
    const { name } = each.section
    if (path.includes(name))
      throw new HostwrightError('INVALID_INPUT', `the sections ${[...path, name].join(' → ')} each want to come after the other`, { subject: name })
    for (const earlier of sections.filter((other) => each.section.after?.includes(other.section.name) === true)) visit(earlier, [...path, name])
    ordered.push(each)
  }
  for (const each of sections) visit(each, [])
  return ordered
}
