import { readArchitecture } from './architecture.ts'
import type { FileTree } from './file-tree.ts'
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
    fs.readMany([
      '/proc/sys/kernel/osrelease',
      '/proc/meminfo',
      '/proc/cpuinfo',
      '/sys/devices/system/cpu/online',
      '/sys/devices/system/node/online',
      '/etc/machine-info',
      '/sys/class/dmi/id/chassis_type',
      '/sys/firmware/acpi/pm_profile',
      '/proc/device-tree/chassis-type',
      '/proc/device-tree/compatible',
      '/sys/class/dmi/id/sys_vendor',
    ]),
    readArchitecture(fs),
    readVirtualisation(fs),
    readDiskTraits(fs),
    readHardwareInterfaces(fs),
    readGpuVendors(fs),
    readBattery(fs),
    readGuestsServed(fs),
  ])
  const [release, meminfo, cpuinfo, online, nodes, machineInfo, chassisType, powerProfile, treeChassis, treeCompatible, sysVendor] = texts
  return {
    kernelRelease: release?.trim() ?? '',
    architecture,
    memoryBytes: kibibytes(meminfo, 'MemTotal'),
    swapBytes: kibibytes(meminfo, 'SwapTotal'),
    cpuCount: countList(online) || (cpuinfo?.match(/^processor\s*:/gm)?.length ?? 0),
    cpuVendor: cpuVendor(cpuinfo, architecture),
    numaNodeCount: countList(nodes) || 1,
    virtualisation,
    chassis: chooseChassis({
      stated: /^CHASSIS=["']?([\w-]+)/m.exec(machineInfo ?? '')?.[1],
      virtualisation: virtualisation.kind,
      smbios: Number(chassisType?.trim() ?? Number.NaN),
      acpi: Number(powerProfile?.trim() ?? Number.NaN),
      tree: treeChassis?.replaceAll('\0', '').trim(),
      battery: battery.present,
      board: treeCompatible !== undefined && sysVendor === undefined,
    }),
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
  const names = await fs.list('/sys/class/net').then(
    (entries) => entries.map((entry) => entry.name),
    () => [],
  )
  const devices = await fs.readMany(names.map((name) => `/sys/class/net/${name}/device/uevent`))
  return names.filter((_, index) => devices[index] !== undefined)
}

/** Batteries of the machine; those of mice and headsets have the scope `Device`. */
async function readBattery(fs: FileTree): Promise<MachineTraits['battery']> {
  const names = await fs.list('/sys/class/power_supply').then(
    (entries) => entries.map((entry) => entry.name),
    () => [],
  )
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

interface ChassisSigns {
  readonly stated: string | undefined
  readonly virtualisation: MachineTraits['virtualisation']['kind']
  readonly smbios: number
  readonly acpi: number
  readonly tree: string | undefined
  readonly battery: boolean
  readonly board: boolean
}

const chassisNames = ['desktop', 'laptop', 'convertible', 'tablet', 'handset', 'server', 'embedded', 'vm', 'container'] as const

/** DMTF DSP0134 (SMBIOS), 7.4.1: System Enclosure or Chassis Types. */
const smbiosChassis: Readonly<Record<number, MachineTraits['chassis']>> = {
  3: 'desktop',
  4: 'desktop',
  5: 'desktop',
  6: 'desktop',
  7: 'desktop',
  8: 'laptop',
  9: 'laptop',
  10: 'laptop',
  11: 'handset',
  13: 'desktop',
  14: 'laptop',
  15: 'desktop',
  16: 'desktop',
  17: 'server',
  23: 'server',
  25: 'server',
  28: 'server',
  29: 'server',
  30: 'tablet',
  31: 'convertible',
  32: 'convertible',
  33: 'embedded',
  34: 'embedded',
  35: 'desktop',
  36: 'desktop',
}

/** ACPI, 5.2.9: Preferred_PM_Profile of the FADT. */
const acpiChassis: Readonly<Record<number, MachineTraits['chassis']>> = {
  1: 'desktop',
  2: 'laptop',
  3: 'desktop',
  4: 'server',
  5: 'server',
  6: 'desktop',
  7: 'server',
  8: 'tablet',
}

/** In the order of systemd's hostnamed: what the administrator says, virtualisation, DMI, ACPI, device tree; then the battery. */
function chooseChassis(signs: ChassisSigns): MachineTraits['chassis'] {
  const stated = chassisNames.find((name) => name === signs.stated)
  if (stated !== undefined) return stated
  if (signs.virtualisation !== 'none') return signs.virtualisation
  const fromTree = chassisNames.find((name) => name === signs.tree)
  const guess = smbiosChassis[signs.smbios] ?? acpiChassis[signs.acpi] ?? fromTree
  if (guess !== undefined) return guess
  if (signs.board) return signs.battery ? 'unknown' : 'embedded'
  return signs.battery ? 'laptop' : 'unknown'
}
