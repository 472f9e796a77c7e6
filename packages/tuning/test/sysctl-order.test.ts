import { describe, expect, it } from 'vitest'
import { readSysctlOverrides } from '../src/persistence/sysctl-order.ts'
import { memoryTree, type TreeNode } from './memory-tree.ts'

const ownFile = '/etc/sysctl.d/60-hostwright-tuning.conf'
const swappiness = '/proc/sys/vm/swappiness'
const loopback = '/proc/sys/net/ipv4/conf/lo/rp_filter'
const systemd = { '/usr/lib/systemd/systemd-sysctl': '', '/proc/sys/net/ipv4/conf/lo/rp_filter': '0\n' }
const procps = { '/proc/sys/net/ipv4/conf/lo/rp_filter': '0\n' }

/** What becomes of a key that our file names: `FILE:LINE VALUE` where another file decides. */
async function decides(path: string, nodes: Readonly<Record<string, TreeNode>>): Promise<string | undefined> {
  const found = (await readSysctlOverrides(memoryTree(nodes), ownFile)).find(path)
  return found === undefined ? undefined : `${found.file}:${found.line} ${found.value ?? '(taken out)'}`
}

describe.each([
  ['systemd', systemd],
  ['procps', procps],
])('a key of ours, read by %s', (reader, host) => {
  it('is overridden by the last line of a later file, and not by an earlier one', async () => {
    const files = {
      ...host,
      '/etc/sysctl.d/10-a.conf': 'vm.swappiness = 1\n',
      '/usr/lib/sysctl.d/70-b.conf': 'vm.swappiness = 2\nvm/swappiness = 3\n',
      '/etc/sysctl.d/80-c.conf': 'vm.overcommit_memory = 1\n',
    }
    expect(await decides(swappiness, files)).toBe('/usr/lib/sysctl.d/70-b.conf:2 3')
    expect(await decides('/proc/sys/vm/dirty_ratio', files)).toBeUndefined()
  })

  it('is overridden whether our own file is there yet or not', async () => {
    const later = { '/etc/sysctl.d/70-b.conf': 'vm.swappiness = 2\n' }
    expect(await decides(swappiness, { ...host, ...later, [ownFile]: 'vm.swappiness = 10\n' })).toBe('/etc/sysctl.d/70-b.conf:1 2')
    expect(await decides(swappiness, { ...host, [ownFile]: 'vm.swappiness = 10\n' })).toBeUndefined()
  })

  it('goes before a later pattern', async () => {
    expect(await decides(loopback, { ...host, '/etc/sysctl.d/70-b.conf': 'net.ipv4.conf.*.rp_filter = 2\n' })).toBeUndefined()
    // A star stands for one part of a path and not for several.
    expect(await decides(loopback, { ...host, '/etc/sysctl.d/70-b.conf': 'net.ipv4.* = 2\n' })).toBeUndefined()
  })

  it(`is ${reader === 'systemd' ? 'taken out' : 'left as it is'} by a later line without a value`, async () => {
    const files = { ...host, '/etc/sysctl.d/70-b.conf': '-vm.swappiness\n' }
    expect(await decides(swappiness, files)).toBe(reader === 'systemd' ? '/etc/sysctl.d/70-b.conf:1 (taken out)' : undefined)
    expect(await decides(swappiness, { ...files, '/etc/sysctl.d/80-c.conf': 'vm.swappiness = 3\n' })).toBe('/etc/sysctl.d/80-c.conf:1 3')
    const after = { ...host, '/etc/sysctl.d/70-b.conf': 'vm.swappiness = 3\n', '/etc/sysctl.d/80-c.conf': '-vm.swappiness\n' }
    expect(await decides(swappiness, after)).toBe(reader === 'systemd' ? '/etc/sysctl.d/80-c.conf:1 (taken out)' : '/etc/sysctl.d/70-b.conf:1 3')
  })

  it(`is ${reader === 'systemd' ? 'not ' : ''}overridden by /etc/sysctl.conf without a link to it`, async () => {
    const files = { ...host, '/etc/sysctl.conf': 'vm.swappiness = 4\n' }
    expect(await decides(swappiness, files)).toBe(reader === 'systemd' ? undefined : '/etc/sysctl.conf:1 4')
    const linked = { ...files, '/etc/sysctl.d/99-sysctl.conf': { link: '../sysctl.conf' } }
    expect(await decides(swappiness, linked)).toBe('/etc/sysctl.d/99-sysctl.conf:1 4')
  })

  it('is compared with other files by the bytes of their names', async () => {
    // In UTF-16 the second name comes first.
    const [first, second] = ['/etc/sysctl.d/\u{FFFD}.conf', '/etc/sysctl.d/\u{1F600}.conf']
    const files = { ...host, [first]: 'vm.swappiness = 1\n', [second]: 'vm.swappiness = 2\n' }
    expect(await decides(swappiness, files)).toBe(`${second}:1 2`)
  })
})
