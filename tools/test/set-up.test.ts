import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../command.ts'
import { whyInstall } from '../set-up.mjs'
import { root } from '../workspaces.ts'

let folder = ''
const put = async (path: string, content: object): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), JSON.stringify(content))
}
const zod = { version: '4.0.0', integrity: 'sha512-a' }
const own = { version: '0.0.0', dependencies: { zod: '4.0.0' } }
const wanted = {
  '': {},
  'packages/core': own,
  'node_modules/@hostwright/core': { resolved: 'packages/core', link: true },
  'node_modules/zod': zod,
  'node_modules/other-cpu': { version: '1.0.0', optional: true, cpu: ['none'] },
}
const installed = { 'packages/core': own, 'node_modules/@hostwright/core': { resolved: 'packages/core', link: true }, 'node_modules/zod': zod }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostwright-set-up-'))
  await put('package.json', { workspaces: ['packages/*', 'apps/*'] })
  await put('packages/core/package.json', own)
  await put('node_modules/@hostwright/core/package.json', own)
  await put('package-lock.json', { packages: wanted })
  await put('node_modules/.package-lock.json', { packages: installed })
})
afterEach(() => rm(folder, { recursive: true }))

describe('whyInstall', () => {
  it('is satisfied when node_modules holds what the lockfile says, without packages for other machines', () => {
    expect(whyInstall(folder)).toBeUndefined()
  })

  it('notices that nothing is installed', async () => {
    await rm(join(folder, 'node_modules'), { recursive: true })
    expect(whyInstall(folder)).toBe('nothing is installed')
  })

  it('notices another version, other contents, a new package and one that is gone', async () => {
    await put('node_modules/.package-lock.json', { packages: { ...installed, 'node_modules/zod': { ...zod, version: '3.0.0' } } })
    expect(whyInstall(folder)).toBe('node_modules/zod differs')
    await put('node_modules/.package-lock.json', { packages: { ...installed, 'node_modules/zod': { ...zod, integrity: 'sha512-b' } } })
    expect(whyInstall(folder)).toBe('node_modules/zod differs')
    await put('node_modules/.package-lock.json', { packages: { ...installed, 'node_modules/left-over': zod } })
    expect(whyInstall(folder)).toBe('node_modules/left-over is no longer wanted')
    await put('node_modules/.package-lock.json', { packages: { 'packages/core': own } })
    expect(whyInstall(folder)).toBe('node_modules/@hostwright/core is missing')
  })

  it('notices a package of the repository that is new', async () => {
    await put('apps/cli/package.json', {})
    expect(whyInstall(folder)).toBe('apps/cli is not in package-lock.json')
  })

  it('notices a dependency that was added by hand', async () => {
    await put('packages/core/package.json', { ...own, dependencies: { zod: '4.0.0', yaml: '2.0.0' } })
    expect(whyInstall(folder)).toBe('packages/core depends on yaml, which is not in package-lock.json')
  })
})

describe('set-up.mjs', () => {
  it('runs a script on the Node.js of node_modules and ends as the script does', async () => {
    await mkdir(join(folder, 'tools'))
    await mkdir(join(folder, 'node_modules/.bin'))
    await copyFile(join(root, 'tools/set-up.mjs'), join(folder, 'tools/set-up.mjs'))
    await writeFile(join(folder, 'node_modules/.bin/node'), `#!/bin/sh\necho own\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 })
    await writeFile(join(folder, 'script.mjs'), 'console.log(process.argv.slice(2).join(), process.env.PATH.split(":")[0]); process.exit(3)\n')
    const { ok, output } = await runCommand(['node', join(folder, 'tools/set-up.mjs'), 'script.mjs', 'a', 'b'])
    expect(ok).toBe(false)
    expect(output).toBe(`own\na,b ${folder}/node_modules/.bin\n`)
  })

  it('says so and stops when the packages cannot be installed', async () => {
    await mkdir(join(folder, 'tools'))
    await copyFile(join(root, 'tools/set-up.mjs'), join(folder, 'tools/set-up.mjs'))
    await put('packages/core/package.json', { ...own, dependencies: { absent: '1.0.0' } })
    await writeFile(join(folder, 'npm'), '#!/bin/sh\necho no registry >&2\nexit 1\n', { mode: 0o755 })
    const { ok, output } = await runCommand(['node', join(folder, 'tools/set-up.mjs'), 'script.mjs'], {
      env: { PATH: `${folder}:${process.env.PATH}`, npm_execpath: undefined },
    })
    expect(ok).toBe(false)
    expect(output).toBe('installing: packages/core depends on absent, which is not in package-lock.json\nno registry\nnpm ci failed\n')
  })
})
