import { formatCpuList, listNames } from '@hostwright/core'
import { matchesAny } from '../shell-pattern.ts'
import { cpuMask, maskCpus, unpackCpuList } from './cpu-list.ts'
import { failed, text } from './function-result.ts'
import type { FunctionResult, TunedFunction } from './function-result.ts'
import { parseInteger, strip } from './python-text.ts'
import type { TunedSystem } from './runtime.ts'

const cpuDirectory = '/sys/devices/system/cpu'
const uncoreDirectory = `${cpuDirectory}/intel_uncore_frequency`

/** Processors for which Intel does not recommend its P-state driver where latency matters. */
const jitteryPmus: readonly string[] = ['sandybridge', 'ivybridge', 'haswell', 'broadwell', 'skylake']

/** The functions that are about CPUs. */
export const cpuFunctions: Readonly<Record<string, TunedFunction>> = {
  calc_isolated_cores: { least: 0, most: 1, run: isolatedCores },
  check_net_queue_count: {
    least: 1,
    most: 1,
    async run([count], system) {
      if (/^\p{Nd}+$/u.test(count ?? '')) return text(count ?? '')
      const output = await system.output(['nproc'])
      if (output !== undefined) return text(output)
      const online = await onlineCpus(system)
      return online.length === 0 ? failed('the number of CPUs is not known') : text(`${online.length}\n`)
    },
  },
  cpulist2devs: anyList((cpus) => cpus.map((cpu) => `cpu${cpu}`).join(','), ','),
  cpulist2hex: anyList(cpuMask),
  cpulist2hex_invert: anyList(async (cpus, system) => cpuMask(without(await onlineCpus(system), cpus))),
  cpulist_invert: anyList(async (cpus, system) => without(await onlineCpus(system), cpus).join(',')),
  cpulist_online: anyList(async (cpus, system) => common(cpus, await onlineCpus(system)).join(','), ','),
  cpulist_pack: anyList(formatCpuList),
  cpulist_present: anyList(async (cpus, system) => common(cpus, unpackCpuList(strip(await system.readText(`${cpuDirectory}/present`)))).join(',')),
  cpulist_thread_siblings: anyList(async (cpus, system) => {
    const lists = await Promise.all(cpus.map((cpu) => system.readText(`${cpuDirectory}/cpu${cpu}/topology/thread_siblings_list`)))
    return without(ascending(lists.flatMap((list) => unpackCpuList(strip(list)))), cpus).join(',')
  }, ','),
  cpulist_unpack: anyList((cpus) => cpus.join(',')),
  hex2cpulist: { least: 1, most: 1, run: ([mask]) => text(maskCpus(mask ?? '').join(',')) },
  intel_recommended_pstate: {
    least: 0,
    most: 0,
    async run(_args, system) {
      const pmu = strip(await system.readText('/sys/devices/cpu/caps/pmu_name'))
      return text(pmu === '' || jitteryPmus.includes(pmu) ? 'disable' : 'active')
    },
  },
  package2cpus: {
    least: 0,
    most: 0,
    async run(args, system) {
      const packages = await cpuPackages(system)
      return devices([...packages].flatMap(([cpu, id]) => matching(args, id, `cpu${cpu}`)))
    },
  },
  package2uncores: { least: 0, most: 0, run: packageUncores },
}

function anyList(convert: (cpus: readonly number[], system: TunedSystem) => Promise<string> | string, separator = ',,'): TunedFunction {
  return {
    least: 0,
    most: 0,
    run: async (args, system) => text(await convert(unpackCpuList(args.join(separator)), system)),
  }
}

async function isolatedCores(args: readonly string[], system: TunedSystem): Promise<FunctionResult> {
  const reserved = args.length === 0 ? 1n : /^\p{Nd}+$/u.test(args[0] ?? '') ? parseInteger(args[0] ?? '') : undefined
  if (reserved === undefined) return failed(`\`${args[0]}\` is no number of cores`)
  const sockets = new Map<string, number[]>()
  for (const [cpu, socket] of await cpuPackages(system)) {
    if (/^\d+$/u.test(socket)) sockets.set(socket, [...(sockets.get(socket) ?? []), cpu])
  }
  const isolated = [...sockets.values()].flatMap((cpus) => ascending(cpus).slice(Number(reserved)))
  return text(ascending(isolated).join(','))
}

async function packageUncores(args: readonly string[], system: TunedSystem): Promise<FunctionResult> {
  const names = await listNames(system.fs, uncoreDirectory)
  const clusters = names.filter((name) => name.startsWith('uncore'))
  // Where there are clusters, they replace the older devices called package_NN_die_MM.
  const found = await Promise.all(
    (clusters.length > 0 ? clusters : names).map(async (name) => {
      const id = clusters.length > 0 ? strip(await system.readText(`${uncoreDirectory}/${name}/package_id`)) : name.slice(8, 10)
      return matching(args, id, name)
    }),
  )
  return devices(found.flat())
}

/** The device once for each argument that its package matches: as a number, else as a shell pattern. */
function matching(patterns: readonly string[], id: string, device: string): string[] {
  if (parseInteger(id) === undefined) return []
  return patterns
    .filter((pattern) => (parseInteger(pattern) === undefined ? matchesAny(id, [pattern]) : parseInteger(pattern) === parseInteger(id)))
    .map(() => device)
}

function devices(names: readonly string[]): FunctionResult {
  return names.length === 0 ? failed('no device of that package is there') : text(names.join(','))
}

/** The package of each CPU that tells it, ascending by CPU. */
async function cpuPackages(system: TunedSystem): Promise<ReadonlyMap<number, string>> {
  const names = await listNames(system.fs, cpuDirectory)
  const cpus = ascending(names.filter((name) => /^cpu\d+$/u.test(name)).map((name) => Number(name.slice(3))))
  const packages = await Promise.all(cpus.map((cpu) => system.readText(`${cpuDirectory}/cpu${cpu}/topology/physical_package_id`)))
  return new Map(cpus.map((cpu, at) => [cpu, strip(packages[at] ?? '')] as const).filter(([, id]) => id !== ''))
}

async function onlineCpus(system: TunedSystem): Promise<readonly number[]> {
  return unpackCpuList(strip(await system.readText(`${cpuDirectory}/online`)))
}

function without(cpus: readonly number[], left: readonly number[]): readonly number[] {
  return cpus.filter((cpu) => !left.includes(cpu))
}

function common(cpus: readonly number[], others: readonly number[]): readonly number[] {
  return cpus.filter((cpu) => others.includes(cpu))
}

function ascending(cpus: readonly number[]): readonly number[] {
  return [...new Set(cpus)].toSorted((left, right) => left - right)
}
