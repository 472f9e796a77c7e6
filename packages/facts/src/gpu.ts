import { findLinkTarget, listNames, type FileTree } from '@hostwright/core'
import { gpuVendor, type GpuVendor } from './gpu-vendor.ts'
import { readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { pciAddressOf } from './internal/device-path.ts'
import { toCount } from './internal/number-text.ts'
import { parseUevent } from './internal/uevent.ts'
import { readPciOfClass, type PciDevice } from './pci.ts'

/** A socket for a display. */
export interface DisplayConnector {
  /** `HDMI-A-1`, `eDP-1` */
  readonly name: string
  readonly status: 'connected' | 'disconnected' | 'unknown'
  readonly enabled?: boolean
}

/** A display controller or graphics unit. */
export interface Gpu {
  readonly vendor: GpuVendor
  readonly name?: string
  /** Absent for units on a chip that are no PCI device. */
  readonly pciAddress?: string
  readonly vendorId?: string
  readonly deviceId?: string
  readonly driver?: string
  readonly driverVersion?: string
  /** `card0` and the like below `/dev/dri`. */
  readonly card?: string
  readonly renderNode?: string
  readonly connectors: readonly DisplayConnector[]
  /** Video memory, where the driver tells it by a file (amdgpu). */
  readonly memoryBytes?: number
  readonly bootDisplay?: boolean
  readonly numaNode?: number
  /** Of NVIDIA's own driver. */
  readonly uuid?: string
  readonly firmware?: string
}

/** The display controllers and graphics units: PCI devices of class 03 and what the kernel's DRM has besides. */
export async function readGpus(fs: FileTree): Promise<readonly Gpu[]> {
  const [controllers, drmNames] = await Promise.all([readPciOfClass(fs, '03'), listNames(fs, '/sys/class/drm')])
  const nodes = drmNames.filter((name) => /^(?:card|renderD)\d+$/.test(name))
  const connectorNames = drmNames.filter((name) => /^card\d+-/.test(name))
  const [links, uevents, connectorTexts] = await Promise.all([
    Promise.all(nodes.map((node) => findLinkTarget(fs, `/sys/class/drm/${node}`))),
    readTexts(
      fs,
      nodes.map((node) => `/sys/class/drm/${node}/device/uevent`),
    ),
    readTexts(
      fs,
      connectorNames.flatMap((name) => [`/sys/class/drm/${name}/status`, `/sys/class/drm/${name}/enabled`]),
    ),
  ])
  const connectors = connectorNames.map((name, index) => ({ name, ...connectorState(connectorTexts[index * 2], connectorTexts[index * 2 + 1]) }))
  const drm = nodes.map((node, index) => {
    const device = links[index]?.replace(/\/drm\/[^/]+$/, '') ?? node
    const uevent = parseUevent(uevents[index])
    const address = uevent.get('PCI_SLOT_NAME') ?? (/\/virtio\d+$|[.:][0-7]$/.test(device) ? pciAddressOf(device) : undefined)
    return { node, device, address, driver: uevent.get('DRIVER') }
  })
  const nodesOf = (belongs: (entry: (typeof drm)[number]) => boolean): Pick<Gpu, 'card' | 'renderNode' | 'connectors'> => {
    const card = drm.find((entry) => belongs(entry) && entry.node.startsWith('card'))?.node
    const renderNode = drm.find((entry) => belongs(entry) && entry.node.startsWith('renderD'))?.node
    const own = connectors.filter((entry) => card !== undefined && entry.name.startsWith(`${card}-`))
    return defined({ card, renderNode, connectors: own.map((entry) => ({ ...entry, name: entry.name.slice((card ?? '').length + 1) })) })
  }

  const onPci = await Promise.all(
    controllers.map((device) =>
      describePci(
        fs,
        device,
        nodesOf((entry) => entry.address === device.address),
      ),
    ),
  )
  const elsewhere = drm.filter((entry) => !controllers.some((device) => device.address === entry.address))
  const onChip = [...Map.groupBy(elsewhere, (entry) => entry.device)].map(([device, entries]) =>
    defined({
      vendor: gpuVendor(undefined, entries[0]?.driver),
      name: device.split('/').at(-1),
      driver: entries[0]?.driver,
      ...nodesOf((entry) => entry.device === device),
    }),
  )
  return [...onPci, ...onChip]
}

function connectorState(status: string | undefined, enabled: string | undefined): Omit<DisplayConnector, 'name'> {
  return defined({
    status: (['connected', 'disconnected', 'unknown'] as const).find((name) => name === status) ?? 'unknown',
    enabled: enabled === undefined ? undefined : enabled === 'enabled',
  })
}

async function describePci(fs: FileTree, device: PciDevice, nodes: Pick<Gpu, 'card' | 'renderNode' | 'connectors'>): Promise<Gpu> {
  const [memory, version, vbios, information] = await readTexts(fs, [
    `/sys/bus/pci/devices/${device.address}/mem_info_vram_total`,
    `/sys/module/${device.driver ?? ''}/version`,
    `/sys/bus/pci/devices/${device.address}/vbios_version`,
    `/proc/driver/nvidia/gpus/${device.address}/information`,
  ])
  const stated = (field: string): string | undefined => new RegExp(`^${field}:\\s*(.+)$`, 'm').exec(information ?? '')?.[1]?.trim()
  return defined({
    vendor: gpuVendor(device.vendorId, device.driver),
    name: stated('Model') ?? device.deviceName,
    pciAddress: device.address,
    vendorId: device.vendorId,
    deviceId: device.deviceId,
    driver: device.driver,
    driverVersion: version,
    ...nodes,
    memoryBytes: toCount(memory),
    bootDisplay: device.bootDisplay,
    numaNode: device.numaNode,
    uuid: stated('GPU UUID'),
    firmware: stated('Video BIOS') ?? vbios,
  })
}
