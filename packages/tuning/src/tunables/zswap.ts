import type { TunableGroup } from '../tunable.ts'

const base = '/sys/module/zswap/parameters'

export const zswap = (): TunableGroup => ({
  group: 'zswap',
  source: 'Documentation/admin-guide/mm/zswap.rst',
  common: { config: 'CONFIG_ZSWAP' },
  tunables: [
    {
      id: 'zswap.enabled',
      path: `${base}/enabled`,
      type: 'boolean',
      choices: ['N', 'Y'],
      meaning: 'Compresses pages on their way to swap and keeps them in memory while they fit.',
      sideEffects: 'Turning it off keeps what is stored until it is used or invalidated. Of no use in front of zram.',
    },
    {
      id: 'zswap.compressor',
      path: `${base}/compressor`,
      type: 'string',
      meaning: 'The compression algorithm by its name in the crypto API: lzo, lz4, zstd.',
      sideEffects: 'Pages stored before stay in their pool and algorithm. A name the kernel lacks is refused.',
    },
    {
      id: 'zswap.zpool',
      path: `${base}/zpool`,
      type: 'string',
      until: '6.18',
      meaning: 'The allocator of the pool: zsmalloc, or on older kernels zbud and z3fold.',
    },
    {
      id: 'zswap.max-pool-percent',
      path: `${base}/max_pool_percent`,
      type: 'integer',
      min: 0,
      max: 100,
      unit: 'percent',
      meaning: 'Share of memory that the compressed pool may take.',
    },
    {
      id: 'zswap.accept-threshold',
      path: `${base}/accept_threshold_percent`,
      type: 'integer',
      min: 0,
      max: 100,
      unit: 'percent',
      since: '5.6',
      meaning: 'After the pool was full, pages are taken again once it has shrunk to this share of its limit.',
    },
    {
      id: 'zswap.shrinker',
      path: `${base}/shrinker_enabled`,
      type: 'boolean',
      choices: ['N', 'Y'],
      since: '6.8',
      meaning: 'Writes cold pages from the pool to swap under memory pressure before the pool is full.',
    },
    {
      id: 'zswap.same-filled-pages',
      path: `${base}/same_filled_pages_enabled`,
      type: 'boolean',
      choices: ['N', 'Y'],
      until: '6.12',
      meaning: 'Stores pages filled with one value as that value; kernels without the switch always do.',
    },
  ],
})
