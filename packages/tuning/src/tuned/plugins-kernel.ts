import { listNames } from '@hostwright/core'
import { alternatives, integerTo, modified, setTo, unknownOption, unsupported } from './placement.ts'
import type { ExpandedOption, Placement, PluginContext, TunedPlugin } from './placement.ts'
import { baseName, normalisePath, stripEnd } from './python-text.ts'
import { sysctlPath } from '../tunable-table.ts'
import { globPaths } from '../glob-paths.ts'

const sysctl: TunedPlugin = {
  place({ name, value }) {
    const path = sysctlPath(name)
    if (path === undefined) return unsupported(`\`${name}\` is no sysctl.`)
    if (['base_reachable_time', 'retrans_time'].includes(baseName(path)))
      return unsupported('The kernel has replaced this by its `_ms` twin; tuned refuses to set it.')
    if (value.includes('\n')) return unsupported('A sysctl has one line; tuned does not write several.')
    const wanted = modified(value)
    return wanted === undefined ? unsupported(`\`${value}\` is compared with the present value, but it is no integer.`) : setTo(path, wanted)
  },
}

const sysfs: TunedPlugin = {
  async place(option, context) {
    const path = normalisePath(option.name)
    if (!path.startsWith('/sys/')) return unsupported('It is not below /sys; tuned refuses to write there.')
    const value = stripEnd(option.value)
    if (!/[*?[]/u.test(path)) return setTo(path, value)
    const template = templateOf(path, context.knownPaths)
    if (template !== undefined)
      return { kind: 'settings', settings: [{ path: template.path, value, ...(template.names === undefined ? {} : { on: { names: template.names } }) }] }
    const found = await globPaths(context.system.fs, path)
    if (found.length === 0) return unsupported('The pattern matches nothing on this machine, and the attribute is not known; tuned would write nothing.')
    return { kind: 'settings', settings: found.map((each) => ({ path: each, value })) }
  },
}

/** The known path that a pattern stands for: `/sys/block/sd*` + `/queue/scheduler` is that of the disks called `sd*`. */
function templateOf(pattern: string, knownPaths: ReadonlySet<string>): { readonly path: string; readonly names: readonly string[] | undefined } | undefined {
  const parts = pattern.split('/')
  for (const path of knownPaths) {
    const brace = path.indexOf('{')
    // What stands before the device has to be the same; that settles it for nearly all.
    if (brace === -1 || path.includes('{', brace + 1) || !pattern.startsWith(path.slice(0, brace))) continue
    const known = path.split('/')
    if (known.length !== parts.length) continue
    const at = known.findIndex((part) => /^\{\w+\}$/u.test(part))
    if (at === -1 || !/[*?[]/u.test(parts[at] ?? '')) continue
    if (known.every((part, index) => index === at || part === parts[index])) return { path, names: parts[at] === '*' ? undefined : [parts[at] ?? ''] }
  }
  return undefined
}

const thp = '/sys/kernel/mm/transparent_hugepage'

const vm: TunedPlugin = {
  async place(option, context) {
    const { name, value } = option
    if (name === 'transparent_hugepages' || name === 'transparent_hugepage') {
      if (!['always', 'never', 'madvise'].includes(value)) return unsupported(`\`${value}\` is none of always, madvise and never; tuned ignores it.`)
      if ((await context.system.readText('/proc/cmdline')).indexOf('transparent_hugepage=') > 0)
        return unsupported('The kernel command line sets transparent_hugepage; tuned leaves it alone then.')
      return setTo(`${thp}/enabled`, value)
    }
    if (name === 'transparent_hugepage.defrag') return setTo(`${thp}/defrag`, value)
    const dirty = /^dirty_(?<background>background_)?(?<unit>bytes|ratio)$/u.exec(name)?.groups
    if (dirty === undefined) return unknownOption(option, 'vm')
    const percent = /^(\d+)\s*%$/u.exec(value)?.[1]
    // tuned sets the ratio for a percentage: of available memory, which changes, not of all memory.
    if (percent !== undefined && dirty['unit'] === 'bytes') return setTo(`/proc/sys/vm/dirty_${dirty['background'] ?? ''}ratio`, percent)
    return /^\d+$/u.test(value) ? setTo(`/proc/sys/vm/${name}`, value) : unsupported(`\`${value}\` is no integer; tuned refuses it too.`)
  },
}

const selinux: TunedPlugin = {
  place: (option) =>
    option.name === 'avc_cache_threshold' ? integerTo('/sys/fs/selinux/avc/cache_threshold', option.value) : unknownOption(option, 'selinux'),
}

const acpi: TunedPlugin = {
  place(option) {
    if (option.name !== 'platform_profile') return unknownOption(option, 'acpi')
    const value = alternatives(option.value)
    return value === undefined ? unsupported('One of the alternatives is empty.') : setTo('/sys/firmware/acpi/platform_profile', value)
  },
}

const knobs: ReadonlyMap<string, readonly [namespace: string, knob: string]> = new Map<string, readonly [string, string]>([
  ...['min_granularity_ns', 'latency_ns', 'wakeup_granularity_ns', 'tunable_scaling', 'migration_cost_ns', 'nr_migrate'].map(
    (knob) => [`sched_${knob}`, ['sched', knob]] as const,
  ),
  ...['scan_delay_ms', 'scan_period_min_ms', 'scan_period_max_ms', 'scan_size_mb'].map((knob) => [`numa_balancing_${knob}`, ['numa_balancing', knob]] as const),
])

const scheduler: TunedPlugin = {
  async place(option, context) {
    const knob = knobs.get(option.name)
    return knob === undefined ? unsupported(schedulerReason(option)) : placeKnob(option, context, knob)
  },
}

/** The scheduler's knobs were sysctls until 5.13 and are in debugfs since; where they are on this kernel, and which of them. */
async function placeKnob(option: ExpandedOption, context: PluginContext, [namespace, knob]: readonly [string, string]): Promise<Placement> {
  const legacy = `/proc/sys/kernel/${namespace}_${knob}`
  const debug = `/sys/kernel/debug/sched/${namespace === 'sched' ? '' : 'numa_balancing/'}${knob}`
  for (const path of [legacy, debug]) if (await context.system.fs.exists(path)) return integerTo(path, option.value)
  if (context.knownPaths.has(debug)) return integerTo(debug, option.value)
  return unsupported(`This kernel has neither ${legacy} (until 5.12) nor ${debug}; tuned logs an error.`)
}

function schedulerReason({ name }: ExpandedOption): string {
  if (name.startsWith('group.'))
    return 'It gives a scheduling policy, priority and CPUs to running threads that match a pattern; that is an act on processes, not a setting.'
  if (name === 'isolated_cores')
    return 'It moves running threads and interrupts away from these CPUs; on the kernel command line, isolcpus= or a cpuset partition does that.'
  if (name === 'default_irq_smp_affinity') return 'It goes with isolated_cores; irq.default-affinity sets the mask itself.'
  return 'It steers how tuned watches processes and moves them between CPUs; nothing that could be set.'
}

const uncoreFiles: readonly string[] = [
  'max_freq_khz',
  'min_freq_khz',
  'elc_floor_freq_khz',
  'elc_high_threshold_enable',
  'elc_high_threshold_percent',
  'elc_low_threshold_percent',
]
const uncoreDirectory = '/sys/devices/system/cpu/intel_uncore_frequency'

const uncore: TunedPlugin = {
  hasDevices: true,
  async place(option, context) {
    const { name, value } = option
    if (!uncoreFiles.includes(name)) return unknownOption(option, 'uncore')
    const path = `${uncoreDirectory}/{package}/${name}`
    const percent = /^(\d+)%$/u.exec(value)?.[1]
    if (percent === undefined || !name.endsWith('freq_khz')) return integerTo(path, value.replace(/%$/u, ''))
    const { fs } = context.system
    const names = (await listNames(fs, uncoreDirectory)).filter((each) => context.selects(each))
    if (names.length === 0) return unsupported('A percentage is of the range of this machine’s uncore devices, and it has none.')
    const settings = names.map(async (each) => {
      const [low, high] = await Promise.all(
        ['initial_min_freq_khz', 'initial_max_freq_khz'].map(async (file) => Number(await context.system.readText(`${uncoreDirectory}/${each}/${file}`))),
      )
      return { path, value: `${(low ?? 0) + Math.trunc((Number(percent) * ((high ?? 0) - (low ?? 0))) / 100)}`, on: { names: [each] } }
    })
    return { kind: 'settings', settings: await Promise.all(settings) }
  },
}

/** Plugins that set attributes of the kernel. */
export const kernelPlugins: Readonly<Record<string, TunedPlugin>> = { sysctl, sysfs, vm, selinux, acpi, scheduler, uncore, intel_uncore: uncore }
