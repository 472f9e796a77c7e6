import type { TunableGroup } from '../tunable.ts'

const irqbalance = 'A running irqbalance writes its own choice over it, unless the interrupt is banned there.'

export const irq = (): TunableGroup => ({
  group: 'irq',
  source: 'Documentation/core-api/irq/irq-affinity.rst',
  tunables: [
    {
      id: 'irq.default-affinity',
      path: '/proc/irq/default_smp_affinity',
      type: 'cpumask',
      readBack: 'mask',
      config: 'CONFIG_SMP',
      meaning: 'CPUs for interrupts that are set up from now on.',
    },
    {
      id: 'irq.affinity',
      path: '/proc/irq/{irq}/smp_affinity',
      per: 'irq',
      type: 'cpumask',
      readBack: 'mask',
      hardware: true,
      meaning: 'CPUs that may take this interrupt, as a mask.',
      sideEffects: irqbalance,
    },
    {
      id: 'irq.affinity-list',
      path: '/proc/irq/{irq}/smp_affinity_list',
      per: 'irq',
      type: 'cpulist',
      hardware: true,
      meaning: 'CPUs that may take this interrupt, as a list. Interrupts managed by their driver refuse it.',
      sideEffects: irqbalance,
    },
  ],
})
