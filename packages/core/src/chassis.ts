import type { FileTree } from './file-tree.ts'
import type { MachineTraits } from './machine.ts'

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

/**
 * What kind of box a machine is, in the order of systemd's hostnamed: what the administrator says in `/etc/machine-info`,
 * virtualisation, DMI, ACPI, the device tree; then the battery.
 */
export async function readChassis(fs: FileTree, traits: Pick<MachineTraits, 'virtualisation' | 'battery'>): Promise<MachineTraits['chassis']> {
  const [machineInfo, smbios, acpi, tree, compatible, sysVendor] = await fs.readMany([
    '/etc/machine-info',
    '/sys/class/dmi/id/chassis_type',
    '/sys/firmware/acpi/pm_profile',
    '/proc/device-tree/chassis-type',
    '/proc/device-tree/compatible',
    '/sys/class/dmi/id/sys_vendor',
  ])
  const stated = /^CHASSIS=["']?([\w-]+)/m.exec(machineInfo ?? '')?.[1]
  const named = chassisNames.find((name) => name === stated)
  if (named !== undefined) return named
  if (traits.virtualisation.kind !== 'none') return traits.virtualisation.kind
  const fromTree = chassisNames.find((name) => name === tree?.replaceAll('\0', '').trim())
  const guess = smbiosChassis[Number(smbios?.trim() ?? Number.NaN)] ?? acpiChassis[Number(acpi?.trim() ?? Number.NaN)] ?? fromTree
  if (guess !== undefined) return guess
  if (compatible !== undefined && sysVendor === undefined) return traits.battery.present ? 'unknown' : 'embedded'
  return traits.battery.present ? 'laptop' : 'unknown'
}
