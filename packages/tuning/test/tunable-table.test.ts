import { describe, expect, it } from 'vitest'
import { findMisnomer, findTunable, locateTunable, suggestTunable, sysctlName, sysctlPath, tunables } from '../src/tunable-table.ts'
import { misnomers } from '../src/tunables/retired.ts'

const version = /^\d+\.\d+(?:\.\d+)?$/u

describe('the table', () => {
  it('has at least 160 entries of which no two have the same id or path, and is the same each time', () => {
    const all = tunables()
    expect(all.length).toBeGreaterThanOrEqual(160)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(new Set(all.map(({ path }) => path)).size).toBe(all.length)
    expect(tunables()).toBe(all)
  })

  it('covers what the library promises', () => {
    const groups = new Set(tunables().map(({ group }) => group))
    for (const group of ['vm', 'dirty', 'thp', 'ksm', 'mglru', 'zram', 'zswap', 'hugepages', 'numa', 'block-queue', 'cpu-frequency', 'cpu-idle', 'smt'])
      expect(groups).toContain(group)
    for (const group of [
      'irq',
      'workqueue',
      'net-core',
      'net-queues',
      'ethtool',
      'tcp',
      'ipv4',
      'ipv6',
      'neighbour',
      'conntrack',
      'pci',
      'sata',
      'usb',
      'audio',
      'power',
    ])
      expect(groups).toContain(group)
  })

  it('is consistent in itself', () => {
    for (const tunable of tunables()) {
      const { path, type, min, max, choices, since, until, ineffectiveSince, movedTo, twin, resets, per, meaning, sideEffects, source } = tunable
      expect(path, tunable.id).toMatch(/^\/(?:proc|sys)\/|^command:[a-z-]+\/[a-z-]+\/\{(?:interface|disk)\}$/u)
      expect(meaning, tunable.id).toMatch(/^[A-Z0-9‘“`][^]*\.$/u)
      if (sideEffects !== undefined) expect(sideEffects, tunable.id).toMatch(/\.$/u)
      expect(source, tunable.id).not.toBe('')
      if (min !== undefined && max !== undefined) expect(min, tunable.id).toBeLessThanOrEqual(max)
      if (min !== undefined || max !== undefined) expect(type, tunable.id).toMatch(/^integers?$/u)
      if (type === 'choice') expect(choices?.length, tunable.id).toBeGreaterThan(1)
      if (type === 'boolean' && choices !== undefined) expect(choices, tunable.id).toHaveLength(2)
      if (type === 'cpumask') expect(tunable.readBack, tunable.id).toBe('mask')
      for (const each of [since, until, ineffectiveSince]) if (each !== undefined) expect(each, tunable.id).toMatch(version)
      if (movedTo !== undefined) expect(movedTo.startsWith('/') || findTunable(movedTo) !== undefined, tunable.id).toBe(true)
      // A pair is a pair from both sides.
      if (twin !== undefined) expect(findTunable(twin)?.twin, tunable.id).toBe(tunable.id)
      for (const reset of resets ?? []) expect(findTunable(reset)?.id, tunable.id).toBe(reset)
      expect(path.includes('{'), tunable.id).toBe(per !== undefined)
      if (per !== undefined) expect(path, tunable.id).toContain(`{${per}}`)
    }
  })

  it('calls every sysctl by its name', () => {
    for (const { id, path } of tunables()) if (path.startsWith('/proc/sys/')) expect(path).toBe(`/proc/sys/${id.replaceAll('.', '/')}`)
  })

  it('has no misnomer that is a tunable, and knows what is meant by each', () => {
    for (const { name, meant, explanation } of misnomers) {
      expect(findTunable(name)).toBeUndefined()
      if (meant !== undefined) expect(findTunable(meant)?.id).toBe(meant)
      expect(explanation).toMatch(/\.$/u)
    }
  })
})

describe('finding a tunable', () => {
  it.each([
    ['vm.swappiness', 'vm.swappiness', '/proc/sys/vm/swappiness', {}],
    ['vm/swappiness', 'vm.swappiness', '/proc/sys/vm/swappiness', {}],
    ['/proc/sys/vm/swappiness', 'vm.swappiness', '/proc/sys/vm/swappiness', {}],
    ['net.nf_conntrack_max', 'net.netfilter.nf_conntrack_max', '/proc/sys/net/netfilter/nf_conntrack_max', {}],
    ['thp.enabled', 'thp.enabled', '/sys/kernel/mm/transparent_hugepage/enabled', {}],
    ['/sys/block/sda/queue/scheduler', 'block.scheduler', '/sys/block/sda/queue/scheduler', { disk: 'sda' }],
    ['block.scheduler', 'block.scheduler', '/sys/block/{disk}/queue/scheduler', {}],
    ['net.ipv4.conf.eth0/100.rp_filter', 'net.ipv4.conf.{interface}.rp_filter', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter', { interface: 'eth0.100' }],
    ['net/ipv4/conf/eth0.100/rp_filter', 'net.ipv4.conf.{interface}.rp_filter', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter', { interface: 'eth0.100' }],
    ['net.ipv4.conf.*.rp_filter', 'net.ipv4.conf.{interface}.rp_filter', '/proc/sys/net/ipv4/conf/*/rp_filter', { interface: '*' }],
    ['net.ipv4.neigh.default.gc_thresh3', 'net.ipv4.neigh.default.gc_thresh3', '/proc/sys/net/ipv4/neigh/default/gc_thresh3', {}],
    ['command:ethtool-ring/rx/eth0', 'ethtool.ring-rx', 'command:ethtool-ring/rx/eth0', { interface: 'eth0' }],
    ['/sys/class/net/eth0/queues/rx-3/rps_cpus', 'net.rps-cpus', '/sys/class/net/eth0/queues/rx-3/rps_cpus', { interface: 'eth0', rxqueue: 'rx-3' }],
  ])('%s is %s', (name, id, path, instance) => {
    const located = locateTunable(name)
    expect({ id: located?.tunable.id, path: located?.path, instance: located?.instance }).toEqual({ id, path, instance })
  })

  it.each(['', '.', 'vm', 'vm..swappiness', 'vm.no_such_thing', '/', '/sys/block/a/b/queue/scheduler', '../../etc/passwd'])('knows nothing of %j', (name) => {
    expect(findTunable(name)).toBeUndefined()
  })

  it('turns names into paths and back, whatever stands in an interface’s name', () => {
    for (const name of ['vm.swappiness', 'net.ipv4.conf.eth0/100.rp_filter', 'kernel.core_pattern']) expect(sysctlName(sysctlPath(name) ?? '')).toBe(name)
    expect(sysctlPath('net/ipv4/conf/eth0.100/rp_filter')).toBe('/proc/sys/net/ipv4/conf/eth0.100/rp_filter')
    expect(sysctlPath('a/../b')).toBeUndefined()
    expect(sysctlName('/sys/kernel')).toBeUndefined()
  })

  it('suggests what was probably meant, by the last part first', () => {
    expect(suggestTunable('vm.swapiness')).toBe('vm.swappiness')
    expect(suggestTunable('net.ipv4.conf.eth0.rp_fliter')).toBe('net.ipv4.conf.eth0.rp_filter')
    expect(suggestTunable('net.ipv4.somaxconn')).toBe('net.core.somaxconn')
    expect(suggestTunable('kernell.pid_max')).toBe('kernel.pid_max')
    expect(suggestTunable('net.ipv4.something_else_entirely')).toBeUndefined()
    expect(suggestTunable('foo.bar')).toBeUndefined()
  })

  it('explains names that no kernel has', () => {
    expect(findMisnomer('vm.transparent_hugepage')?.meant).toBe('thp.enabled')
    expect(findMisnomer('vm/transparent_hugepage')?.meant).toBe('thp.enabled')
    expect(findMisnomer('vm.swappiness')).toBeUndefined()
  })
})
