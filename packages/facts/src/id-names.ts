import { isHostwrightError, type FileTree } from '@hostwright/core'
import { openIdList, type IdList } from './id-list.ts'

/** Names out of a list of hardware numbers. All numbers are lower case hexadecimal, four digits or, for classes, two. */
export interface IdNames {
  vendor(vendorId: string): string | undefined
  device(vendorId: string, deviceId: string): string | undefined
  /** Of a card built around a PCI device. */
  subsystem(vendorId: string, deviceId: string, subVendorId: string, subDeviceId: string): string | undefined
  className(classId: string): string | undefined
  subclassName(classId: string, subclassId: string): string | undefined
}

const folders = ['/usr/share/misc', '/usr/share/hwdata', '/usr/share']

/**
 * The names that `pci.ids` or `usb.ids` has for the given vendors and classes, from the first place where the tree has the file; without it
 * every answer is `undefined`. Of 1.5 MB only the parts are read that hold these sections.
 */
export async function readIdNames(
  fs: FileTree,
  file: 'pci.ids' | 'usb.ids',
  wanted: { readonly vendors: Iterable<string>; readonly classes: Iterable<string> },
): Promise<IdNames> {
  const list = await findList(fs, file)
  const sections = new Map<string, string>()
  if (list !== undefined) {
    for (const start of new Set([...wanted.vendors, ...[...wanted.classes].map((id) => `C ${id}`)])) {
      const section = await list.readSection(`${start}  `)
      if (section !== undefined) sections.set(start, section)
    }
  }
  const section = (start: string): string => sections.get(start) ?? ''
  const device = (vendorId: string, deviceId: string): string | undefined => nameAfter(section(vendorId), `\t${deviceId}  `)
  return {
    vendor: (vendorId) => nameAfter(section(vendorId), `${vendorId}  `),
    device,
    subsystem(vendorId, deviceId, subVendorId, subDeviceId) {
      const own = section(vendorId)
      const from = own.indexOf(`\n\t${deviceId}  `)
      if (from === -1) return undefined
      const next = /\n\t[0-9a-f]{4} {2}/g
      next.lastIndex = from + 1
      const known = nameAfter(own.slice(from + 1, next.exec(own)?.index ?? own.length), `\t\t${subVendorId} ${subDeviceId}  `)
      // A card that carries the numbers of a chip, as virtio devices do.
      return known ?? device(subVendorId, subDeviceId)
    },
    className: (classId) => nameAfter(section(`C ${classId}`), `C ${classId}  `),
    subclassName: (classId, subclassId) => nameAfter(section(`C ${classId}`), `\t${subclassId}  `),
  }
}

async function findList(fs: FileTree, file: string): Promise<IdList | undefined> {
  for (const folder of folders) {
    try {
      return await openIdList(fs, `${folder}/${file}`)
    } catch (error) {
      if (!isHostwrightError(error, 'NOT_FOUND') && !isHostwrightError(error, 'PERMISSION_DENIED')) throw error
    }
  }
  return undefined
}

/** What follows `start` on the line that begins with it. */
function nameAfter(lines: string, start: string): string | undefined {
  const from = lines.startsWith(start) ? 0 : lines.indexOf(`\n${start}`) + 1
  if (from === 0 && !lines.startsWith(start)) return undefined
  return (
    lines
      .slice(from + start.length)
      .split('\n', 1)[0]
      ?.trim() || undefined
  )
}
