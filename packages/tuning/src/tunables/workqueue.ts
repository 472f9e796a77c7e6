import type { TunableGroup } from '../tunable.ts'

export const workqueue = (): TunableGroup => ({
  group: 'workqueue',
  source: 'Documentation/core-api/workqueue.rst',
  tunables: [
    {
      id: 'workqueue.cpumask',
      path: '/sys/devices/virtual/workqueue/cpumask',
      type: 'cpumask',
      readBack: 'mask',
      meaning: 'CPUs that work without a fixed CPU may run on; keep isolated CPUs out.',
    },
    {
      id: 'workqueue.writeback-cpumask',
      path: '/sys/devices/virtual/workqueue/writeback/cpumask',
      type: 'cpumask',
      readBack: 'mask',
      meaning: 'CPUs that write dirty pages out.',
    },
    {
      id: 'workqueue.writeback-nice',
      path: '/sys/devices/virtual/workqueue/writeback/nice',
      type: 'integer',
      min: -20,
      max: 19,
      meaning: 'Nice value of the threads that write dirty pages out.',
    },
    {
      id: 'workqueue.affinity-scope',
      path: '/sys/module/workqueue/parameters/default_affinity_scope',
      type: 'choice',
      choices: ['cpu', 'smt', 'cache', 'numa', 'system'],
      since: '6.6',
      meaning: 'How near to where it was queued work without a fixed CPU should run.',
    },
    {
      id: 'workqueue.cpu-intensive-threshold',
      path: '/sys/module/workqueue/parameters/cpu_intensive_thresh_us',
      type: 'integer',
      min: 0,
      unit: 'µs',
      since: '6.5',
      meaning: 'Work that holds its CPU longer no longer keeps other work from starting; 0 turns the detection off.',
    },
    {
      id: 'workqueue.watchdog-threshold',
      path: '/sys/module/workqueue/parameters/watchdog_thresh',
      type: 'integer',
      min: 0,
      unit: 's',
      config: 'CONFIG_WQ_WATCHDOG',
      meaning: 'A stall of a worker pool longer than this is logged; 0 turns the watchdog off.',
    },
    {
      id: 'workqueue.power-efficient',
      path: '/sys/module/workqueue/parameters/power_efficient',
      type: 'boolean',
      choices: ['N', 'Y'],
      readOnly: true,
      meaning: 'Whether some per-CPU work may run anywhere to let CPUs sleep. Chosen at boot by workqueue.power_efficient.',
    },
  ],
})
