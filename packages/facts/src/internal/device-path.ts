import { findLinkTarget, type FileTree } from '@hostwright/core'

/** The last name of where a link points: a device's driver, bus or master; `undefined` without the link. */
export async function findLinkName(fs: FileTree, path: string): Promise<string | undefined> {
  return (await findLinkTarget(fs, path))?.replace(/\/+$/, '').split('/').at(-1)
}

/** The innermost PCI address (`0000:00:1f.2`) of a device path, such as that behind `/sys/class/net/eth0`. */
export function pciAddressOf(devicePath: string | undefined): string | undefined {
  return devicePath?.match(/[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?=\/|$)/g)?.at(-1)
}
