import { listNames, type FileTree } from '@hostwright/core'
import { readAttributesOf, readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { parseKernelList, toCount } from './internal/number-text.ts'

/** One logical CPU. */
export interface LogicalCpu {
  readonly id: number
  readonly online: boolean
  /** Physical package, or socket. Absent, like the fields below, for a CPU that is offline. */
  readonly socket?: number
  readonly die?: number
  /** The core's number within its package. */
  readonly core?: number
  /** Logical CPUs on the same core, itself included. */
  readonly siblings: readonly number[]
  readonly node?: number
  /** Relative computing power, 1024 for the fastest; only where cores differ. */
  readonly capacity?: number
}

/** Cores of one kind in a processor that has several. */
export interface CoreType {
  readonly type: 'performance' | 'efficiency' | 'other'
  readonly cpus: readonly number[]
}

/** How the logical CPUs are arranged. */
export interface CpuTopology {
  readonly cpus: readonly LogicalCpu[]
  /** Sockets, cores and threads that are online. */
  readonly socketCount: number
  readonly coreCount: number
  readonly threadCount: number
  /** The most threads that a core has. */
  readonly threadsPerCore: number
  /** More than one entry on hybrid processors; none if the kernel does not tell cores apart. */
  readonly coreTypes: readonly CoreType[]
  readonly offline: readonly number[]
  /** CPUs that the scheduler leaves alone (`isolcpus=`). */
  readonly isolated: readonly number[]
  /** CPUs without a timer tick while they run one task (`nohz_full=`). */
  readonly tickless: readonly number[]
}

const base = '/sys/devices/system/cpu'
const attributes = ['online', 'topology/physical_package_id', 'topology/die_id', 'topology/core_id', 'topology/thread_siblings_list', 'cpu_capacity'] as const

/** The arrangement of CPUs from `/sys/devices/system/cpu` (Linux, `Documentation/admin-guide/cputopology.rst`). */
export async function readCpuTopology(fs: FileTree): Promise<CpuTopology> {
  const [names, nodeNames, lists] = await Promise.all([
    listNames(fs, base),
    listNames(fs, '/sys/devices/system/node'),
    readTexts(fs, [`${base}/online`, `${base}/isolated`, `${base}/nohz_full`, '/sys/devices/cpu_core/cpus', '/sys/devices/cpu_atom/cpus']),
  ])
  const [online, isolated, tickless, performance, efficiency] = lists.map(parseKernelList)
  const ids = names.flatMap((name) => toCount(/^cpu(\d{1,5})$/.exec(name)?.[1]) ?? []).sort((first, second) => first - second)
  const nodes = nodeNames.filter((name) => /^node\d{1,5}$/.test(name))
  const [cpuAttributes, nodeLists] = await Promise.all([
    readAttributesOf(
      fs,
      ids.map((id) => `${base}/cpu${id}`),
      attributes,
    ),
    readTexts(
      fs,
      nodes.map((node) => `/sys/devices/system/node/${node}/cpulist`),
    ),
  ])
  const nodeOf = new Map(nodes.flatMap((node, index) => parseKernelList(nodeLists[index]).map((cpu) => [cpu, Number(node.slice(4))] as const)))
  const onlineSet = new Set(online)
  const cpus = ids.map((id, index) => {
    const read = cpuAttributes[index]
    return defined({
      id,
      online: lists[0] === undefined ? read?.online !== '0' : onlineSet.has(id),
      socket: toCount(read?.['topology/physical_package_id']),
      die: toCount(read?.['topology/die_id']),
      core: toCount(read?.['topology/core_id']),
      siblings: parseKernelList(read?.['topology/thread_siblings_list']),
      node: nodeOf.get(id),
      capacity: toCount(read?.cpu_capacity),
    })
  })
  return { ...summariseTopology(cpus), coreTypes: coreTypes(cpus, performance ?? [], efficiency ?? []), isolated: isolated ?? [], tickless: tickless ?? [] }
}

/** What follows from the list of CPUs. */
export function summariseTopology(cpus: readonly LogicalCpu[]): Omit<CpuTopology, 'coreTypes' | 'isolated' | 'tickless'> {
  const online = cpus.filter((cpu) => cpu.online)
  // Arm kernels give every CPU of a board without firmware tables the package -1.
  const sockets = new Set(online.map((cpu) => cpu.socket ?? 0))
  const cores = new Set(online.map((cpu) => (cpu.siblings.length > 0 ? `${cpu.siblings[0]}` : `${cpu.socket ?? 0}/${cpu.die ?? 0}/${cpu.core ?? cpu.id}`)))
  return {
    cpus,
    socketCount: online.length === 0 ? 0 : sockets.size,
    coreCount: cores.size,
    threadCount: online.length,
    threadsPerCore: Math.max(online.length === 0 ? 0 : 1, ...online.map((cpu) => cpu.siblings.length)),
    offline: cpus.filter((cpu) => !cpu.online).map((cpu) => cpu.id),
  }
}

function coreTypes(cpus: readonly LogicalCpu[], performance: readonly number[], efficiency: readonly number[]): readonly CoreType[] {
  if (performance.length > 0 || efficiency.length > 0) {
    const types: readonly CoreType[] = [
      { type: 'performance', cpus: performance },
      { type: 'efficiency', cpus: efficiency },
    ]
    return types.filter((type) => type.cpus.length > 0)
  }
  const capacities = [...new Set(cpus.flatMap((cpu) => cpu.capacity ?? []))].sort((first, second) => second - first)
  if (capacities.length < 2) return []
  return capacities.map((capacity, index) => ({
    type: index === 0 ? 'performance' : index === capacities.length - 1 ? 'efficiency' : 'other',
    cpus: cpus.filter((cpu) => cpu.capacity === capacity).map((cpu) => cpu.id),
  }))
}
