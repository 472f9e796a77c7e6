import { join } from 'node:path'
import { requireCommand } from './command.ts'
import type { Workspace } from './workspaces.ts'

/** A tarball as it would be published. */
export interface Packed {
  readonly path: string
  readonly name: string
  readonly version: string
  readonly sizeBytes: number
  /** Paths inside the package, sorted. */
  readonly files: readonly string[]
}

interface NpmPack {
  readonly name: string
  readonly version: string
  readonly size: number
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** Packs a package that has been built into a folder. */
export async function pack(workspace: Workspace, folder: string): Promise<Packed> {
  const printed = await requireCommand(['npm', 'pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder], {
    cwd: workspace.directory,
  })
  const [result] = Object.values(JSON.parse(printed) as readonly NpmPack[] | Readonly<Record<string, NpmPack>>)
  if (result === undefined) throw new Error(`npm packed nothing in ${workspace.directory}`)
  const { name, version, size, filename, files } = result
  return { path: join(folder, filename), name, version, sizeBytes: size, files: files.map(({ path }) => path).toSorted() }
}
