import type { AnyOperation } from '@hostwright/core'
import { defineOperation, sizeBytes } from '@hostwright/core'
import * as z from 'zod'
import { planZram, planZramRemoval } from '../zram.ts'
import { planZswap } from '../zswap.ts'
import { planOutput } from './plan-output.ts'

/** `tuning zram`: compressed swap in memory. */
export const zramOperation: AnyOperation = defineOperation({
  name: 'tuning zram',
  kind: 'change',
  summary: 'Set up compressed swap in memory, or remove it',
  input: z.object({
    sizeBytes: sizeBytes().optional().describe('Uncompressed size; default half of the memory'),
    share: z.number().gt(0).max(4).optional().describe('Uncompressed size as a share of memory'),
    algorithm: z.string().optional().describe('zstd, lz4, lzo-rle …; default: the best that the kernel has'),
    priority: z.number().int().min(0).max(32_767).default(100).describe('Of the swap area; higher is used first'),
    replace: z.boolean().default(false).describe('Set up anew a zram swap that has other values'),
    persist: z.boolean().default(true).describe('Set it up again at boot'),
    remove: z.boolean().default(false).describe('Take it out of use and remove its files'),
  }),
  output: planOutput,
  examples: [
    { argv: ['tuning', 'zram', '--size', '4G'], text: 'Swap of 4 GiB that is compressed in memory.' },
    { argv: ['tuning', 'zram', '--remove'], text: 'Take it out of use.' },
  ],
  plan({ host }, { sizeBytes: size, share, algorithm, priority, replace, persist, remove }) {
    if (remove) return planZramRemoval(host)
    return planZram(host, {
      priority,
      replace,
      persist,
      ...(size === undefined ? {} : { sizeBytes: size }),
      ...(share === undefined ? {} : { share }),
      ...(algorithm === undefined ? {} : { algorithm }),
    })
  },
})

/** `tuning zswap`: the compressed cache in front of swap. */
export const zswapOperation: AnyOperation = defineOperation({
  name: 'tuning zswap',
  kind: 'change',
  summary: 'Turn the compressed cache in front of swap on or off',
  input: z.object({
    enabled: z.boolean().default(true).describe('Whether pages are compressed in memory before they go to swap'),
    compressor: z.string().optional().describe('lzo, lz4, zstd …'),
    maxPoolPercent: z.number().int().min(0).max(100).optional().describe('Share of memory that it may take'),
    persist: z.boolean().default(true).describe('Set it again at boot'),
  }),
  output: planOutput,
  plan: ({ host }, { enabled, compressor, maxPoolPercent, persist }) =>
    planZswap(host, { enabled, persist, ...(compressor === undefined ? {} : { compressor }), ...(maxPoolPercent === undefined ? {} : { maxPoolPercent }) }),
})
