import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The repository's root. */
export const root: string = resolve(import.meta.dirname, '..')

/** Where a package stands in the order of imports, which go downwards only. */
export type Layer = 'core' | 'domain' | 'composite' | 'app' | 'example'

/** What this repository reads of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly nx?: { readonly tags?: readonly string[] }
}

/** A package of this repository. */
export interface Workspace {
  readonly directory: string
  readonly manifest: Manifest
  readonly layer: Layer
}

const layers: readonly Layer[] = ['core', 'domain', 'composite', 'app', 'example']

/** Every package of the repository, sorted by directory. Throws if one does not say on which layer it is. */
export function workspaces(from: string = root): readonly Workspace[] {
  const { workspaces: patterns } = readJson(join(from, 'package.json')) as { workspaces: readonly string[] }
  return globSync([...patterns], { cwd: from })
    .map((path) => join(from, path))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .toSorted()
    .map((directory) => {
      const manifest = readJson(join(directory, 'package.json')) as Manifest
      const tags = (manifest.nx?.tags ?? []).filter((tag) => tag.startsWith('layer:'))
      const layer = layers.find((name) => tags[0] === `layer:${name}`)
      if (layer === undefined || tags.length !== 1)
        throw new Error(`${directory}/package.json: nx.tags needs one of ${layers.map((name) => `layer:${name}`).join(', ')}`)
      return { directory, manifest, layer }
    })
}

/** The packages that others import: core, domains and composites. */
export function libraries(from: string = root): readonly Workspace[] {
  return workspaces(from).filter(({ layer }) => layer === 'core' || layer === 'domain' || layer === 'composite')
}

/** The packages of the repository that a package depends on, nearest last, without itself. */
export function ownDependencies(workspace: Workspace, all: readonly Workspace[]): readonly Workspace[] {
  const found = new Set<Workspace>()
  const visit = (one: Workspace): void => {
    for (const name of Object.keys(one.manifest.dependencies ?? {})) {
      const dependency = all.find((other) => other.manifest.name === name)
      if (dependency === undefined || found.has(dependency)) continue
      visit(dependency)
      found.add(dependency)
    }
  }
  visit(workspace)
  return [...found]
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
