import { diskTransport, findLinkTarget, listNames, type DiskTraits, type FileTree } from '@hostwright/core'
import { blockKind, type BlockKind } from './block-kind.ts'
import { readUdevRecords, type UdevRecord } from './block-udev.ts'
import { readAttributesOf, readTexts, type Attributes } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'
import { pciAddressOf } from './internal/device-path.ts'
import { parseSelection, toBoolean, toCount } from './internal/number-text.ts'
import { parseMountinfo } from './mountinfo.ts'
import { parseSwaps } from './swap-areas.ts'

/** A block device with what stands on it: partitions, and the devices that are made of it. */
export interface BlockDevice {
  /** The kernel's name with `/` where sysfs has `!`: `nvme0n1`, `cciss/c0d0`. */
  readonly name: string
  readonly kind: BlockKind
  readonly major?: number
  readonly minor?: number
  readonly sizeBytes: number
  readonly readOnly?: boolean
  readonly removable?: boolean
  readonly rotational?: boolean
  readonly transport?: DiskTraits['transport']
  readonly model?: string
  readonly vendor?: string
  readonly serial?: string
  readonly revision?: string
  /** World Wide Name, EUI or UUID that stays the same wherever the device is attached. */
  readonly wwn?: string
  readonly pciAddress?: string
  readonly queue?: BlockQueue
  /** A partition's place on its disk. */
  readonly partition?: { readonly number?: number; readonly startBytes?: number; readonly name?: string; readonly uuid?: string }
  /** A device mapper device's own name and UUID. */
  readonly mapper?: { readonly name?: string; readonly uuid?: string }
  readonly loop?: { readonly backingFile?: string; readonly offsetBytes?: number }
  readonly raid?: { readonly level?: string; readonly state?: string; readonly disks?: number; readonly missing?: number; readonly sync?: string }
  /** What udev found on it. */
  readonly content?: { readonly type?: string; readonly uuid?: string; readonly label?: string }
  /** Where it is mounted. */
  readonly mountPoints: readonly string[]
  readonly children: readonly BlockDevice[]
}

/** How the kernel feeds a device. */
export interface BlockQueue {
  readonly scheduler?: string
  readonly schedulers: readonly string[]
  readonly requests?: number
  readonly readAheadBytes?: number
  readonly logicalSectorBytes?: number
  readonly physicalSectorBytes?: number
  readonly minimumIoBytes?: number
  readonly optimalIoBytes?: number
  /** Granularity and limit of discards; both 0 where the device has none. */
  readonly discardGranularityBytes?: number
  readonly discardMaxBytes?: number
  readonly writeCache?: string
  readonly zoned?: string
  readonly dax?: boolean
}

const attributes = [
  'dev',
  'size',
  'ro',
  'removable',
  'hidden',
  'partition',
  'start',
  'uevent',
  'dm/name',
  'dm/uuid',
  'loop/backing_file',
  'loop/offset',
  'md/level',
  'md/array_state',
  'md/raid_disks',
  'md/degraded',
  'md/sync_action',
  'serial',
  'wwid',
  'device/type',
  'device/model',
  'device/vendor',
  'device/rev',
  'device/serial',
  'device/firmware_rev',
  'device/wwid',
  'device/name',
  'device/vpd_pg80',
  'queue/rotational',
  'queue/scheduler',
  'queue/nr_requests',
  'queue/read_ahead_kb',
  'queue/logical_block_size',
  'queue/physical_block_size',
  'queue/minimum_io_size',
  'queue/optimal_io_size',
  'queue/discard_granularity',
  'queue/discard_max_bytes',
  'queue/write_cache',
  'queue/zoned',
  'queue/dax',
] as const

interface Found {
  readonly sysfsName: string
  readonly device: Omit<BlockDevice, 'children'>
  readonly hidden: boolean
  readonly below: readonly string[]
  readonly parent: string | undefined
}

/**
 * The block devices as a tree, as `lsblk` shows it: disks first, below each its partitions, and below those what is made of them.
 * A device on several others (RAID, a volume over two disks) stands below each. RAM disks, loop and compressed devices that are not set up,
 * and hidden paths of a multipath device are left out.
 *
 * Sources: `Documentation/ABI/stable/sysfs-block`, `/run/udev/data`, proc(5).
 */
export async function readBlock(fs: FileTree): Promise<readonly BlockDevice[]> {
  const all = await listNames(fs, '/sys/class/block')
  const sizes = await fs.readMany(all.map((name) => `/sys/class/block/${name}/size`))
  const names = all.filter((name, index) => !/^(?:loop|ram|zram|nbd|fd)\d/.test(name) || (sizes[index]?.trim() !== '0' && !/^ram\d/.test(name)))
  const directories = names.map((name) => `/sys/class/block/${name}`)
  const [read, links, holders, [mountinfo, swaps]] = await Promise.all([
    readAttributesOf(fs, directories, attributes),
    Promise.all(directories.map((directory) => findLinkTarget(fs, directory))),
    Promise.all(directories.map((directory) => listNames(fs, `${directory}/holders`))),
    readTexts(fs, ['/proc/self/mountinfo', '/proc/swaps']),
  ])
  const udev = await readUdevRecords(
    fs,
    read.map((device) => device.dev),
  )
  const mounts = mountPointsByDevice(mountinfo ?? '', swaps ?? '')
  const found = new Map<string, Found>()
  for (const [index, name] of names.entries()) {
    const own = read[index]
    if (own === undefined || own.size === undefined) continue
    const link = links[index] ?? ''
    const keys = [own.dev ?? '', `/dev/${name.replaceAll('!', '/')}`, `/dev/mapper/${own['dm/name'] ?? ''}`]
    const mountPoints = [...new Set(keys.flatMap((key) => [...(mounts.get(key) ?? [])]))]
    found.set(name, {
      sysfsName: name,
      device: describe(name, own, link, udev[index], mountPoints),
      hidden: own.hidden === '1',
      below: holders[index] ?? [],
      // A partition's directory lies in its disk's.
      parent: own.partition === undefined ? undefined : (link.split('/').at(-2) ?? parentByName(name, names)),
    })
  }
  return assemble(found)
}

/** Deeper stacks than this do not come up; a loop in a broken tree ends here. */
const maxDepth = 12

function assemble(found: ReadonlyMap<string, Found>): readonly BlockDevice[] {
  const partitions = Map.groupBy(found.values(), (device) => device.parent)
  const held = new Set([...found.values()].flatMap((device) => device.below))
  const build = (device: Found, depth: number): BlockDevice => {
    const above = depth >= maxDepth ? [] : [...(partitions.get(device.sysfsName) ?? []), ...device.below.flatMap((name) => found.get(name) ?? [])]
    return { ...device.device, children: above.map((child) => build(child, depth + 1)) }
  }
  return [...found.values()]
    .filter(({ sysfsName, parent, hidden }) => (parent === undefined || !found.has(parent)) && !held.has(sysfsName) && !hidden)
    .map((device) => build(device, 0))
}

function describe(
  name: string,
  own: Attributes<(typeof attributes)[number]>,
  link: string,
  udev: UdevRecord | undefined,
  mountPoints: readonly string[],
): Omit<BlockDevice, 'children'> {
  const kind = blockKind(name, { partition: own.partition, mapperUuid: own['dm/uuid'], raidLevel: own['md/level'], scsiType: own['device/type'] })
  const [major, minor] = own.dev?.split(':').map(toCount) ?? []
  const isDisk = kind === 'disk' || kind === 'rom'
  const sectors = toCount(own.size) ?? 0
  const start = toCount(own.start)
  return defined({
    name: name.replaceAll('!', '/'),
    kind,
    major,
    minor,
    sizeBytes: sectors * 512,
    readOnly: toBoolean(own.ro),
    removable: toBoolean(own.removable),
    rotational: toBoolean(own['queue/rotational']),
    transport: isDisk ? diskTransport(name, `${link}/`) : undefined,
    model: own['device/model'] ?? (isDisk && name.startsWith('mmcblk') ? own['device/name'] : undefined),
    // Virtio disks have the PCI vendor's number here, which is none of the disk.
    vendor: own['device/vendor']?.startsWith('0x') === true ? undefined : own['device/vendor'],
    serial: udev?.serialShort ?? own.serial ?? own['device/serial'] ?? unitSerial(own['device/vpd_pg80']),
    revision: own['device/rev'] ?? own['device/firmware_rev'],
    wwn: udev?.wwn ?? own.wwid ?? own['device/wwid'],
    pciAddress: isDisk ? pciAddressOf(link) : undefined,
    queue: own['queue/logical_block_size'] === undefined ? undefined : describeQueue(own),
    partition:
      own.partition === undefined
        ? undefined
        : defined({
            number: toCount(own.partition),
            startBytes: start === undefined ? undefined : start * 512,
            name: /^PARTNAME=(.+)$/m.exec(own.uevent ?? '')?.[1],
            uuid: udev?.partitionUuid ?? /^PARTUUID=(.+)$/m.exec(own.uevent ?? '')?.[1],
          }),
    mapper: definedIfAny({ name: own['dm/name'], uuid: own['dm/uuid'] }),
    loop: definedIfAny({ backingFile: own['loop/backing_file'], offsetBytes: toCount(own['loop/offset']) }),
    raid: definedIfAny({
      level: own['md/level'],
      state: own['md/array_state'],
      disks: toCount(own['md/raid_disks']),
      missing: toCount(own['md/degraded']),
      sync: own['md/sync_action'],
    }),
    content: definedIfAny({ type: udev?.contentType, uuid: udev?.contentUuid, label: udev?.contentLabel }),
    mountPoints,
  })
}

function describeQueue(own: Attributes<(typeof attributes)[number]>): BlockQueue {
  const scheduler = parseSelection(own['queue/scheduler'])
  const readAhead = toCount(own['queue/read_ahead_kb'])
  return defined({
    // Devices that cannot have one show `none` without brackets.
    scheduler: scheduler.selected ?? scheduler.choices[0],
    schedulers: scheduler.choices,
    requests: toCount(own['queue/nr_requests']),
    readAheadBytes: readAhead === undefined ? undefined : readAhead * 1024,
    logicalSectorBytes: toCount(own['queue/logical_block_size']),
    physicalSectorBytes: toCount(own['queue/physical_block_size']),
    minimumIoBytes: toCount(own['queue/minimum_io_size']),
    optimalIoBytes: toCount(own['queue/optimal_io_size']),
    discardGranularityBytes: toCount(own['queue/discard_granularity']),
    discardMaxBytes: toCount(own['queue/discard_max_bytes']),
    writeCache: own['queue/write_cache'],
    zoned: own['queue/zoned'],
    dax: toBoolean(own['queue/dax']),
  })
}

/** SCSI page 0x80: after a header of four bytes stands the serial number. */
function unitSerial(page: string | undefined): string | undefined {
  const at = page?.indexOf('\udc80') ?? -1
  if (page === undefined || at === -1) return undefined
  const serial = page.slice(at + 3).replaceAll(/[^\x21-\x7e]+/g, '')
  return serial === '' ? undefined : serial
}

function parentByName(name: string, names: readonly string[]): string | undefined {
  return names.findLast((other) => other !== name && name.startsWith(other))
}

/** Mount points by device number and by the path that was mounted: btrfs mounts under a number of its own. Swap areas too, as `lsblk` has them. */
function mountPointsByDevice(mountinfo: string, swaps: string): ReadonlyMap<string, ReadonlySet<string>> {
  const points = new Map<string, Set<string>>()
  const add = (key: string, point: string): void => {
    points.set(key, (points.get(key) ?? new Set()).add(point))
  }
  for (const mount of parseMountinfo(mountinfo)) {
    add(`${mount.major}:${mount.minor}`, mount.mountPoint)
    if (mount.source.startsWith('/dev/')) add(mount.source, mount.mountPoint)
  }
  for (const area of parseSwaps(swaps)) add(area.path, '[SWAP]')
  return points
}
