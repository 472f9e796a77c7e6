import { describe, expect, it } from 'vitest'
import { parseCpuinfo, readCpu } from '@hostwright/facts'
import { loadFixture, treeFrom } from './fixture-tree.ts'

describe('readCpu', () => {
  it('tells hybrid cores apart and adds up caches of different sizes', async () => {
    const { topology, caches } = await readCpu(loadFixture('intel-nvidia-laptop'))
    expect({ ...topology, cpus: topology.cpus.length }).toEqual({
      cpus: 16,
      socketCount: 1,
      coreCount: 12,
      threadCount: 16,
      threadsPerCore: 2,
      coreTypes: [
        { type: 'performance', cpus: [0, 1, 2, 3, 4, 5, 6, 7] },
        { type: 'efficiency', cpus: [8, 9, 10, 11, 12, 13, 14, 15] },
      ],
      offline: [],
      isolated: [],
      tickless: [],
    })
    // 4 × 48 KiB + 8 × 32 KiB, 4 × 1.25 MiB + 2 × 2 MiB
    expect(caches.map(({ name, instanceCount, totalBytes }) => [name, instanceCount, totalBytes])).toEqual([
      ['L1d', 12, 458_752],
      ['L1i', 12, 655_360],
      ['L2', 6, 9_437_184],
      ['L3', 1, 18_874_368],
    ])
  })

  it('counts sockets, cores and threads of a server', async () => {
    const { topology } = await readCpu(loadFixture('numa-server'))
    expect([topology.socketCount, topology.coreCount, topology.threadCount, topology.threadsPerCore]).toEqual([2, 8, 16, 2])
    expect(topology.cpus[13]).toEqual({ id: 13, online: true, socket: 1, die: 0, core: 1, siblings: [5, 13], node: 1 })
    expect([topology.isolated, topology.tickless]).toEqual([
      [7, 15],
      [7, 15],
    ])
  })

  it('names Arm cores by their numbers', async () => {
    const { vendor, modelName, stepping, flags } = await readCpu(loadFixture('raspberry-pi'))
    expect({ vendor, modelName, stepping, flags }).toEqual({
      vendor: 'ARM',
      modelName: 'Cortex-A72',
      stepping: 'r0p3',
      flags: ['fp', 'asimd', 'evtstrm', 'crc32', 'cpuid'],
    })
  })

  it('tells big and little cores apart by their capacity', async () => {
    const files = Object.fromEntries(
      [446, 446, 871, 1024].flatMap((capacity, id) => [
        [`/sys/devices/system/cpu/cpu${id}/cpu_capacity`, `${capacity}\n`],
        [`/sys/devices/system/cpu/cpu${id}/topology/physical_package_id`, '-1\n'],
        [`/sys/devices/system/cpu/cpu${id}/topology/thread_siblings_list`, `${id}\n`],
      ]),
    )
    const { topology } = await readCpu(treeFrom({ ...files, '/sys/devices/system/cpu/online': '0-3\n' }))
    expect([topology.socketCount, topology.coreCount]).toEqual([1, 4])
    expect(topology.coreTypes).toEqual([
      { type: 'performance', cpus: [3] },
      { type: 'other', cpus: [2] },
      { type: 'efficiency', cpus: [0, 1] },
    ])
  })

  it('counts what is online, not what is there', async () => {
    const files = Object.fromEntries([0, 1, 2, 3].map((id) => [`/sys/devices/system/cpu/cpu${id}/online`, id < 2 ? '1\n' : '0\n']))
    const { topology } = await readCpu(treeFrom({ ...files, '/sys/devices/system/cpu/online': '0-1\n' }))
    expect([topology.threadCount, topology.offline]).toEqual([2, [2, 3]])
  })

  it.each([
    ['Not affected', 'not-affected'],
    ['Mitigation: Retpolines; STIBP: disabled', 'mitigated'],
    ['KVM: Mitigation: VMX disabled', 'mitigated'],
    ['Vulnerable', 'vulnerable'],
    ['Vulnerable: Clear CPU buffers attempted, no microcode; SMT vulnerable', 'vulnerable'],
    ['KVM: Vulnerable', 'vulnerable'],
    ['Processor vulnerable', 'vulnerable'],
    ['Unknown: Dependent on hypervisor status', 'unknown'],
  ])('judges “%s” as %s', async (text, state) => {
    const { vulnerabilities } = await readCpu(treeFrom({ '/sys/devices/system/cpu/vulnerabilities/mds': `${text}\n` }))
    expect(vulnerabilities).toEqual([{ name: 'mds', state, text }])
  })

  it('takes from cpuinfo what sysfs does not show', async () => {
    const info = [0, 1].map((id) => `processor\t: ${id}\nphysical id\t: 0\ncore id\t: ${id}\n`).join('\n')
    const { topology } = await readCpu(treeFrom({ '/proc/cpuinfo': info }))
    expect([topology.socketCount, topology.coreCount, topology.threadCount]).toEqual([1, 2, 2])
  })
})

describe('parseCpuinfo', () => {
  it('keeps what stands once at the end, as on Arm', () => {
    const { processorCount, fields } = parseCpuinfo('processor\t: 0\nBogoMIPS\t: 1.0\n\nprocessor\t: 1\n\nModel\t\t: A Board: the best\n')
    expect([processorCount, fields.get('Model'), fields.get('BogoMIPS')]).toEqual([2, 'A Board: the best', '1.0'])
  })
})
