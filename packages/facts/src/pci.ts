import { listNames, type FileTree } from '@hostwright/core'
import { readIdNames } from './id-names.ts'
import { readAttributesOf } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'
import { findLinkName } from './internal/device-path.ts'
import { toCount, toHexNumber } from './internal/number-text.ts'

/** A function of a PCI device. Numbers are lower case hexadecimal without `0x`. */
export interface PciDevice {
  /** `domain:bus:device.function`, such as `0000:03:00.0`. */
  readonly address: string
  readonly vendorId: string
  readonly deviceId: string
  readonly subsystemVendorId?: string
  readonly subsystemDeviceId?: string
  /** Six digits: class, subclass, programming interface. */
  readonly classId: string
  readonly revision?: number
  /** From the tree's `pci.ids`, where it has one. */
  readonly vendorName?: string
  readonly deviceName?: string
  readonly subsystemName?: string
  /** Of the subclass, or of the class if that is not listed. */
  readonly className?: string
  readonly driver?: string
  readonly iommuGroup?: number
  readonly numaNode?: number
  readonly link?: { readonly speed?: string; readonly width?: number; readonly maxSpeed?: string; readonly maxWidth?: number }
  /** Whether the firmware used this display controller. */
  readonly bootDisplay?: boolean
  /** `D0`, `D3hot` … */
  readonly powerState?: string
  readonly virtualFunctions?: { readonly enabled: number; readonly total: number }
}

const base = '/sys/bus/pci/devices'
const attributes = [
  'vendor',
  'device',
  'subsystem_vendor',
  'subsystem_device',
  'class',
  'revision',
  'numa_node',
  'current_link_speed',
  'current_link_width',
  'max_link_speed',
  'max_link_width',
  'boot_vga',
  'power_state',
  'sriov_numvfs',
  'sriov_totalvfs',
] as const

/** The PCI devices, by address, with the names that the tree's `pci.ids` has for them. Source: `Documentation/ABI/testing/sysfs-bus-pci`. */
export async function readPci(fs: FileTree): Promise<readonly PciDevice[]> {
  return describePciDevices(fs, await listNames(fs, base))
}

/** The PCI devices whose class starts so, such as `03` for display controllers. */
export async function readPciOfClass(fs: FileTree, classStart: string): Promise<readonly PciDevice[]> {
  const addresses = await listNames(fs, base)
  const classes = await fs.readMany(addresses.map((address) => `${base}/${address}/class`))
  return describePciDevices(
    fs,
    addresses.filter((_, index) => classes[index]?.startsWith(`0x${classStart}`)),
  )
}

async function describePciDevices(fs: FileTree, addresses: readonly string[]): Promise<readonly PciDevice[]> {
  if (addresses.length === 0) return []
  const directories = addresses.map((address) => `${base}/${address}`)
  const [read, drivers, groups] = await Promise.all([
    readAttributesOf(fs, directories, attributes),
    Promise.all(directories.map((directory) => findLinkName(fs, `${directory}/driver`))),
    Promise.all(directories.map((directory) => findLinkName(fs, `${directory}/iommu_group`))),
  ])
  const names = await readIdNames(fs, 'pci.ids', {
    vendors: read.flatMap((own) => digits(own.vendor) ?? []),
    classes: read.flatMap((own) => digits(own.class)?.slice(0, 2) ?? []),
  })
  return addresses.flatMap((address, index) => {
    const own = read[index]
    const [vendorId, deviceId, classId] = [digits(own?.vendor), digits(own?.device), digits(own?.class)]
    if (own === undefined || vendorId === undefined || deviceId === undefined || classId === undefined) return []
    const [subVendor, subDevice] = [digits(own.subsystem_vendor), digits(own.subsystem_device)]
    const hasSubsystem = subVendor !== undefined && subDevice !== undefined && subVendor !== '0000'
    const totalFunctions = toCount(own.sriov_totalvfs)
    return [
      defined({
        address,
        vendorId,
        deviceId,
        subsystemVendorId: hasSubsystem ? subVendor : undefined,
        subsystemDeviceId: hasSubsystem ? subDevice : undefined,
        classId,
        revision: toHexNumber(own.revision),
        vendorName: names.vendor(vendorId),
        deviceName: names.device(vendorId, deviceId),
        subsystemName: hasSubsystem ? names.subsystem(vendorId, deviceId, subVendor, subDevice) : undefined,
        className: names.subclassName(classId.slice(0, 2), classId.slice(2, 4)) ?? names.className(classId.slice(0, 2)),
        driver: drivers[index],
        iommuGroup: toCount(groups[index]),
        numaNode: toCount(own.numa_node),
        link: definedIfAny({
          speed: known(own.current_link_speed),
          width: toCount(own.current_link_width) || undefined,
          maxSpeed: known(own.max_link_speed),
          // 255 stands for a width that the device does not tell.
          maxWidth: own.max_link_width === '255' ? undefined : toCount(own.max_link_width) || undefined,
        }),
        bootDisplay: own.boot_vga === undefined ? undefined : own.boot_vga === '1',
        powerState: known(own.power_state),
        virtualFunctions: totalFunctions === undefined ? undefined : { enabled: toCount(own.sriov_numvfs) ?? 0, total: totalFunctions },
      }),
    ]
  })
}

function digits(text: string | undefined): string | undefined {
  return /^0x([0-9a-f]{4,6})$/i.exec(text ?? '')?.[1]?.toLowerCase()
}

function known(text: string | undefined): string | undefined {
  return text === undefined || /^unknown/i.test(text) ? undefined : text
}
