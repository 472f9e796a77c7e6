import { unescapeOctal } from './internal/number-text.ts'

/** A partition or file that the kernel swaps to. */
export interface SwapArea {
  readonly path: string
  readonly type: 'partition' | 'file'
  readonly sizeBytes: number
  readonly usedBytes: number
  /** The highest is used first. */
  readonly priority: number
}

/** The lines of `/proc/swaps`; lines of another form are left out. */
export function parseSwaps(text: string): readonly SwapArea[] {
  const areas: SwapArea[] = []
  for (const line of text.split('\n')) {
    const [, path, type, size, used, priority] = /^(\S+)\s+(partition|file)\s+(\d{1,12})\s+(\d{1,12})\s+(-?\d{1,6})\s*$/.exec(line) ?? []
    if (path === undefined || (type !== 'partition' && type !== 'file')) continue
    areas.push({ path: unescapeOctal(path), type, sizeBytes: Number(size) * 1024, usedBytes: Number(used) * 1024, priority: Number(priority) })
  }
  return areas
}
