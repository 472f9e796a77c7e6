import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../command.ts'
import { withLayerOverrides } from '../layers.ts'
import { root, type Workspace, workspaces } from '../workspaces.ts'

const workspace = (directory: string, name: string, layer: Workspace['layer'], folder: string): Workspace => ({
  directory: join(folder, directory),
  manifest: { name, version: '1.0.0', exports: {} },
  layer,
})

describe('import rules', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostwright-layers-'))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const all = [
      workspace('packages/core', '@hostwright/core', 'core', folder),
      workspace('packages/nft', '@hostwright/nft', 'domain', folder),
      workspace('packages/btrfs', '@hostwright/btrfs', 'domain', folder),
      workspace('packages/net', '@hostwright/net', 'composite', folder),
      workspace('packages/nixos', '@hostwright/nixos', 'composite', folder),
      workspace('apps/cli', 'hostwright', 'app', folder),
    ]
    await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
    await writeFile(join(folder, '.oxlintrc.json'), withLayerOverrides(await readFile(join(root, '.oxlintrc.json'), 'utf8'), all, folder))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** The rules that oxlint reports for a file with this text at this path. */
  const lint = async (path: string, text: string): Promise<readonly string[]> => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
    try {
      const { stdout } = await runCommand([join(root, 'node_modules/.bin/oxlint'), '-c', '.oxlintrc.json', '--format=json', path], { cwd: folder })
      return (JSON.parse(stdout) as { diagnostics: readonly { code: string }[] }).diagnostics.map(({ code }) => code)
    } finally {
      await rm(join(folder, path))
    }
  }
  const imports = (specifier: string): string => `import { thing } from '${specifier}'\nexport const used: unknown = thing\n`
  const forbidden = ['eslint(no-restricted-imports)']

  it.each([
    ['packages/core/src/a.ts', '@hostwright/nft'],
    ['packages/core/src/a.ts', 'hostwright'],
    ['packages/nft/src/a.ts', '@hostwright/btrfs'],
    ['packages/nft/src/deep/a.ts', '@hostwright/net'],
    ['packages/nft/src/a.ts', '@hostwright/net/testing'],
    ['packages/nft/src/a.ts', '@hostwright/of-the-future'],
    ['packages/nft/src/a.ts', 'hostwright'],
    ['packages/nft/test/a.test.ts', '@hostwright/btrfs'],
    ['packages/net/src/a.ts', '@hostwright/nixos'],
    ['packages/net/src/a.ts', 'hostwright'],
    ['packages/nft/src/a.ts', '../../core/src/host.ts'],
    ['packages/nft/src/a.ts', 'node:fs'],
    ['packages/nft/src/a.ts', 'node:fs/promises'],
    ['packages/nft/src/a.ts', 'node:child_process'],
    ['packages/net/src/a.ts', 'node:net'],
  ])('are broken by %s importing %s', async (path, specifier) => {
    expect(await lint(path, imports(specifier))).toEqual(forbidden)
  })

  it.each([
    ['packages/nft/src/a.ts', '@hostwright/core'],
    ['packages/nft/src/a.ts', '@hostwright/core/testing'],
    ['packages/nft/test/a.test.ts', '@hostwright/nft'],
    ['packages/net/src/a.ts', '@hostwright/nft'],
    ['packages/net/src/a.ts', '@hostwright/core'],
    ['apps/cli/src/a.ts', '@hostwright/net'],
    ['apps/cli/src/a.ts', '@hostwright/nft'],
    ['apps/cli/src/a.ts', 'node:fs'],
    ['packages/core/src/a.ts', 'node:child_process'],
    ['packages/nft/test/a.test.ts', 'node:fs'],
    ['packages/nft/src/a.ts', './host.ts'],
  ])('allow %s to import %s', async (path, specifier) => {
    expect(await lint(path, imports(specifier))).toEqual([])
  })

  it('hold for types, for re-exports and for imports at run time', async () => {
    expect(await lint('packages/core/src/a.ts', `export type { A } from '@hostwright/nft'\n`)).toEqual(forbidden)
    expect(await lint('packages/core/src/a.ts', `export * from '@hostwright/nft'\n`)).toEqual(forbidden)
    expect(await lint('packages/core/src/a.ts', `export const load = (): Promise<unknown> => import('@hostwright/nft')\n`)).toEqual(forbidden)
  })

  it('come with the rest of the house rules: no console in libraries, no default exports', async () => {
    expect(await lint('packages/core/src/a.ts', `console.log('x')\n`)).toEqual(['eslint(no-console)'])
    expect(await lint('packages/core/src/a.ts', 'export default 1\n')).toEqual(['import(no-default-export)'])
    expect(await lint('apps/cli/src/a.ts', `console.log('x')\n`)).toEqual([])
  })
})

describe('.oxlintrc.json', () => {
  it('has the rules that follow from the layer tags of all packages (npm run layers writes them)', async () => {
    const text = await readFile(join(root, '.oxlintrc.json'), 'utf8')
    expect(JSON.parse(text)).toEqual(JSON.parse(withLayerOverrides(text, workspaces())))
  })
})
