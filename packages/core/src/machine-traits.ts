import { readArchitecture } from './architecture.ts'
import { readChassis } from './chassis.ts'
import type { FileTree } from './file-tree.ts'
import { listNames } from './file-tree-reading.ts'
import type { MachineTraits } from './machine.ts'
import { readDiskTraits } from './machine-traits-disks.ts'
import { readGpuVendors } from './machine-traits-gpus.ts'
import { readGuestsServed } from './machine-traits-guests.ts'
import { readVirtualisation } from './virtualisation.ts'

/**
 * The traits of a machine that more than one domain decides by, from `/proc` and `/sys` of a file tree. Starts no process.
 *
 * Never fails: what a tree does not have (a disk image has no `/proc`) gives zero, an empty list or `unknown`.
 */
export async function readMachineTraits(fs: FileTree): Promise<MachineTraits> {
  const [texts, architecture, virtualisation, disks, networkInterfaces, gpuVendors, battery, guestsServed] = await Promise.all([
    fs.readMany(['/proc/sys/kernel/osrelease', '/proc/meminfo', '/proc/cpuinfo', '/sys/devices/system/cpu/online', '/sys/devices/system/node/online']),
    readArchitecture(fs),
    readVirtualisation(fs),
    readDiskTraits(fs),
    readHardwareInterfaces(fs),
    readGpuVendors(fs),
    readBatteryTraits(fs),
    readGuestsServed(fs),
  ])
  const [release, meminfo, cpuinfo, online, nodes] = texts
  return {
    kernelRelease: release?.trim() ?? '',
    architecture,
    memoryBytes: kibibytes(meminfo, 'MemTotal'),
    swapBytes: kibibytes(meminfo, 'SwapTotal'),
    cpuCount: countList(online) || (cpuinfo?.match(/^processor\s*:/gm)?.length ?? 0),
    cpuVendor: cpuVendor(cpuinfo, architecture),
    numaNodeCount: countList(nodes) || 1,
    virtualisation,
    chassis: await readChassis(fs, { virtualisation, battery }),
    battery,
    gpuVendors,
    disks,
    networkInterfaces,
    guestsServed,
  }
}

/** A size in the form of `/proc/meminfo`, in bytes; 0 if it is not there. */
function kibibytes(meminfo: string | undefined, field: string): number {
  const digits = new RegExp(`^${field}:\\s+(\\d{1,12}) kB`, 'm').exec(meminfo ?? '')?.[1]
  return digits === undefined ? 0 : Number(digits) * 1024
}

/** How many numbers a kernel list such as `0-3,8` has. */
function countList(list: string | undefined): number {
  let count = 0
  for (const part of list?.trim().split(',') ?? []) {
    const [, first, last] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part) ?? []
    if (first !== undefined) count += Math.max(0, Number(last ?? first) - Number(first) + 1)
  }
  return count
}

function cpuVendor(cpuinfo: string | undefined, architecture: string): MachineTraits['cpuVendor'] {
  const id = /^vendor_id\s*:\s*(\S+)/m.exec(cpuinfo ?? '')?.[1]
  if (id === 'GenuineIntel') return 'intel'
  // Hygon's CPUs are licensed from AMD and driven by the same code.
  if (id === 'AuthenticAMD' || id === 'HygonGenuine') return 'amd'
  return architecture.startsWith('aarch64') || architecture.startsWith('arm') || /^CPU implementer\s*:/m.test(cpuinfo ?? '') ? 'arm' : 'other'
}

/** Interfaces that have a device: bridges, tunnels, veth and the loopback have none. */
async function readHardwareInterfaces(fs: FileTree): Promise<readonly string[]> {
  const names = await listNames(fs, '/sys/class/net')
  const devices = await fs.readMany(names.map((name) => `/sys/class/net/${name}/device/uevent`))
  return names.filter((_, index) => devices[index] !== undefined)
}

/** Whether the machine has a battery and runs on it. Those of mice and headsets, of the scope `Device`, do not count. */
export async function readBatteryTraits(fs: FileTree): Promise<MachineTraits['battery']> {
  const names = await listNames(fs, '/sys/class/power_supply')
  const attributes = ['type', 'scope', 'present', 'status']
  const texts = await fs.readMany(names.flatMap((name) => attributes.map((attribute) => `/sys/class/power_supply/${name}/${attribute}`)))
  let present = false
  let discharging = false
  for (const index of names.keys()) {
    const [type, scope, there, status] = texts.slice(index * attributes.length, (index + 1) * attributes.length).map((text) => text?.trim())
    if (type !== 'Battery' || scope === 'Device' || there === '0') continue
    present = true
    if (status === 'Discharging') discharging = true
  }
  return { present, discharging }
}
