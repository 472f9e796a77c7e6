import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { localHost } from '../src/index.ts'
import { hostContract, type ContractFeature } from '../src/testing.ts'

const root = process.geteuid?.() === 0
const supports: readonly ContractFeature[] = ['time', 'processes', 'shared files', root ? 'ownership' : 'unprivileged']
const directory = mkdtempSync(join(tmpdir(), 'hostwright-local-'))
const host = localHost()

afterAll(() => {
  rmSync(directory, { recursive: true })
})

describe('the local host', () => {
  for (const test of hostContract({ host: () => host, supports })) it.skipIf(test.missing.length > 0)(test.name, test.run)

  it('starts commands with the variables that it was given', async () => {
    const bare = localHost({ env: { PATH: process.env['PATH'], ONLY: 'this' }, label: 'bare' })
    const { stdout } = await bare.run(['env'], { env: { MORE: 'that' } })
    expect([bare.label, stdout.split('\n').toSorted()]).toEqual(['bare', ['', 'LC_ALL=C', 'MORE=that', 'ONLY=this', `PATH=${process.env['PATH']}`]])
  })

  it('reads attributes to their end, whatever size the kernel tells', async () => {
    expect((await host.fs.stat('/proc/self/status')).sizeBytes).toBe(0)
    expect(await host.fs.readText('/proc/self/status')).toMatch(/^Name:.*\nUmask:[\s\S]*nonvoluntary_ctxt_switches:\t\d+\n$/u)
    expect(await host.fs.readText('/proc/sys/kernel/osrelease')).toBe(execFileSync('uname', ['-r'], { encoding: 'utf8' }))
    const crypto = await host.fs.read('/proc/kallsyms', { maxBytes: 256 * 1024 * 1024 })
    expect(crypto.length).toBeGreaterThan(64 * 1024)
  })

  it('does not wait for a writer when it reads a fifo', async () => {
    execFileSync('mkfifo', [join(directory, 'fifo')])
    expect(await host.fs.read(join(directory, 'fifo'))).toEqual(new Uint8Array(0))
    await expect(host.fs.set(join(directory, 'fifo'), 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(host.fs.write(join(directory, 'fifo'), 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await host.fs.list(directory)).toEqual([{ name: 'fifo', type: 'fifo' }])
  })

  it('tells a device by its numbers', async () => {
    expect((await host.fs.stat('/dev/full')).device).toEqual({ major: 1, minor: 7 })
    expect((await host.fs.stat('/dev/full')).type).toBe('character')
  })

  it('says NO_SPACE when the device is full', async () => {
    await expect(host.fs.set('/dev/full', 'x')).rejects.toMatchObject({
      code: 'NO_SPACE',
      subject: '/dev/full',
      message: 'cannot set /dev/full: no space is left on the device (ENOSPC)',
      hint: 'Free some space on the file system and try again.',
      data: { errno: 'ENOSPC' },
    })
  })

  it('says that an attribute is read-only or missing, and that attributes are set and not written', async () => {
    const hints = {
      readOnly: 'The attribute may be read-only, or changing it may need root.',
      missing: 'This kernel has no such attribute, or its module is not loaded.',
    }
    await expect(host.fs.set('/proc/sys/kernel/osrelease', 'x')).rejects.toMatchObject({ code: 'PERMISSION_DENIED', hint: hints.readOnly })
    await expect(host.fs.set('/proc/sys/vm/hostwright', '1')).rejects.toMatchObject({ code: 'NOT_FOUND', hint: hints.missing })
  })

  it('shows no control characters of names and output in messages', async () => {
    await expect(host.fs.read('/none/\u001b[31mred\nline')).rejects.toMatchObject({
      message: 'cannot read /none/ [31mred line: there is no such file or directory (ENOENT)',
      subject: '/none/\u001b[31mred\nline',
    })
    await expect(host.run(['sh', '-c', String.raw`printf '\033[2Jgone\n\n\ttwo' >&2; exit 1`])).rejects.toMatchObject({
      message: String.raw`${'`'}sh -c 'printf '\''\033[2Jgone\n\n\ttwo'\'' >&2; exit 1'${'`'} failed with exit code 1: [2Jgone two`,
    })
  })

  it('resolves a chain of links before it writes, and syncs beside the file itself', async () => {
    writeFileSync(join(directory, 'real'), 'old')
    symlinkSync('real', join(directory, 'first'))
    symlinkSync(join(directory, 'first'), join(directory, 'second'))
    await host.fs.write(join(directory, 'second'), 'new')
    expect(await host.fs.readText(join(directory, 'real'))).toBe('new')
    expect((await host.fs.list(directory)).map((entry) => entry.name)).toEqual(['fifo', 'first', 'real', 'second'])
  })

  it('gives each capability its reason', async () => {
    expect(
      await host.capabilities([
        'command:sh',
        'command:hostwright-none',
        'file:/none',
        'writable:/proc/sys/kernel/osrelease',
        'kernel:999.0',
        'filesystem:proc',
        'filesystem:none',
      ]),
    ).toEqual([
      { name: 'command:sh', available: true, reason: expect.stringMatching(/^The program sh is \/.*\/sh\.$/u) },
      { name: 'command:hostwright-none', available: false, reason: 'The program hostwright-none is not installed or not in PATH.' },
      { name: 'file:/none', available: false, reason: 'There is no /none.' },
      { name: 'writable:/proc/sys/kernel/osrelease', available: false, reason: expect.stringMatching(/read-only attribute|may not be written/u) },
      { name: 'kernel:999.0', available: false, reason: expect.stringMatching(/^The kernel is .*, and 999\.0 or later is needed\.$/u) },
      { name: 'filesystem:proc', available: true, reason: 'The kernel has the file system proc.' },
      { name: 'filesystem:none', available: false, reason: 'The kernel does not have the file system none, or its module is not loaded.' },
    ])
  })

  const runsSources = Number.parseInt(process.versions.node, 10) >= 24
  const note = runsSources ? '' : ' (skipped: this Node.js does not run the sources as they are)'
  it.skipIf(!runsSources)(`keeps no process alive: a program ends when its last command does, even if that left a daemon${note}`, () => {
    const script = `
      import { localHost } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))}
      const host = localHost()
      await host.run(['sh', '-c', 'sleep 60 > /dev/null 2>&1 & echo $!']).then(({ stdout }) => process.stdout.write(stdout))
      await host.run(['sleep', '60'], { timeoutMs: 100, signal: new AbortController().signal }).catch(() => {})
      for await (const chunk of host.stream(['yes'])) break
      host.stream(['true'])
    `
    const startedAt = performance.now()
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 15_000 })
    expect([result.status, result.stderr]).toEqual([0, ''])
    process.kill(Number(result.stdout), 'SIGKILL')
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})
