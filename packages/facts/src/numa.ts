import { listNames, type FileTree } from '@hostwright/core'
import { readAttributesOf } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { parseKernelList, toCount } from './internal/number-text.ts'
import { parseMeminfo } from './meminfo.ts'

/** One NUMA node: CPUs and the memory that is near to them. */
export interface NumaNode {
  readonly id: number
  /** Empty for a node that has only memory, such as CXL or persistent memory. */
  readonly cpus: readonly number[]
  readonly totalBytes?: number
  readonly freeBytes?: number
  /** Relative cost of reaching each node, in the order of the nodes; 10 is the node itself. */
  readonly distances: readonly number[]
}

const base = '/sys/devices/system/node'

/** The NUMA nodes that are online, by number; empty where the kernel has no NUMA support. Linux, `Documentation/ABI/stable/sysfs-devices-node`. */
export async function readNuma(fs: FileTree): Promise<readonly NumaNode[]> {
  const ids = (await listNames(fs, base)).flatMap((name) => toCount(/^node(\d{1,5})$/.exec(name)?.[1]) ?? []).sort((first, second) => first - second)
  const nodes = await readAttributesOf(
    fs,
    ids.map((id) => `${base}/node${id}`),
    ['cpulist', 'meminfo', 'distance'],
  )
  return ids.map((id, index) => {
    const meminfo = parseMeminfo(nodes[index]?.meminfo ?? '')
    return defined({
      id,
      cpus: parseKernelList(nodes[index]?.cpulist),
      totalBytes: meminfo.get('MemTotal'),
      freeBytes: meminfo.get('MemFree'),
      distances: (nodes[index]?.distance?.split(/\s+/) ?? []).flatMap((text) => toCount(text) ?? []),
    })
  })
}
