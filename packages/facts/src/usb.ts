import { listNames, type FileTree } from '@hostwright/core'
import { readIdNames, type IdNames } from './id-names.ts'
import { readAttributesOf, type Attributes } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { findLinkName } from './internal/device-path.ts'
import { toCount, toNumber } from './internal/number-text.ts'

/** One function of a USB device. */
export interface UsbInterface {
  readonly number: number
  /** Two hexadecimal digits: `03` for input devices, `08` for storage … */
  readonly classId: string
  readonly driver?: string
}

/** A USB device with what is plugged into it. Numbers are lower case hexadecimal. */
export interface UsbDevice {
  /** `usb1` for a root hub, `1-1.4` for the device at port 4 of the hub at port 1 of bus 1. */
  readonly name: string
  readonly bus?: number
  readonly device?: number
  readonly vendorId: string
  readonly productId: string
  /** The device's own words, or what the tree's `usb.ids` says. */
  readonly manufacturer?: string
  readonly product?: string
  readonly serial?: string
  readonly classId?: string
  /** `2.00`, `3.20` */
  readonly usbVersion?: string
  readonly speedMbps?: number
  readonly maxPowerMilliamperes?: number
  readonly authorised?: boolean
  readonly interfaces: readonly UsbInterface[]
  readonly children: readonly UsbDevice[]
}

const base = '/sys/bus/usb/devices'
const attributes = [
  'busnum',
  'devnum',
  'idVendor',
  'idProduct',
  'manufacturer',
  'product',
  'serial',
  'bDeviceClass',
  'version',
  'speed',
  'bMaxPower',
  'authorized',
] as const

/** The USB devices as a tree below their root hubs. Source: `Documentation/ABI/testing/sysfs-bus-usb`. */
export async function readUsb(fs: FileTree): Promise<readonly UsbDevice[]> {
  const names = await listNames(fs, base)
  if (names.length === 0) return []
  const devices = names.filter((name) => /^(?:usb\d+|\d+-\d+(?:\.\d+)*)$/.test(name))
  const interfaceNames = names.filter((name) => /^\d+-\d+(?:\.\d+)*:\d+\.\d+$/.test(name))
  const [read, interfaces, drivers] = await Promise.all([
    readAttributesOf(
      fs,
      devices.map((name) => `${base}/${name}`),
      attributes,
    ),
    readAttributesOf(
      fs,
      interfaceNames.map((name) => `${base}/${name}`),
      ['bInterfaceNumber', 'bInterfaceClass'],
    ),
    Promise.all(interfaceNames.map((name) => findLinkName(fs, `${base}/${name}/driver`))),
  ])
  const ids = await readIdNames(fs, 'usb.ids', { vendors: read.flatMap((own) => own.idVendor ?? []), classes: [] })
  const interfacesOf = Map.groupBy(
    interfaceNames.map((name, index) => ({
      device: name.split(':', 1)[0] ?? '',
      used: defined({
        number: Number.parseInt(interfaces[index]?.bInterfaceNumber ?? '0', 16) || 0,
        classId: interfaces[index]?.bInterfaceClass ?? '00',
        driver: drivers[index],
      }),
    })),
    (entry) => entry.device,
  )
  const childrenOf = Map.groupBy(devices.keys(), (index) => parentOf(devices[index] ?? ''))
  // A child's name is longer than its parent's, so the recursion ends.
  const build = (parent: string): readonly UsbDevice[] =>
    (childrenOf.get(parent) ?? []).flatMap((index) => {
      const name = devices[index] ?? ''
      const own = read[index]
      if (own?.idVendor === undefined || own.idProduct === undefined) return []
      const used = (interfacesOf.get(name) ?? []).map((entry) => entry.used)
      return [describe(name, own, own.idVendor, own.idProduct, ids, used, build(name))]
    })
  return build('')
}

/** `1-1.4` hangs on `1-1`, that on `usb1`, and that on nothing. */
function parentOf(name: string): string {
  if (name.startsWith('usb')) return ''
  const dot = name.lastIndexOf('.')
  return dot === -1 ? `usb${name.split('-', 1)[0] ?? ''}` : name.slice(0, dot)
}

function describe(
  name: string,
  own: Attributes<(typeof attributes)[number]>,
  vendorId: string,
  productId: string,
  ids: IdNames,
  interfaces: readonly UsbInterface[],
  children: readonly UsbDevice[],
): UsbDevice {
  return defined({
    name,
    bus: toCount(own.busnum),
    device: toCount(own.devnum),
    vendorId,
    productId,
    manufacturer: own.manufacturer ?? ids.vendor(vendorId),
    product: own.product ?? ids.device(vendorId, productId),
    serial: own.serial,
    classId: own.bDeviceClass,
    usbVersion: own.version,
    speedMbps: toNumber(own.speed),
    maxPowerMilliamperes: toCount(/^(\d{1,5})mA$/.exec(own.bMaxPower ?? '')?.[1]),
    authorised: own.authorized === undefined ? undefined : own.authorized !== '0',
    interfaces,
    children,
  })
}
