import type { FileTree } from './file-tree.ts'
import { findLinkTarget, listNames } from './file-tree-reading.ts'
import type { DiskTraits } from './machine.ts'

/** Stacked, virtual or optical devices, boot areas of eMMC, and the single paths below a multipath NVMe device. */
const notDisks = /^(?:loop|ram|zram|dm-|md|sr|fd|nbd|drbd|bcache|zd|mtdblock|nullb)\d|^mmcblk\d+(?:boot\d|rpmb)|^nvme\d+c\d+n\d/

/** The disks of a machine, sorted by name. A device without a size (an empty card reader) is left out. */
export async function readDiskTraits(fs: FileTree): Promise<readonly DiskTraits[]> {
  const names = (await listNames(fs, '/sys/block')).filter((name) => !notDisks.test(name))
  const attributes = ['size', 'queue/rotational', 'removable', 'hidden']
  const [texts, links] = await Promise.all([
    fs.readMany(names.flatMap((name) => attributes.map((attribute) => `/sys/block/${name}/${attribute}`))),
    Promise.all(names.map((name) => findLinkTarget(fs, `/sys/block/${name}`))),
  ])
  const disks: DiskTraits[] = []
  for (const [index, name] of names.entries()) {
    const [size, rotational, removable, hidden] = texts.slice(index * attributes.length, (index + 1) * attributes.length).map((text) => text?.trim())
    // Linux counts in units of 512 bytes, whatever the sector size is.
    const sizeBytes = Number(/^\d{1,15}$/.exec(size ?? '')?.[0] ?? 0) * 512
    if (sizeBytes === 0 || hidden === '1') continue
    disks.push({ name, rotational: rotational === '1', transport: diskTransport(name, links[index] ?? ''), sizeBytes, removable: removable === '1' })
  }
  return disks
}

/**
 * How a disk is attached.
 *
 * @param name - Its kernel name, such as `sda`.
 * @param devicePath - Where `/sys/block/<name>` points, such as `../devices/pci0000:00/0000:00:17.0/ata1/host0/…/block/sda`.
 */
export function diskTransport(name: string, devicePath: string): DiskTraits['transport'] {
  if (/^nvme\d/.test(name)) return 'nvme'
  if (/^mmcblk\d/.test(name)) return 'mmc'
  if (/\/usb\d+\//.test(devicePath)) return 'usb'
  if (/\/virtio\d+\//.test(devicePath) || /^vd[a-z]/.test(name)) return 'virtio'
  if (/\/vbd-\d+\//.test(devicePath) || /^xvd[a-z]/.test(name)) return 'xen'
  if (/\/ata\d+\//.test(devicePath)) return 'sata'
  if (/\/end_device-\d/.test(devicePath)) return 'sas'
  if (/\/ide\d+\//.test(devicePath) || /^hd[a-z]/.test(name)) return 'ide'
  if (/\/host\d+\//.test(devicePath)) return 'scsi'
  return 'unknown'
}
