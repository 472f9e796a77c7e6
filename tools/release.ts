/**
 * Releases what the changesets in .changeset/ ask for: new versions and changelogs, a build, the checks of each package,
 * a commit, the packages in the order of their dependencies, and a tag for each.
 *
 *   npm run release -- --dry-run   shows all of it and changes nothing, here or in the registry
 *   npm run release                does it; a release that broke off goes on where it stopped
 */
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { existsSync, globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { requireCommand, runCommand } from './command.ts'
import { runTarget } from './nx.ts'
import { pack, type Packed } from './pack.ts'
import { ownDependencies, root, type Workspace, workspaces } from './workspaces.ts'

/** A package that a release publishes. */
export interface Release {
  readonly workspace: Workspace
  readonly from: string
  readonly to: string
}

/** Public packages, each after those of the repository that it depends on. */
export function publishOrder(all: readonly Workspace[]): readonly Workspace[] {
  const ordered = new Set<Workspace>()
  for (const workspace of all) {
    for (const dependency of ownDependencies(workspace, all)) ordered.add(dependency)
    ordered.add(workspace)
  }
  return [...ordered].filter(({ manifest }) => manifest.private !== true)
}

/** Lets the changesets take effect in a checkout and tells what changed its version. */
export async function versionPackages(checkout: string): Promise<readonly Release[]> {
  const changesets = globSync('.changeset/*.md', { cwd: checkout }).filter((path) => !path.endsWith('/README.md'))
  if (changesets.length === 0) return []
  const before = new Map(workspaces(checkout).map(({ manifest }) => [manifest.name, manifest.version]))
  await requireCommand([join(root, 'node_modules/.bin/changeset'), 'version'], { cwd: checkout })
  return publishOrder(workspaces(checkout)).flatMap((workspace) => {
    const from = before.get(workspace.manifest.name) ?? '0.0.0'
    return from === workspace.manifest.version ? [] : [{ workspace, from, to: workspace.manifest.version }]
  })
}

async function dryRun(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-release-'))
  try {
    const checkout = join(folder, 'checkout')
    await requireCommand(['git', 'clone', '--quiet', '--no-local', '--depth=50', `file://${root}`, checkout])
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
    await requireTarget('build')
    for (const { directory } of workspaces()) {
      const target = join(checkout, relative(root, directory), 'dist')
      if (existsSync(join(directory, 'dist')) && existsSync(join(target, '..'))) await cp(join(directory, 'dist'), target, { recursive: true })
    }
    const releases = await versionPackages(checkout)
    console.log(releases.length === 0 ? 'No changeset asks for a release.' : 'Would publish, in this order:')
    for (const { workspace, from, to } of releases) {
      const packed = await pack(workspace, folder)
      console.log(`\n${workspace.manifest.name} ${from} → ${to}   ${(packed.sizeBytes / 1000).toFixed(1)} kB, ${packed.files.length} files`)
      for (const path of packed.files) console.log(`  ${path}`)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function release(): Promise<void> {
  const dirty = await requireCommand(['git', 'status', '--porcelain'])
  if (dirty !== '') throw new Error(`commit or remove these first:\n${dirty}`)
  const releases = await versionPackages(root)
  if (releases.length > 0) {
    await requireCommand(['npm', 'install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'])
    await requireTarget('build')
    await requireTarget('check:package')
    await requireCommand([
      'git',
      'commit',
      '--quiet',
      '--all',
      '--message',
      `Release ${releases.map(({ workspace, to }) => `${workspace.manifest.name} ${to}`).join(', ')}`,
    ])
  }
  // Not only what was versioned now: a release that broke off has versions that were never published.
  await requireTarget('build')
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-release-'))
  try {
    for (const workspace of publishOrder(workspaces())) await publish(workspace, await pack(workspace, folder))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function publish({ manifest }: Workspace, packed: Packed): Promise<void> {
  const id = `${manifest.name}@${manifest.version}`
  if ((await runCommand(['npm', 'view', id, 'version', '--loglevel=error'])).stdout.trim() === manifest.version) {
    console.log(`${id} is published already`)
    return
  }
  await requireCommand(['npm', 'publish', packed.path, '--access', 'public'])
  await requireCommand(['git', 'tag', '--annotate', id, '--message', id])
  console.log(`published ${id}`)
}

async function requireTarget(target: string): Promise<void> {
  const { ok, output } = await runTarget(target)
  if (!ok) throw new Error(output)
}

if (import.meta.main) {
  try {
    await (process.argv.includes('--dry-run') ? dryRun() : release())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
