import type { FileTree } from '@hostwright/core'
import { listNames, selectedWord } from '@hostwright/core'

/** A zram device as it is. */
export interface ZramDevice {
  /** `zram0` */
  readonly name: string
  /** Uncompressed size; 0: not set up. */
  readonly sizeBytes: number
  /** The compression algorithm in use. */
  readonly algorithm: string
  /** What the kernel offers. */
  readonly algorithms: readonly string[]
  /** Its place among the swap areas, if it is one. */
  readonly swap?: { readonly priority: number; readonly usedBytes: number }
  /** What is stored in it; absent before it is set up. */
  readonly usage?: { readonly dataBytes: number; readonly compressedBytes: number; readonly memoryBytes: number }
}

/** The zram devices of a system, by number. Reads attributes only: reading `hot_add` would create one. */
export async function listZramDevices(fs: FileTree): Promise<readonly ZramDevice[]> {
  const names = (await listNames(fs, '/sys/block')).filter((name) => /^zram\d+$/u.test(name)).toSorted((left, right) => zramNumber(left) - zramNumber(right))
  const attributes = ['disksize', 'comp_algorithm', 'mm_stat']
  const [swaps, ...texts] = await fs.readMany(['/proc/swaps', ...names.flatMap((name) => attributes.map((attribute) => `/sys/block/${name}/${attribute}`))])
  return names.map((name, index) => {
    const [size, algorithm, usage] = texts.slice(index * attributes.length, (index + 1) * attributes.length)
    const sizeBytes = Number(size?.trim() ?? 0)
    const [dataBytes, compressedBytes, memoryBytes] = (usage ?? '').trim().split(/\s+/u).map(Number)
    const swap = findSwap(swaps ?? '', `/dev/${name}`)
    return {
      name,
      sizeBytes,
      algorithm: selectedWord(algorithm ?? '') ?? '',
      algorithms: (algorithm ?? '')
        .replace(/[[\]]/gu, '')
        .split(/\s+/u)
        .filter((word) => word !== ''),
      ...(swap === undefined ? {} : { swap }),
      ...(sizeBytes > 0 && dataBytes !== undefined && compressedBytes !== undefined && memoryBytes !== undefined
        ? { usage: { dataBytes, compressedBytes, memoryBytes } }
        : {}),
    }
  })
}

/** 7 of `zram7`. */
export function zramNumber(name: string): number {
  return Number(name.slice('zram'.length))
}

function findSwap(swaps: string, device: string): ZramDevice['swap'] | undefined {
  for (const line of swaps.split('\n')) {
    const [name, , , used, priority] = line.trim().split(/\s+/u)
    if (name === device) return { priority: Number(priority), usedBytes: Number(used) * 1024 }
  }
  return undefined
}
