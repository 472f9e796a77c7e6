import type { Profile } from '../profile.ts'

/** A desktop for building, rendering and virtual machines. */
export const workstation: Profile = {
  name: 'workstation',
  summary: 'A desktop for builds, rendering and large projects: smooth in front, full speed behind',
  includes: ['desktop'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'cpufreq.governor',
      value: { firstOf: ['schedutil', 'powersave'] },
      why: 'schedutil clocks up within a tick; with intel_pstate or amd-pstate in active mode, powersave leaves it to the CPU and the preference below',
      source: 'Documentation/admin-guide/pm/cpufreq.rst',
    },
    {
      tunable: 'cpufreq.energy-performance-preference',
      value: 'balance_performance',
      why: 'full clock under load, savings when idle',
      source: 'tuned 2.28 balanced; Documentation/admin-guide/pm/intel_pstate.rst',
    },
    {
      tunable: 'vm.swappiness',
      value: '30',
      why: 'builds read much and reuse little of it: keep programs in memory, let file cache go first',
      source: 'tuned 2.28 virtual-guest; Documentation/admin-guide/sysctl/vm.rst',
    },
    {
      tunable: 'vm.max_map_count',
      value: { atLeast: '1048576' },
      why: 'linkers, JVMs and emulators map more than 65530 areas',
      source: 'Fedora 39 change IncreaseVmMaxMapCount',
    },
    {
      tunable: 'fs.inotify.max_user_watches',
      value: { atLeast: '524288' },
      why: 'editors and build tools watch every file of a project and stop noticing changes at the limit; each used watch takes about 1 KiB',
      source: 'Documentation of VS Code and JetBrains IDEs on inotify; tuned 2.28 openshift raises it to 65536',
    },
    {
      tunable: 'fs.inotify.max_user_instances',
      value: { atLeast: '8192' },
      why: 'each editor, container and watcher takes an instance; the default is 128 a user',
      source: 'tuned 2.28 openshift',
    },
    {
      tunable: 'block.read-ahead',
      on: { rotational: true },
      value: { atLeast: '1024' },
      why: 'large files come from a spinning disk in long runs instead of one seek each 128 KiB',
      source: 'tuned 2.28 throughput-performance uses 4096',
    },
  ],
}
