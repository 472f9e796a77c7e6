import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { compareKernelVersions, isHostwrightError, localHost } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { readTunable } from '../../src/tunable-instances.ts'
import { tunables } from '../../src/tunable-table.ts'
import { validateValue } from '../../src/tunable-value.ts'
import type { Tunable } from '../../src/tunable.ts'

const root = process.getuid?.() === 0
const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()
const config = buildOptions()
const ownNamespace = existsSync('/proc/self/ns/net') && readdirSync('/sys/class/net').includes('lo')

/** The build options of the running kernel that are on, or `undefined` if they are not shown. */
function buildOptions(): ReadonlySet<string> | undefined {
  const text = existsSync('/proc/config.gz')
    ? gunzipSync(readFileSync('/proc/config.gz')).toString()
    : existsSync(`/boot/config-${release}`)
      ? readFileSync(`/boot/config-${release}`, 'utf8')
      : undefined
  return text === undefined ? undefined : new Set([...text.matchAll(/^(CONFIG_\w+)=[ym]$/gmu)].map((match) => match[1] ?? ''))
}

/** Whether this kernel has a tunable, as the table has it. */
function belongsHere({ hardware, module, config: option, since, until, path }: Tunable): boolean {
  if (path.startsWith('command:') || hardware === true || module !== undefined || path.startsWith('/sys/kernel/debug/')) return false
  if (option !== undefined && config?.has(option) !== true) return false
  return (since === undefined || compareKernelVersions(release, since) >= 0) && (until === undefined || compareKernelVersions(release, until) < 0)
}

const everywhere = { names: ['?*'] }

describe.skipIf(!root)('the table on this kernel (needs root)', () => {
  it('has everything that the kernel is said to have, and nothing that it is said to lack', async () => {
    await using host = localHost()
    const missing: string[] = []
    const unexpected: string[] = []
    for (const tunable of tunables()) {
      const readings = await readTunable(
        host.fs,
        tunable,
        tunable.per === 'interface' || tunable.per?.endsWith('queue') === true ? { names: ['lo', 'all', 'default'] } : {},
      )
      const perDisk = tunable.per === 'disk'
      if (readings.length === 0 && belongsHere(tunable) && (!perDisk || (await readTunable(host.fs, tunable, everywhere)).length > 0)) missing.push(tunable.id)
      const tooNew = tunable.since !== undefined && compareKernelVersions(release, tunable.since) < 0
      const gone = tunable.until !== undefined && compareKernelVersions(release, tunable.until) >= 0
      // Long-term kernels take fixes from newer ones, so only what is gone is a mistake for certain.
      if (readings.length > 0 && gone && !tooNew) unexpected.push(tunable.id)
    }
    expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] })
  })

  it('understands every value that the kernel has', async () => {
    await using host = localHost()
    const wrong: string[] = []
    let read = 0
    for (const tunable of tunables()) {
      for (const { path, value } of await readTunable(host.fs, tunable)) {
        if (value === undefined || isUnset(tunable, value)) continue
        read += 1
        try {
          const written = validateValue({ ...tunable, readOnly: false }, value)
          // What is written is spelt as the kernel prints it, so that reading it back compares as equal.
          if (tunable.type !== 'cpumask' && written !== value) wrong.push(`${path}: ${value} would be written as ${written}`)
        } catch (error) {
          if (!isHostwrightError(error, 'INVALID_INPUT')) throw error
          wrong.push(`${path}: ${error.message}`)
        }
      }
    }
    expect(wrong).toEqual([])
    expect(read).toBeGreaterThan(200)
  })

  it('writes the present value back and reads the same', async () => {
    await using host = localHost()
    const different: string[] = []
    let written = 0
    for (const tunable of tunables().filter(({ id }) => harmless.has(id))) {
      const [reading] = await readTunable(host.fs, tunable)
      if (reading?.value === undefined || isUnset(tunable, reading.value)) continue
      await host.fs.set(reading.path, validateValue(tunable, reading.value))
      const [after] = await readTunable(host.fs, tunable)
      if (after?.value !== reading.value) different.push(`${tunable.id}: ${reading.value} became ${after?.value ?? 'unreadable'}`)
      written += 1
    }
    expect(different).toEqual([])
    expect(written).toBeGreaterThan(40)
  })
})

describe.skipIf(!root || !ownNamespace)('the ranges of the network tunables, in a network namespace of its own (needs root)', () => {
  it('are taken by the kernel at both ends, and what the kernel refuses outside is outside', () => {
    const script = fileURLToPath(new URL('../fixtures/lint/write-bounds.mjs', import.meta.url))
    const wanted = tunables()
      .filter(
        ({ namespace, path, type, readOnly, readBack, id }) =>
          namespace === 'network' && path.startsWith('/proc/sys/') && type === 'integer' && readOnly !== true && readBack !== 'none' && !dependent.has(id),
      )
      .map(({ id, path, min, max }) => ({ id, path: path.replace('{interface}', 'lo'), min, max }))
    const output = execFileSync('unshare', ['-n', process.execPath, script], { input: JSON.stringify(wanted), encoding: 'utf8' })
    const { tried, refused } = JSON.parse(output) as { tried: number; refused: readonly string[] }
    expect(refused).toEqual([])
    expect(tried).toBeGreaterThan(100)
  })
})

/** Values that say that nothing is set, and that cannot be written. */
function isUnset(tunable: Tunable, value: string): boolean {
  return (tunable.twin !== undefined && value === '0') || (tunable.id === 'cpu.smt' && value.startsWith('not')) || value === '<unsupported>'
}

/** Bounds that depend on another key or on the first network namespace. */
const dependent = new Set([
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ipfrag_high_thresh',
  'net.ipv6.ip6frag_high_thresh',
  'net.netfilter.nf_conntrack_max',
  'net.netfilter.nf_conntrack_buckets',
  'net.netfilter.nf_conntrack_expect_max',
  'net.ipv6.conf.{interface}.mtu',
])

/** Writing the value that they have changes nothing. */
const harmless = new Set([
  ...[
    'vm.swappiness',
    'vm.vfs_cache_pressure',
    'vm.page-cluster',
    'vm.watermark_scale_factor',
    'vm.watermark_boost_factor',
    'vm.dirty_ratio',
    'vm.dirty_background_ratio',
  ],
  ...[
    'vm.dirty_expire_centisecs',
    'vm.dirty_writeback_centisecs',
    'vm.dirtytime_expire_seconds',
    'vm.max_map_count',
    'vm.stat_interval',
    'vm.overcommit_memory',
    'vm.laptop_mode',
  ],
  ...[
    'vm.admin_reserve_kbytes',
    'vm.user_reserve_kbytes',
    'vm.oom_dump_tasks',
    'vm.extfrag_threshold',
    'vm.zone_reclaim_mode',
    'vm.mmap_min_addr',
    'vm.nr_overcommit_hugepages',
  ],
  ...[
    'thp.enabled',
    'thp.defrag',
    'thp.use-zero-page',
    'thp.khugepaged.defrag',
    'thp.khugepaged.max-ptes-none',
    'thp.khugepaged.scan-sleep',
    'ksm.sleep',
    'ksm.use-zero-pages',
  ],
  ...[
    'zswap.enabled',
    'zswap.max-pool-percent',
    'zswap.compressor',
    'zswap.accept-threshold',
    'swap.vma-readahead',
    'numa.demotion',
    'rcu.normal',
    'rcu.expedited',
  ],
  ...[
    'kernel.sched_autogroup_enabled',
    'kernel.sched_rt_runtime_us',
    'kernel.timer_migration',
    'kernel.panic',
    'kernel.panic_on_oops',
    'kernel.printk',
    'kernel.hung_task_timeout_secs',
  ],
  ...[
    'kernel.randomize_va_space',
    'kernel.kptr_restrict',
    'kernel.perf_event_paranoid',
    'kernel.shmmax',
    'kernel.shmall',
    'kernel.sem',
    'kernel.msgmax',
    'kernel.core_pattern',
  ],
  ...[
    'fs.file-max',
    'fs.aio-max-nr',
    'fs.inotify.max_user_watches',
    'fs.inotify.max_user_instances',
    'fs.protected_hardlinks',
    'fs.suid_dumpable',
    'fs.mqueue.msg_max',
  ],
  ...[
    'net.core.netdev_budget',
    'net.core.netdev_max_backlog',
    'net.core.rmem_max',
    'net.core.busy_poll',
    'net.core.default_qdisc',
    'net.core.message_burst',
    'net.ipv4.udp_mem',
  ],
  ...['irq.default-affinity', 'workqueue.cpumask', 'cpu.resume-latency', 'cpuidle.governor', 'clocksource.current'],
])
