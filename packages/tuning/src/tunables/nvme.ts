import type { TunableGroup } from '../tunable.ts'

export const nvme = (): TunableGroup => ({
  group: 'nvme',
  source: 'drivers/nvme/host/core.c',
  common: { hardware: true, module: 'nvme_core' },
  tunables: [
    {
      id: 'nvme.power-latency',
      path: '/sys/module/nvme_core/parameters/default_ps_max_latency_us',
      type: 'integer',
      min: 0,
      unit: 'µs',
      meaning: 'Longest wake-up time of the power states that NVMe drives found from now on may enter by themselves; 0 forbids them.',
    },
    {
      id: 'nvme.io-timeout',
      path: '/sys/module/nvme_core/parameters/io_timeout',
      type: 'integer',
      min: 0,
      unit: 's',
      meaning: 'Timeout of requests of NVMe drives found from now on.',
    },
  ],
})
