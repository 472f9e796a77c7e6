import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { requireCommand } from '../command.ts'
import { pack } from '../pack.ts'
import { publishOrder, versionPackages } from '../release.ts'
import { root, workspaces } from '../workspaces.ts'

let checkout = ''

const put = async (path: string, content: string | object): Promise<void> => {
  await mkdir(dirname(join(checkout, path)), { recursive: true })
  await writeFile(join(checkout, path), typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
}
const manifest = (name: string, layer: string, dependencies: Record<string, string> = {}): object => ({
  name,
  version: '0.3.0',
  type: 'module',
  files: ['dist'],
  exports: {},
  dependencies,
  nx: { tags: [`layer:${layer}`] },
})

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'hostwright-release-test-'))
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  await put('package.json', { name: 'a-repository', private: true, workspaces: ['packages/*', 'apps/*'] })
  await put('package-lock.json', {})
  await put('.gitignore', 'node_modules\n')
  await put('.changeset/config.json', await readFile(join(root, '.changeset/config.json'), 'utf8'))
  // By name the application comes first and the core last: the order of publishing is another one.
  await put('apps/a/package.json', manifest('a', 'app', { b: '^0.3.0', z: '^0.3.0' }))
  await put('packages/b/package.json', manifest('b', 'domain', { z: '^0.3.0' }))
  await put('packages/z/package.json', manifest('z', 'core'))
  await put('packages/z/dist/index.js', 'export const z = 1\n')
  await put('packages/example/package.json', { ...manifest('example', 'example', { z: '^0.3.0' }), private: true })
})
afterEach(() => rm(checkout, { recursive: true }))

const commit = async (): Promise<void> => {
  for (const argv of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '.'],
    ['-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--message=all'],
  ])
    await requireCommand(['git', ...argv], { cwd: checkout })
}

it('publishes a package after those that it depends on, and no private one', () => {
  expect(publishOrder(workspaces(checkout)).map(({ manifest: { name } }) => name)).toEqual(['z', 'b', 'a'])
})

it('turns changesets into versions, changelogs and ranges', async () => {
  await put('.changeset/one.md', `---\n'z': minor\n---\n\nReads faster.\n`)
  await commit()
  const releases = await versionPackages(checkout)
  expect(releases.map(({ workspace, from, to }) => [workspace.manifest.name, from, to])).toEqual([
    ['z', '0.3.0', '0.4.0'],
    ['b', '0.3.0', '0.3.1'],
    ['a', '0.3.0', '0.3.1'],
  ])
  expect(await readFile(join(checkout, 'packages/z/CHANGELOG.md'), 'utf8')).toMatch(/^# z\n\n## 0\.4\.0\n\n### Minor Changes\n\n- (\w+: )?Reads faster\.\n/)
  expect(releases[2]?.workspace.manifest.dependencies).toEqual({ b: '^0.3.1', z: '^0.4.0' })
  const packed = await pack(releases[0]?.workspace ?? expect.fail('nothing was versioned'), checkout)
  expect({ name: packed.name, version: packed.version, files: packed.files }).toEqual({ name: 'z', version: '0.4.0', files: ['dist/index.js', 'package.json'] })
})

it('releases nothing when no changeset asks for it', async () => {
  await commit()
  expect(await versionPackages(checkout)).toEqual([])
})
