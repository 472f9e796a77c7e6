import { describe, expect, it } from 'vitest'
import { listInterrupts, planCpuIsolation, planIrqAffinity, planPacketSteering, planTuningRemoval } from '../src/index.ts'
import { applyToModel, modelHost, snapshot, undoOnModel } from './model-host.ts'
import type { ModelHost } from './model-host.ts'

function fourCpus(files: Readonly<Record<string, string>> = {}): ModelHost {
  return modelHost({
    files: {
      '/sys/devices/system/cpu/online': '0-3\n',
      '/sys/devices/system/cpu/nohz_full': '(null)\n',
      '/sys/devices/virtual/workqueue/cpumask': 'f\n',
      '/proc/irq/default_smp_affinity': 'f\n',
      '/proc/irq/24/smp_affinity_list': '0-3\n',
      '/proc/irq/25/smp_affinity_list': { text: '2\n', mode: 0o444 },
      '/proc/irq/30/smp_affinity_list': '3\n',
      '/proc/interrupts': [
        '           CPU0       CPU1       CPU2       CPU3',
        '  24:          1          0          0          0  IR-PCI-MSIX-0000:00:1f.3    0-edge      snd_hda_intel:card0',
        '  25:          0          1          0          0  PCI-MSIX-0000:00:02.0   1-edge      nvme0q1',
        '  30:          0          0          0          9  IO-APIC   9-fasteoi   acpi, eth0',
        ' NMI:          0          0          0          0   Non-maskable interrupts',
        '',
      ].join('\n'),
      ...files,
    },
  })
}

describe('interrupts', () => {
  it('are listed with their names, and whether they can be moved', async () => {
    expect(await listInterrupts(fourCpus())).toEqual([
      { number: 24, name: 'snd_hda_intel:card0', affinity: '0-3', movable: true },
      { number: 25, name: 'nvme0q1', affinity: '2', movable: false },
      { number: 30, name: 'acpi, eth0', affinity: '3', movable: true },
    ])
  })

  it('are moved together with those to come, and irqbalance is told', async () => {
    const model = fourCpus({ '/usr/sbin/irqbalance': '', '/etc/kernel/cmdline': 'ro\n' })
    const before = snapshot(model)
    const plan = await planIrqAffinity(model, { cpus: '0-1' })
    await applyToModel(model, plan)
    expect([...(await listInterrupts(model))].map((each) => each.affinity)).toEqual(['0-1', '2', '0-1'])
    expect(await model.fs.readText('/etc/kernel/cmdline')).toBe('ro irqaffinity=0-1\n')
    expect(await model.fs.readText('/etc/systemd/system/irqbalance.service.d/60-hostwright-irq-affinity.conf')).toContain(
      'Environment="IRQBALANCE_BANNED_CPULIST=2-3"',
    )
    expect((await planIrqAffinity(model, { cpus: '0-1' })).steps).toEqual([])
    expect(plan.notes.map((note) => note.message)).toEqual(['25 cannot be moved: the kernel or their driver decides'])
    await undoOnModel(model, plan)
    expect(snapshot(model)).toEqual(before)
  })

  it('can be chosen by name and spread', async () => {
    const plan = await planIrqAffinity(fourCpus(), { cpus: '1-2', interrupts: ['eth0', 'snd*'], spread: true, persist: false })
    expect(plan.steps.map((step) => step.summary)).toEqual(['/proc/irq/24/smp_affinity_list 0-3 → 1', '/proc/irq/30/smp_affinity_list 3 → 2'])
    await expect(planIrqAffinity(fourCpus(), { cpus: '1', interrupts: ['eth9*'] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(planIrqAffinity(fourCpus(), { cpus: '7' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'CPU 7 is not online on model' })
  })
})

describe('isolated CPUs', () => {
  it('lose kernel work and interrupts now, and the rest with the next boot', async () => {
    const model = fourCpus({ '/etc/kernel/cmdline': 'ro\n' })
    const before = snapshot(model)
    const plan = await planCpuIsolation(model, { cpus: '2-3' })
    expect(plan.steps.map((step) => [step.summary, step.effect])).toEqual([
      ['/sys/devices/virtual/workqueue/cpumask f → 3', undefined],
      ['/proc/irq/24/smp_affinity_list 0-3 → 0-1', undefined],
      ['/proc/irq/30/smp_affinity_list 3 → 0-1', undefined],
      ['/proc/irq/default_smp_affinity f → 3', undefined],
      ['create /etc/tmpfiles.d/60-hostwright-cpu-isolation.conf', undefined],
      ['/etc/kernel/cmdline: add isolcpus=domain,managed_irq,2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1', 'reboot'],
      ['record what was added to the kernel command line in /etc/hostwright/cpu-isolation-command-line', undefined],
    ])
    await applyToModel(model, plan)
    expect((await planCpuIsolation(model, { cpus: '2-3' })).steps).toEqual([])
    const applied = snapshot(model)
    const removal = await planTuningRemoval(model, 'isolation')
    await applyToModel(model, removal)
    const files = (all: Readonly<Record<string, string>>): unknown => Object.entries(all).filter(([path]) => path.startsWith('/etc/'))
    expect(files(snapshot(model))).toEqual(files(before))
    await undoOnModel(model, removal)
    expect(snapshot(model)).toEqual(applied)
    await undoOnModel(model, plan)
    expect(snapshot(model)).toEqual(before)
  })

  it.each([
    ['0-3', 'no CPU would be left for everything else'],
    ['0', 'CPU 0 keeps the time for all others and cannot be isolated'],
    ['3-5', 'CPU 4-5 is not online on model'],
    ['', 'no CPU is to be isolated'],
  ])('cannot be %j', async (cpus, message) => {
    await expect(planCpuIsolation(fourCpus(), { cpus })).rejects.toMatchObject({ code: 'INVALID_INPUT', message })
  })
})

describe('packet steering', () => {
  it('gives transmit queues to CPUs in turn', async () => {
    const queue = (name: string): string => `/sys/class/net/eth0/queues/${name}`
    const model = fourCpus({
      [`${queue('rx-0')}/rps_cpus`]: '0\n',
      [`${queue('rx-0')}/rps_flow_cnt`]: '0\n',
      [`${queue('tx-0')}/xps_cpus`]: '0\n',
      [`${queue('tx-1')}/xps_cpus`]: '0\n',
    })
    const plan = await planPacketSteering(model, 'eth0', { receiveCpus: '1-2' })
    expect(plan.steps.map((step) => step.summary)).toEqual([
      `${queue('rx-0')}/rps_cpus 0 → 6`,
      `${queue('tx-0')}/xps_cpus 0 → 5`,
      `${queue('tx-1')}/xps_cpus 0 → a`,
    ])
  })
})
