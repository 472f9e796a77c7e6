import { listNames, type FileTree } from '@hostwright/core'
import { readAttributesOf, readTexts } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'
import { parseSelection, toBoolean, toCount } from './internal/number-text.ts'
import { parseMeminfo } from './meminfo.ts'
import { parseSwaps, type SwapArea } from './swap-areas.ts'

/** Huge pages of one size that are set aside. */
export interface HugePagePool {
  readonly sizeBytes: number
  readonly total: number
  readonly free: number
  readonly reserved: number
  readonly surplus: number
}

/** A compressed block device in memory. */
export interface ZramDevice {
  readonly name: string
  /** How much can be written to it; 0 if it is not set up. */
  readonly diskBytes: number
  readonly algorithm?: string
  /** What was written, what that is compressed, and what it takes with its overhead. */
  readonly originalBytes?: number
  readonly compressedBytes?: number
  readonly memoryBytes?: number
}

/** Memory, swap and what compresses it. Sizes in bytes. */
export interface MemoryFacts {
  readonly totalBytes?: number
  readonly freeBytes?: number
  /** What new programs can have without swapping. */
  readonly availableBytes?: number
  readonly buffersBytes?: number
  readonly cachedBytes?: number
  readonly sharedBytes?: number
  readonly slabBytes?: number
  readonly dirtyBytes?: number
  readonly committedBytes?: number
  readonly commitLimitBytes?: number
  /** Memory that failed and was taken out of use. */
  readonly corruptedBytes?: number
  readonly hugePages: readonly HugePagePool[]
  readonly transparentHugePages?: { readonly enabled?: string; readonly defrag?: string; readonly shmem?: string }
  readonly swap: { readonly totalBytes?: number; readonly freeBytes?: number; readonly areas: readonly SwapArea[] }
  readonly zswap?: {
    readonly enabled: boolean
    readonly compressor?: string
    readonly maxPoolPercent?: number
    readonly poolBytes?: number
    readonly storedBytes?: number
  }
  readonly zram: readonly ZramDevice[]
  /** Multi-generational LRU: whether it is on. */
  readonly mglru?: boolean
  /** Merging of equal pages: whether it runs. */
  readonly ksm?: boolean
}

const paths = [
  '/proc/meminfo',
  '/proc/swaps',
  '/sys/kernel/mm/transparent_hugepage/enabled',
  '/sys/kernel/mm/transparent_hugepage/defrag',
  '/sys/kernel/mm/transparent_hugepage/shmem_enabled',
  '/sys/module/zswap/parameters/enabled',
  '/sys/module/zswap/parameters/compressor',
  '/sys/module/zswap/parameters/max_pool_percent',
  '/sys/kernel/mm/lru_gen/enabled',
  '/sys/kernel/mm/ksm/run',
]

/** Memory and swap as the kernel sees them. Sources: proc(5), `Documentation/admin-guide/mm/`, `blockdev/zram.rst`. */
export async function readMemory(fs: FileTree): Promise<MemoryFacts> {
  const [texts, hugePages, zram] = await Promise.all([readTexts(fs, paths), readHugePages(fs), readZram(fs)])
  const [meminfoText, swaps, thp, defrag, shmem, zswap, compressor, poolPercent, lruGen, ksm] = texts
  const meminfo = parseMeminfo(meminfoText ?? '')
  return defined({
    totalBytes: meminfo.get('MemTotal'),
    freeBytes: meminfo.get('MemFree'),
    availableBytes: meminfo.get('MemAvailable'),
    buffersBytes: meminfo.get('Buffers'),
    cachedBytes: meminfo.get('Cached'),
    sharedBytes: meminfo.get('Shmem'),
    slabBytes: meminfo.get('Slab'),
    dirtyBytes: meminfo.get('Dirty'),
    committedBytes: meminfo.get('Committed_AS'),
    commitLimitBytes: meminfo.get('CommitLimit'),
    corruptedBytes: meminfo.get('HardwareCorrupted'),
    hugePages,
    transparentHugePages: definedIfAny({
      enabled: parseSelection(thp).selected,
      defrag: parseSelection(defrag).selected,
      shmem: parseSelection(shmem).selected,
    }),
    swap: defined({ totalBytes: meminfo.get('SwapTotal'), freeBytes: meminfo.get('SwapFree'), areas: parseSwaps(swaps ?? '') }),
    zswap:
      zswap === undefined
        ? undefined
        : defined({
            enabled: toBoolean(zswap) === true,
            compressor,
            maxPoolPercent: toCount(poolPercent),
            poolBytes: meminfo.get('Zswap'),
            storedBytes: meminfo.get('Zswapped'),
          }),
    zram,
    mglru: lruGen === undefined ? undefined : !/^(?:0x0+|0|n)$/i.test(lruGen),
    ksm: ksm === undefined ? undefined : ksm === '1',
  })
}

async function readHugePages(fs: FileTree): Promise<readonly HugePagePool[]> {
  const base = '/sys/kernel/mm/hugepages'
  const names = (await listNames(fs, base)).filter((name) => /^hugepages-\d{1,12}kB$/.test(name))
  const pools = await readAttributesOf(
    fs,
    names.map((name) => `${base}/${name}`),
    ['nr_hugepages', 'free_hugepages', 'resv_hugepages', 'surplus_hugepages'],
  )
  return names
    .map((name, index) => ({
      sizeBytes: Number(name.slice('hugepages-'.length, -2)) * 1024,
      total: toCount(pools[index]?.nr_hugepages) ?? 0,
      free: toCount(pools[index]?.free_hugepages) ?? 0,
      reserved: toCount(pools[index]?.resv_hugepages) ?? 0,
      surplus: toCount(pools[index]?.surplus_hugepages) ?? 0,
    }))
    .sort((first, second) => first.sizeBytes - second.sizeBytes)
}

async function readZram(fs: FileTree): Promise<readonly ZramDevice[]> {
  const names = (await listNames(fs, '/sys/block')).filter((name) => /^zram\d+$/.test(name))
  const devices = await readAttributesOf(
    fs,
    names.map((name) => `/sys/block/${name}`),
    ['disksize', 'comp_algorithm', 'mm_stat'],
  )
  return names.map((name, index) => {
    const device = devices[index]
    const [original, compressed, memory] = device?.mm_stat?.split(/\s+/).map(toCount) ?? []
    return defined({
      name,
      diskBytes: toCount(device?.disksize) ?? 0,
      algorithm: parseSelection(device?.comp_algorithm).selected,
      originalBytes: original,
      compressedBytes: compressed,
      memoryBytes: memory,
    })
  })
}
