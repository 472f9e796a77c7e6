import type { FileTree } from '@hostwright/core'
import { defined } from './internal/defined.ts'

/** What udev knows of a block device beyond sysfs. */
export interface UdevRecord {
  readonly serialShort?: string
  readonly wwn?: string
  readonly contentType?: string
  readonly contentUuid?: string
  readonly contentLabel?: string
  readonly partitionUuid?: string
}

/**
 * udev's records of block devices, in the order of their numbers (`254:0`), `undefined` where it has none. The files are
 * `/run/udev/data/b254:0`; the lines with `E:` are properties.
 */
export async function readUdevRecords(fs: FileTree, numbers: readonly (string | undefined)[]): Promise<readonly (UdevRecord | undefined)[]> {
  const texts = await fs.readMany(numbers.map((number) => `/run/udev/data/b${number ?? ''}`))
  return texts.map((text) => {
    if (text === undefined) return undefined
    const property = (name: string): string | undefined => {
      const start = text.startsWith(`E:${name}=`) ? 0 : text.indexOf(`\nE:${name}=`) + 1
      if (start === 0 && !text.startsWith(`E:${name}=`)) return undefined
      return text.slice(start + name.length + 3).split('\n', 1)[0] || undefined
    }
    return defined({
      serialShort: property('ID_SERIAL_SHORT'),
      wwn: property('ID_WWN'),
      contentType: property('ID_FS_TYPE'),
      contentUuid: property('ID_FS_UUID'),
      contentLabel: property('ID_FS_LABEL'),
      partitionUuid: property('ID_PART_ENTRY_UUID'),
    })
  })
}
