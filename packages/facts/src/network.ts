import { findLinkTarget, listNames, type FileTree } from '@hostwright/core'
import { interfaceType, type InterfaceType } from './interface-type.ts'
import { readAttributesOf } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { findLinkName, pciAddressOf } from './internal/device-path.ts'
import { toCount, toHexNumber } from './internal/number-text.ts'
import { parseUevent } from './internal/uevent.ts'

/** A network interface of the tree's network namespace. */
export interface NetworkInterface {
  readonly name: string
  readonly index?: number
  readonly type: InterfaceType
  /** Whether there is hardware, or a device of a virtual machine, behind it. */
  readonly physical: boolean
  readonly mac?: string
  readonly mtu?: number
  /** Whether it is switched on; `state` and `carrier` say whether it works. */
  readonly up?: boolean
  /** RFC 2863: `up`, `down`, `dormant`, `lowerlayerdown`, `unknown` … */
  readonly state?: string
  readonly carrier?: boolean
  /** Megabits a second; absent while there is no link. */
  readonly speedMbps?: number
  readonly duplex?: 'full' | 'half'
  readonly driver?: string
  /** What it is attached to: `pci`, `virtio`, `usb`, `sdio`, `platform`, `vmbus` … */
  readonly bus?: string
  /** Its address on that bus, such as `0000:03:00.0` or `virtio2`. */
  readonly busAddress?: string
  /** The PCI function it hangs on, directly or through another bus. */
  readonly pciAddress?: string
  readonly numaNode?: number
  /** The bridge, bond or VRF that it belongs to. */
  readonly master?: string
  /** Interfaces that it stands on (a VLAN's or a bond's), and those that stand on it. */
  readonly lower: readonly string[]
  readonly upper: readonly string[]
  readonly receiveQueues: number
  readonly transmitQueues: number
  readonly transmitQueueLength?: number
  /** Virtual functions: how many there are and how many there can be. */
  readonly virtualFunctions?: { readonly enabled: number; readonly total: number }
  readonly alias?: string
  /** How often the link came and went since boot. */
  readonly carrierChanges?: number
}

const attributes = [
  'ifindex',
  'iflink',
  'type',
  'address',
  'mtu',
  'flags',
  'operstate',
  'carrier',
  'speed',
  'duplex',
  'uevent',
  'tun_flags',
  'bridge/bridge_id',
  'bonding/mode',
  'phy80211/index',
  'ifalias',
  'tx_queue_len',
  'carrier_changes',
  'device/uevent',
  'device/numa_node',
  'device/sriov_numvfs',
  'device/sriov_totalvfs',
] as const

/** The network interfaces, by index. Source: Linux, `Documentation/ABI/testing/sysfs-class-net`. */
export async function readNetwork(fs: FileTree): Promise<readonly NetworkInterface[]> {
  // `bonding_masters` is a file among the interfaces.
  const names = (await listNames(fs, '/sys/class/net')).filter((name) => name !== 'bonding_masters')
  const directories = names.map((name) => `/sys/class/net/${name}`)
  const [read, links, inside, queues] = await Promise.all([
    readAttributesOf(fs, directories, attributes),
    Promise.all(directories.map((directory) => readLinks(fs, directory))),
    Promise.all(directories.map((directory) => listNames(fs, directory))),
    Promise.all(directories.map((directory) => listNames(fs, `${directory}/queues`))),
  ])
  const interfaces = names.flatMap((name, position) => {
    const own = read[position]
    const entries = inside[position] ?? []
    if (own === undefined || (own.ifindex === undefined && entries.length === 0)) return []
    const { device, driver, bus, master, self } = links[position] ?? {}
    const linked = (prefix: string): readonly string[] => entries.filter((entry) => entry.startsWith(prefix)).map((entry) => entry.slice(prefix.length))
    const physical = own['device/uevent'] !== undefined || device !== undefined
    const flags = toHexNumber(own.flags)
    const speed = toCount(own.speed)
    const lower = linked('lower_')
    const totalFunctions = toCount(own['device/sriov_totalvfs'])
    return [
      defined({
        name,
        index: toCount(own.ifindex),
        type: interfaceType({
          hardware: toCount(own.type),
          kind: parseUevent(own.uevent).get('DEVTYPE'),
          tunFlags: toHexNumber(own.tun_flags),
          isBridge: own['bridge/bridge_id'] !== undefined,
          isBond: own['bonding/mode'] !== undefined,
          isWireless: own['phy80211/index'] !== undefined,
          physical,
          // The other end of a veth pair is an interface that this one does not stand on.
          linkedElsewhere: own.iflink !== undefined && own.iflink !== own.ifindex && lower.length === 0,
          name,
        }),
        physical,
        mac: own.address,
        mtu: toCount(own.mtu),
        up: flags === undefined ? undefined : (flags & 1) === 1,
        state: own.operstate,
        carrier: own.carrier === undefined ? undefined : own.carrier === '1',
        // Some drivers say 4294967295 for "not known", cut off at 32 bits.
        speedMbps: speed === undefined || speed === 0 || speed >= 0x7fff_ffff ? undefined : speed,
        duplex: (['full', 'half'] as const).find((name) => name === own.duplex),
        driver: driver ?? parseUevent(own['device/uevent']).get('DRIVER'),
        bus,
        busAddress: device?.split('/').at(-1),
        pciAddress: pciAddressOf(self),
        numaNode: toCount(own['device/numa_node']),
        master,
        lower,
        upper: linked('upper_'),
        receiveQueues: queues[position]?.filter((queue) => queue.startsWith('rx-')).length ?? 0,
        transmitQueues: queues[position]?.filter((queue) => queue.startsWith('tx-')).length ?? 0,
        transmitQueueLength: toCount(own.tx_queue_len),
        virtualFunctions: totalFunctions === undefined ? undefined : { enabled: toCount(own['device/sriov_numvfs']) ?? 0, total: totalFunctions },
        alias: own.ifalias,
        carrierChanges: toCount(own.carrier_changes),
      }),
    ]
  })
  return interfaces.sort((first, second) => (first.index ?? 0) - (second.index ?? 0))
}

interface InterfaceLinks {
  readonly self: string | undefined
  readonly device: string | undefined
  readonly driver: string | undefined
  readonly bus: string | undefined
  readonly master: string | undefined
}

async function readLinks(fs: FileTree, directory: string): Promise<InterfaceLinks> {
  const [self, device, driver, bus, master] = await Promise.all([
    findLinkTarget(fs, directory),
    findLinkTarget(fs, `${directory}/device`),
    findLinkName(fs, `${directory}/device/driver`),
    findLinkName(fs, `${directory}/device/subsystem`),
    findLinkName(fs, `${directory}/master`),
  ])
  return { self, device, driver, bus, master }
}
