import type { Finding } from '@hostwright/core'
import type { BlockDevice } from './block.ts'
import type { MountFacts } from './mounts.ts'
import type { NetworkInterface } from './network.ts'
import type { AccountFacts } from './users.ts'

/** Arrays that lack a disk, file systems that the kernel made read-only, and SSDs behind something that swallows discards. */
export function findDiskTrouble(devices: readonly BlockDevice[], mounts: MountFacts): readonly Finding[] {
  const findings: Finding[] = []
  const seen = new Set<string>()
  const visit = (device: BlockDevice, ssd: BlockDevice | undefined): void => {
    const below = device.kind === 'disk' && device.rotational === false && discards(device) ? device : ssd
    if (!seen.has(device.name)) {
      seen.add(device.name)
      findings.push(...arrayTrouble(device), ...discardTrouble(device, below))
    }
    for (const child of device.children) visit(child, below)
  }
  for (const device of devices) visit(device, undefined)
  return [...findings, ...readOnlyTrouble(mounts)]
}

function discards(device: BlockDevice): boolean {
  return (device.queue?.discardMaxBytes ?? 0) > 0
}

function arrayTrouble(device: BlockDevice): readonly Finding[] {
  const missing = device.raid?.missing ?? 0
  if (device.kind !== 'raid' || missing === 0) return []
  return [
    {
      id: 'facts/raid-degraded',
      domain: 'facts',
      severity: 'error',
      subject: device.name,
      message: `The array ${device.name} (${device.raid?.level ?? 'RAID'}) lacks ${missing} of ${device.raid?.disks ?? '?'} disks${device.raid?.sync === 'recover' ? ' and is being rebuilt' : ''}.`,
      evidence: [`/sys/block/${device.name}/md/degraded is ${missing}`],
      command: ['facts', 'block'],
    },
  ]
}

/** dm-crypt passes no discards on unless it is told to, so the SSD below never learns what is free. */
function discardTrouble(device: BlockDevice, ssd: BlockDevice | undefined): readonly Finding[] {
  if (device.kind !== 'crypt' || ssd === undefined || discards(device)) return []
  const name = device.mapper?.name ?? device.name
  return [
    {
      id: 'facts/ssd-without-discard',
      domain: 'facts',
      severity: 'info',
      subject: name,
      message: `The encrypted volume ${name} passes no discards on to the SSD ${ssd.name}, which slows down as it fills; allowing them tells which blocks are unused.`,
      evidence: [`/sys/block/${device.name}/queue/discard_max_bytes is 0, that of ${ssd.name} is ${ssd.queue?.discardMaxBytes ?? 0}`],
      command: ['facts', 'block'],
    },
  ]
}

/** `errors=remount-ro` took effect: the mount is still `rw`, the file system below is not, and fstab does not want it so. */
function readOnlyTrouble(mounts: MountFacts): readonly Finding[] {
  return mounts.mounted.flatMap((mount) => {
    const isDisk = mount.source.startsWith('/dev/') && !['iso9660', 'squashfs', 'erofs', 'udf'].includes(mount.type)
    if (!isDisk || !mount.options.includes('rw') || !mount.superOptions.includes('ro')) return []
    return [
      {
        id: 'facts/file-system-read-only',
        domain: 'facts',
        severity: 'error' as const,
        subject: mount.mountPoint,
        message: `The file system on ${mount.mountPoint} (${mount.source}) has become read-only, as after an error; the kernel log says why.`,
        evidence: [`/proc/self/mountinfo: the mount is rw, the file system ro`],
        command: ['facts', 'mounts'],
      },
    ]
  })
}

/** Links at half duplex: nearly always a failed negotiation. */
export function findNetworkTrouble(interfaces: readonly NetworkInterface[]): readonly Finding[] {
  return interfaces.flatMap((own) => {
    if (!own.physical || own.carrier !== true || own.duplex !== 'half') return []
    return [
      {
        id: 'facts/half-duplex',
        domain: 'facts',
        severity: 'warning' as const,
        subject: own.name,
        message: `${own.name} runs at half duplex${own.speedMbps === undefined ? '' : ` with ${own.speedMbps} Mbit/s`}: one end was probably set by hand, or the cable is bad.`,
        evidence: [`/sys/class/net/${own.name}/duplex is half`],
        command: ['facts', 'network'],
      },
    ]
  })
}

/** Further accounts with root's number, and lines that are no accounts. */
export function findAccountTrouble(accounts: AccountFacts): readonly Finding[] {
  const roots = accounts.users.filter((user) => user.uid === 0 && user.name !== 'root' && user.canLogin)
  return [
    ...roots.map((user) => ({
      id: 'facts/second-root',
      domain: 'facts',
      severity: 'warning' as const,
      subject: user.name,
      message: `The account ${user.name} has the user number 0, so it is root by another name, and can log in.`,
      evidence: [`/etc/passwd: ${user.name} has the number 0 and the shell ${user.shell}`],
      command: ['facts', 'users'],
    })),
    ...accounts.problems.map((problem) => ({
      id: 'facts/account-line',
      domain: 'facts',
      severity: 'warning' as const,
      subject: `${problem.file}:${problem.line}`,
      message: `Line ${problem.line} of ${problem.file} is no account: ${problem.message}.`,
      command: ['facts', 'users'],
    })),
  ]
}
