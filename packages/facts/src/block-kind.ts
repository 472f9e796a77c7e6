/** What a block device is, in `lsblk`'s words where it has one. */
export type BlockKind =
  | 'disk'
  | 'part'
  | 'rom'
  | 'loop'
  | 'ram'
  | 'zram'
  | 'crypt'
  | 'lvm'
  | 'mpath'
  | 'dm'
  | 'raid'
  | 'bcache'
  | 'nbd'
  | 'rbd'
  | 'drbd'
  | 'zvol'
  | 'floppy'

interface KindSigns {
  readonly partition: string | undefined
  readonly mapperUuid: string | undefined
  readonly raidLevel: string | undefined
  /** The SCSI peripheral device type. */
  readonly scsiType: string | undefined
}

const byName: readonly (readonly [RegExp, BlockKind])[] = [
  [/^loop\d/, 'loop'],
  [/^zram\d/, 'zram'],
  [/^ram\d/, 'ram'],
  [/^sr\d/, 'rom'],
  [/^md(?:\d|_)/, 'raid'],
  [/^bcache\d/, 'bcache'],
  [/^nbd\d/, 'nbd'],
  [/^rbd\d/, 'rbd'],
  [/^drbd\d/, 'drbd'],
  [/^zd\d/, 'zvol'],
  [/^fd\d/, 'floppy'],
]

/** What a block device is, by its name and what sysfs says of it. The UUID of a device mapper device starts with its owner's name. */
export function blockKind(name: string, signs: KindSigns): BlockKind {
  if (signs.partition !== undefined) return 'part'
  if (/^dm-\d/.test(name)) {
    const owner = /^(CRYPT|LVM|mpath|part)/i.exec(signs.mapperUuid ?? '')?.[1]?.toLowerCase()
    if (owner === 'crypt' || owner === 'lvm' || owner === 'mpath' || owner === 'part') return owner
    return 'dm'
  }
  if (signs.raidLevel !== undefined) return 'raid'
  if (signs.scsiType === '5') return 'rom'
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? 'disk'
}
