import type { TunableGroup } from '../tunable.ts'

export const smt = (): TunableGroup => ({
  group: 'smt',
  source: 'Documentation/ABI/testing/sysfs-devices-system-cpu',
  tunables: [
    {
      id: 'cpu.smt',
      path: '/sys/devices/system/cpu/smt/control',
      type: 'choice',
      choices: ['on', 'off', 'forceoff'],
      oneWay: ['forceoff'],
      hardware: true,
      risk: 'disruptive',
      meaning: 'Whether the second and further threads of each core are online. `notsupported` and `notimplemented` cannot be changed.',
      sideEffects: 'Takes CPUs away from running programs; affinities to them are lost.',
    },
    {
      id: 'cpu.online',
      path: '/sys/devices/system/cpu/{cpu}/online',
      per: 'cpu',
      type: 'boolean',
      hardware: true,
      risk: 'disruptive',
      meaning: 'Whether this CPU is in use.',
      sideEffects: 'Tasks bound to it alone lose their binding; the boot CPU often cannot be taken offline.',
    },
    {
      id: 'kernel.split_lock_mitigate',
      type: 'boolean',
      since: '6.2',
      hardware: true,
      meaning: 'Slows programs down that lock memory across a cache line; 0 only warns, which some games need.',
      source: 'Documentation/admin-guide/sysctl/kernel.rst',
    },
  ],
})
