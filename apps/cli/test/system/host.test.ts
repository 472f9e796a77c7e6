import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'

const namespace = `hostwright-cli-${process.pid}`
const canMakeNamespaces = process.getuid?.() === 0 && spawnSync('ip', ['netns', 'add', `${namespace}-probe`]).status === 0
if (canMakeNamespaces) execFileSync('ip', ['netns', 'delete', `${namespace}-probe`])

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('--host', () => {
  it('root:DIR works on a directory tree', async () => {
    mkdirSync(join(directory, 'etc'))
    writeFileSync(join(directory, 'etc', 'os-release'), 'ID=testix\nPRETTY_NAME="Testix 1"\n')
    const { code, stdout } = await runCommand(['facts', 'os', '--host', `root:${directory}`, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { os: { id: 'testix' } } })
  })

  it('takes a relative directory from where the command runs', async () => {
    mkdirSync(join(directory, 'tree'))
    const state = join(directory, 'state')
    const argv = ['shelf', 'put', '/books', 'atlas', '--host', 'root:tree', '--state-dir', state]
    expect(await runCommand(argv, { entry: 'test', cwd: directory })).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(join(directory, 'tree/books/atlas'), 'utf8')).toBe('atlas\nsecond line\n')
  })

  it.skipIf(!canMakeNamespaces)('netns:NAME reads, changes and undoes in a network namespace (needs root and ip)', async () => {
    execFileSync('ip', ['netns', 'add', namespace])
    try {
      const place = ['--host', `netns:${namespace}`, '--state-dir', join(directory, 'state')]
      const read = (): string => execFileSync('ip', ['netns', 'exec', namespace, 'cat', '/proc/sys/net/ipv4/ip_default_ttl'], { encoding: 'utf8' }).trim()
      expect(read()).toBe('64')
      const applied = await runCommand(['shelf', 'ttl', '77', ...place, '--json'], { entry: 'test' })
      expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(applied.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        ok: true,
        host: `netns:${namespace}`,
        data: { state: 'committed' },
      })
      expect(read()).toBe('77')
      expect(readFileSync('/proc/sys/net/ipv4/ip_default_ttl', 'utf8').trim()).not.toBe('77')
      expect(await runCommand(['rollback', ...place], { entry: 'test' })).toMatchObject({ code: 0, stderr: '' })
      expect(read()).toBe('64')
    } finally {
      execFileSync('ip', ['netns', 'delete', namespace])
    }
  })

  it('refuses a network namespace that does not exist with one clear message', async () => {
    const { code, stdout, stderr } = await runCommand(['facts', 'kernel', '--host', 'netns:no-such-namespace'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('no-such-namespace')
  })

  it('refuses a machine that cannot be reached with one clear message', async () => {
    const { code, stdout, stderr } = await runCommand(['facts', '--host', 'ssh://nobody@127.0.0.1:9'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^✖ .*127\.0\.0\.1/u)
  })
})
