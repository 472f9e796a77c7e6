import type { MachineTraits } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { builtInProfiles, recommendProfile } from '../src/index.ts'

const gibibyte = 2 ** 30

const machine: MachineTraits = {
  kernelRelease: '6.18.0',
  architecture: 'x86_64',
  memoryBytes: 16 * gibibyte,
  swapBytes: 0,
  cpuCount: 8,
  cpuVendor: 'intel',
  numaNodeCount: 1,
  virtualisation: { kind: 'none', technology: 'none', evidence: [] },
  chassis: 'unknown',
  battery: { present: false, discharging: false },
  gpuVendors: [],
  disks: [],
  networkInterfaces: ['eth0'],
  guestsServed: [],
}

const guest = { kind: 'vm', technology: 'kvm', evidence: ['/proc/cpuinfo has the flag hypervisor'] } as const

describe('the recommended profile', () => {
  const cases: readonly [string, Partial<MachineTraits>, string, readonly string[]][] = [
    ['a machine about which nothing is known', {}, 'balanced', []],
    ['a container', { virtualisation: { kind: 'container', technology: 'docker', evidence: [] }, chassis: 'container' }, 'balanced', []],
    ['a virtual machine', { virtualisation: guest, chassis: 'vm' }, 'virtual-guest', ['balanced']],
    ['a virtual machine with Docker', { virtualisation: guest, chassis: 'vm', guestsServed: ['docker'] }, 'virtual-guest', ['balanced', 'virtual-host']],
    ['a laptop on battery', { chassis: 'laptop', battery: { present: true, discharging: true } }, 'mobile', ['balanced']],
    [
      'a laptop on mains',
      { chassis: 'laptop', battery: { present: true, discharging: false }, gpuVendors: ['intel', 'nvidia'] },
      'balanced',
      ['mobile', 'gaming'],
    ],
    ['a server', { chassis: 'server' }, 'server', ['balanced', 'database']],
    ['a server that runs virtual machines', { chassis: 'server', guestsServed: ['libvirtd', 'qemu'] }, 'virtual-host', ['server', 'balanced', 'database']],
    ['a server that runs containers', { chassis: 'server', guestsServed: ['docker'] }, 'server', ['virtual-host', 'balanced', 'database']],
    [
      'a server with two accelerators',
      { chassis: 'server', gpuVendors: ['nvidia', 'nvidia'], memoryBytes: 512 * gibibyte },
      'ai',
      ['server', 'balanced', 'database'],
    ],
    ['a large machine of unknown make', { cpuCount: 64, memoryBytes: 256 * gibibyte, numaNodeCount: 2 }, 'server', ['balanced']],
    ['a small desktop', { chassis: 'desktop', cpuCount: 4 }, 'desktop', ['balanced']],
    [
      'a large desktop with a graphics card',
      { chassis: 'desktop', cpuCount: 32, memoryBytes: 64 * gibibyte, gpuVendors: ['amd'] },
      'workstation',
      ['desktop', 'gaming', 'balanced'],
    ],
    ['an embedded board', { chassis: 'embedded' }, 'balanced', []],
  ]

  it.each(cases)('of %s', (_, traits, profile, alternatives) => {
    const { alternatives: others, ...best } = recommendProfile({ ...machine, ...traits })
    expect([best.profile, others.map((each) => each.profile)]).toEqual([profile, alternatives])
    for (const each of [best, ...others]) {
      expect(builtInProfiles.map((known) => known.name)).toContain(each.profile)
      expect(each.reasons.every((reason) => /^[A-Z].*\.$/u.test(reason))).toBe(true)
      expect(each.confidence > 0 && each.confidence <= 1).toBe(true)
    }
    expect([best, ...others].map((each) => each.confidence)).toEqual([best, ...others].map((each) => each.confidence).toSorted((left, right) => right - left))
  })

  it('says what was found', () => {
    expect(recommendProfile({ ...machine, virtualisation: guest }).reasons).toEqual(['The machine is virtual (kvm): /proc/cpuinfo has the flag hypervisor.'])
  })
})
