import type { FileTree } from '@hostwright/core'
import { readAttributesOf } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { parseKernelList, toCount } from './internal/number-text.ts'

/** All caches of one level and type. */
export interface CpuCache {
  /** `L1d`, `L1i`, `L2`, `L3` */
  readonly name: string
  readonly level: number
  readonly type: 'data' | 'instruction' | 'unified'
  /** Of one cache; where they differ (hybrid processors), of the largest. */
  readonly sizeBytes: number
  readonly instanceCount: number
  readonly totalBytes: number
  readonly ways?: number
  readonly sets?: number
  readonly lineBytes?: number
  /** Which CPUs share each instance. */
  readonly sharedBy: readonly (readonly number[])[]
}

/** Caches beyond index 7 do not exist on any machine so far. */
const indexes = [0, 1, 2, 3, 4, 5, 6, 7]
const attributes = ['level', 'type', 'size', 'shared_cpu_list', 'ways_of_associativity', 'number_of_sets', 'coherency_line_size'] as const
const types: Readonly<Record<string, CpuCache['type']>> = { Data: 'data', Instruction: 'instruction', Unified: 'unified' }

/**
 * The caches of the given CPUs, by level (Linux, `Documentation/ABI/testing/sysfs-devices-system-cpu`).
 *
 * @param cpus - One CPU of each core; threads of a core share its caches.
 */
export async function readCpuCaches(fs: FileTree, cpus: readonly number[]): Promise<readonly CpuCache[]> {
  const present = await fs.readMany(indexes.map((index) => `/sys/devices/system/cpu/cpu${cpus[0] ?? 0}/cache/index${index}/level`))
  const used = indexes.filter((index) => present[index] !== undefined)
  const directories = cpus.flatMap((cpu) => used.map((index) => `/sys/devices/system/cpu/cpu${cpu}/cache/index${index}`))
  const groups = new Map<string, { readonly cache: Omit<CpuCache, 'instanceCount' | 'totalBytes' | 'sharedBy'>; readonly instances: Map<string, number> }>()
  for (const read of await readAttributesOf(fs, directories, attributes)) {
    const level = toCount(read.level)
    const type = types[read.type ?? '']
    const sizeBytes = parseSize(read.size)
    if (level === undefined || type === undefined || sizeBytes === undefined) continue
    const name = `L${level}${type === 'data' ? 'd' : type === 'instruction' ? 'i' : ''}`
    const found = groups.get(name)
    const shared = read.shared_cpu_list ?? ''
    if (found !== undefined && found.cache.sizeBytes >= sizeBytes) found.instances.set(shared, sizeBytes)
    else {
      const cache = defined({
        name,
        level,
        type,
        sizeBytes,
        ways: toCount(read.ways_of_associativity) || undefined,
        sets: toCount(read.number_of_sets) || undefined,
        lineBytes: toCount(read.coherency_line_size) || undefined,
      })
      groups.set(name, { cache, instances: (found?.instances ?? new Map<string, number>()).set(shared, sizeBytes) })
    }
  }
  return [...groups.values()]
    .map(({ cache, instances }) => ({
      ...cache,
      instanceCount: instances.size,
      totalBytes: [...instances.values()].reduce((sum, size) => sum + size, 0),
      sharedBy: [...instances.keys()].map(parseKernelList),
    }))
    .sort((first, second) => (first.name < second.name ? -1 : 1))
}

/** `48K`, `1M` */
function parseSize(text: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([KMG]?)$/.exec(text ?? '') ?? []
  if (digits === undefined) return undefined
  return Number(digits) * 1024 ** ({ K: 1, M: 2, G: 3 }[unit ?? ''] ?? 0)
}
