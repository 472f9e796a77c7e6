import type { Host, Plan } from '@hostwright/core'
import { createPlanner, HostwrightError } from '@hostwright/core'
import type { PersistentValue } from './persistence/entry.ts'
import { planPersistence } from './persistence/plan-persistence.ts'
import { refuseInNetworkNamespace } from './network-namespace.ts'

/** How zswap is to work. What is absent is left as it is. */
export interface ZswapOptions {
  readonly enabled: boolean
  /** `lzo`, `lz4`, `zstd` …; the kernel refuses what it does not have. */
  readonly compressor?: string
  /** Share of memory that the pool may take, 0 to 100. */
  readonly maxPoolPercent?: number
  /** After the pool was full, pages are taken again below this share of its limit, 0 to 100. */
  readonly acceptThresholdPercent?: number
  /** Whether cold pages go to swap before the pool is full. */
  readonly shrinker?: boolean
  /** Keep it after a reboot. Default `true`. */
  readonly persist?: boolean
}

const directory = '/sys/module/zswap/parameters'

/**
 * Plans zswap, the compressed cache in front of a swap device. Parameters come before the switch, so that no page is
 * stored under the old ones.
 *
 * @throws `UNSUPPORTED` if the kernel has no zswap and in a network namespace, `INVALID_INPUT` for a share outside 0 to 100
 */
export async function planZswap(host: Host, options: ZswapOptions): Promise<Plan> {
  refuseInNetworkNamespace(host, 'zswap is a cache')
  const planner = createPlanner(host, 'tuning')
  if ((await planner.readAttribute(`${directory}/enabled`)) === null) {
    throw new HostwrightError('UNSUPPORTED', `the kernel of ${host.label} has no zswap`, {
      subject: host.label,
      hint: 'It needs CONFIG_ZSWAP; zram does without.',
    })
  }
  const wishes: [string, string | undefined, string][] = [
    ['compressor', options.compressor, 'how pages are compressed'],
    ['max_pool_percent', percent('maxPoolPercent', options.maxPoolPercent), 'how much memory the pool may take'],
    ['accept_threshold_percent', percent('acceptThresholdPercent', options.acceptThresholdPercent), 'when a full pool takes pages again'],
    ['shrinker_enabled', options.shrinker === undefined ? undefined : flag(options.shrinker), 'whether cold pages go to swap early'],
    ['enabled', flag(options.enabled), options.enabled ? 'pages are compressed in memory before they go to swap' : 'pages go to swap uncompressed'],
  ]
  const values: PersistentValue[] = []
  for (const [name, value, why] of wishes) {
    if (value === undefined) continue
    const path = `${directory}/${name}`
    if ((await planner.set(path, value, { why })) === 'absent') planner.note('info', path, 'is not on this kernel')
    else values.push({ path, tunable: undefined, value, why, source: 'hostwright tuning zswap' })
  }
  if (options.enabled && (await hasActiveZram(host))) {
    planner.note('warning', 'zswap', 'swap is on zram: zswap in front of it compresses the same pages twice')
  }
  if (options.persist !== false) await planPersistence(planner, 'zswap', { what: 'zswap', values })
  return planner.finish()
}

async function hasActiveZram(host: Host): Promise<boolean> {
  const [swaps] = await host.fs.readMany(['/proc/swaps'])
  return /^\/dev\/zram\d+\s/mu.test(swaps ?? '')
}

function percent(name: string, value: number | undefined): string | undefined {
  if (value === undefined) return undefined
  if (Number.isInteger(value) && value >= 0 && value <= 100) return String(value)
  throw new HostwrightError('INVALID_INPUT', `${name} is ${value}, but a share is a whole number from 0 to 100`, {
    subject: name,
    hint: 'Give a whole number from 0 to 100.',
  })
}

function flag(value: boolean): string {
  return value ? 'Y' : 'N'
}
