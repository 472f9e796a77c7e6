import type { TunableGroup } from '../tunable.ts'

export const mglru = (): TunableGroup => ({
  group: 'mglru',
  source: 'Documentation/admin-guide/mm/multigen_lru.rst',
  common: { config: 'CONFIG_LRU_GEN', since: '6.1' },
  tunables: [
    {
      id: 'mglru.enabled',
      path: '/sys/kernel/mm/lru_gen/enabled',
      type: 'string',
      meaning:
        'Bits of the multi-generational LRU: 0x1 the main switch, 0x2 clears the accessed bit of leaf entries in batches, 0x4 of higher levels too. `y` and `n` set all and none.',
    },
    {
      id: 'mglru.min-ttl',
      path: '/sys/kernel/mm/lru_gen/min_ttl_ms',
      type: 'integer',
      min: 0,
      max: 4294967295,
      unit: 'ms',
      meaning: 'Protects the memory used within this time from eviction; if that cannot be kept, the out-of-memory killer runs.',
      sideEffects: 'Trades thrashing for killed programs: about 1000 suits a desktop, 0 (off) a server.',
    },
  ],
})
