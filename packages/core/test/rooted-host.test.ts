import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { localHost, rootedHost } from '../src/index.ts'
import { hostContract } from '../src/testing.ts'

const tree = mkdtempSync(join(tmpdir(), 'hostwright-rooted-'))
mkdirSync(join(tree, 'tmp'))
mkdirSync(join(tree, 'etc'))
const host = rootedHost(localHost(), `${tree}/`)

afterAll(() => {
  rmSync(tree, { recursive: true })
})

describe('a host rooted in a directory', () => {
  const root = process.geteuid?.() === 0
  for (const test of hostContract({ host: () => host, supports: ['time', 'processes', 'shared files', root ? 'ownership' : 'unprivileged'] })) {
    it.skipIf(test.missing.length > 0)(test.name, test.run)
  }

  it('has the directory as its root and its label', () => {
    expect([host.kind, host.root, host.label, host.prefix]).toEqual(['rooted', tree, tree, []])
  })

  it('keeps every link and every `..` inside the tree', async () => {
    writeFileSync(join(tree, 'etc/inside'), 'inside')
    symlinkSync('/etc/inside', join(tree, 'absolute'))
    symlinkSync('../../../../../../../../etc/inside', join(tree, 'etc/climbing'))
    symlinkSync('/../../etc', join(tree, 'directory'))
    symlinkSync(join(tree, 'etc/inside'), join(tree, 'real-path'))
    for (const path of ['/absolute', '/etc/climbing', '/directory/inside', '/../../etc/inside', '/directory/../etc/inside', '/directory/climbing']) {
      expect(await host.fs.readText(path), path).toBe('inside')
    }
    await expect(host.fs.read('/real-path')).rejects.toMatchObject({ code: 'NOT_FOUND', subject: '/real-path' })
    expect(await host.fs.realpath('/directory/climbing')).toBe('/etc/inside')
    expect(await host.fs.realpath('/..')).toBe('/')
    symlinkSync('/etc/passwd', join(tree, 'etc/to-passwd'))
    await host.fs.write('/etc/to-passwd', 'only here')
    expect(await host.fs.readText('/etc/passwd')).toBe('only here')
    expect(await localHost().fs.readText('/etc/passwd')).not.toBe('only here')
    await host.fs.mkdir('/directory/new/below')
    expect((await host.fs.stat('/etc/new/below')).type).toBe('directory')
  })

  it('treats a link with a slash behind it as what it leads to', async () => {
    mkdirSync(join(tree, 'target'))
    symlinkSync('target', join(tree, 'to-target'))
    expect((await host.fs.lstat('/to-target/')).type).toBe('directory')
    expect((await host.fs.lstat('/to-target')).type).toBe('symlink')
  })

  it('can be rooted in a rooted host', async () => {
    mkdirSync(join(tree, 'inner/deep'), { recursive: true })
    symlinkSync('/deep', join(tree, 'inner/link'))
    const inner = rootedHost(host, '/inner')
    expect([inner.root, inner.label]).toEqual([`${tree}/inner`, `/inner on ${tree}`])
    expect((await inner.run(['pwd'], { cwd: '/link' })).stdout).toBe(`${tree}/inner/deep\n`)
  })
})
