import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chrootPrefix, localHost, networkNamespace, nsenterPrefix, prefixHost, type Host } from '../../src/index.ts'
import { hostContract, type ContractFeature } from '../../src/testing.ts'

const root = process.geteuid?.() === 0
const has = (program: string): boolean => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
const namespaces = root && spawnSync('unshare', ['--net', 'true']).status === 0
const supports: readonly ContractFeature[] = ['time', 'processes', 'shared files', root ? 'ownership' : 'unprivileged']

function contract(host: () => Host, features: readonly ContractFeature[] = supports): void {
  for (const test of hostContract({ host, supports: features })) it.skipIf(test.missing.length > 0)(test.name, test.run)
}

describe('a host behind a prefix that changes nothing', () => {
  contract(() => prefixHost(localHost(), ['env']))
})

describe('a host behind a prefix that shares its files', () => {
  contract(() => prefixHost(localHost(), ['nice'], { shareFiles: true }))
})

describe.skipIf(!namespaces)('a host in a network namespace (needs root)', () => {
  const name = `hw-prefix-${process.pid}`
  const lab = (): Host => prefixHost(localHost(), networkNamespace(name))
  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', name])
  })
  afterAll(() => {
    execFileSync('ip', ['netns', 'delete', name])
  })
  contract(lab)

  it("reads and sets the namespace's own sysctls and sees its own devices", async () => {
    const path = '/proc/sys/net/ipv4/ip_default_ttl'
    const before = await localHost().fs.readText(path)
    await lab().fs.set(path, '77')
    expect(await lab().fs.readMany([path, '/proc/sys/net/ipv4/none', '/sys/class/net/lo/speed', '/sys/class/net/lo/mtu'])).toEqual([
      '77\n',
      undefined,
      undefined,
      '65536\n',
    ])
    expect(await localHost().fs.readText(path)).toBe(before)
    expect((await lab().fs.list('/sys/class/net')).map((entry) => entry.name)).toEqual(['lo'])
  })

  it('says that the kernel refuses a value', async () => {
    await expect(lab().fs.set('/proc/sys/net/ipv4/ip_default_ttl', 'many')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      subject: '/proc/sys/net/ipv4/ip_default_ttl',
    })
    await expect(lab().fs.write('/proc/sys/net/ipv4/ip_default_ttl', '1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('tells a missing namespace from a failing command', async () => {
    const gone = prefixHost(localHost(), networkNamespace('hw-no-such-namespace'))
    await expect(gone.run(['true'])).rejects.toMatchObject({ code: 'NOT_FOUND', subject: 'ip netns exec hw-no-such-namespace' })
    await expect(gone.stream(['true']).exit).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('stacks with another prefix', async () => {
    const inner = prefixHost(lab(), ['env', 'HOSTWRIGHT_INNER=yes'])
    expect(inner.prefix).toEqual(['ip', 'netns', 'exec', name, 'env', 'HOSTWRIGHT_INNER=yes'])
    expect(inner.label).toBe(`env HOSTWRIGHT_INNER=yes on ip netns exec ${name}`)
    expect((await inner.run(['sh', '-c', 'echo $HOSTWRIGHT_INNER; ip -o link | wc -l'])).stdout).toBe('yes\n1\n')
    await expect(inner.run(['hostwright-no-such-program'])).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' })
  })
})

describe.skipIf(!root || !has('busybox'))('a host in a chroot with nothing but busybox (needs root and busybox)', () => {
  let tree = ''
  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'hostwright-chroot-'))
    for (const directory of ['bin', 'lib', 'lib64', 'tmp', 'dev', 'root']) mkdirSync(join(tree, directory))
    chmodSync(join(tree, 'tmp'), 0o1777)
    const busybox = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim()
    copyFileSync(busybox, join(tree, 'bin/busybox'))
    for (const library of spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout.matchAll(/(\/\S+) \(/gu)) {
      const path = library[1] ?? ''
      mkdirSync(join(tree, path, '..'), { recursive: true })
      copyFileSync(path, join(tree, path))
    }
    execFileSync('chroot', [tree, '/bin/busybox', '--install', '-s', '/bin'])
    for (const [name, minor] of [
      ['null', '3'],
      ['zero', '5'],
    ] as const)
      execFileSync('mknod', ['-m', '666', join(tree, 'dev', name), 'c', '1', minor])
  })
  afterAll(() => {
    rmSync(tree, { recursive: true })
  })
  contract(() => prefixHost(localHost(), chrootPrefix(tree)))

  it('sees nothing of the machine around it', async () => {
    const host = prefixHost(localHost(), chrootPrefix(tree))
    expect(await host.fs.exists(tree)).toBe(false)
    await host.fs.write('/root/made', 'here\n')
    expect(existsSync(join(tree, 'root/made'))).toBe(true)
    expect((await host.fs.stat('/dev/zero')).device).toEqual({ major: 1, minor: 5 })
  })
})

describe.skipIf(!namespaces)('a host in the namespaces of a process (needs root)', () => {
  const holder = { pid: 0, end: () => {} }
  beforeAll(() => {
    const child = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sleep', '600'], { stdio: 'ignore' })
    holder.pid = child.pid ?? 0
    holder.end = () => child.kill('SIGKILL')
    spawnSync('sleep', ['0.3'])
  })
  afterAll(() => holder.end())
  contract(() => prefixHost(localHost(), nsenterPrefix(holder.pid, ['net', 'mount'])))

  it('tells a process that is gone from a failing command', async () => {
    await expect(prefixHost(localHost(), nsenterPrefix(4_194_303, ['net'])).run(['true'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe.skipIf(!root || !has('setpriv'))('a host as an unprivileged user (needs root and setpriv)', () => {
  contract(
    () => prefixHost(localHost(), ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'], { label: 'nobody' }),
    ['time', 'processes', 'shared files', 'unprivileged'],
  )

  it('says that it is not root, and what it may not write', async () => {
    const host = prefixHost(localHost(), ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'])
    const reports = await host.capabilities(['root', 'writable:/etc/passwd', 'writable:/proc/sys/vm/swappiness', 'writable:/tmp'])
    expect(reports.map((report) => report.available)).toEqual([false, false, false, true])
    expect(reports[0]?.reason).toBe('Commands run as user 65534, not as root.')
  })
})
