import { suggest } from '@hostwright/core'
import type { Tunable, TunableGroup } from './tunable.ts'
import { audio } from './tunables/audio.ts'
import { blockQueue } from './tunables/block-queue.ts'
import { bridge } from './tunables/bridge.ts'
import { conntrack } from './tunables/conntrack.ts'
import { cpuFrequency } from './tunables/cpu-frequency.ts'
import { cpuIdle } from './tunables/cpu-idle.ts'
import { dirty } from './tunables/dirty.ts'
import { ethtool } from './tunables/ethtool.ts'
import { fs } from './tunables/fs.ts'
import { hugepages } from './tunables/hugepages.ts'
import { ipc } from './tunables/ipc.ts'
import { ipv4 } from './tunables/ipv4.ts'
import { ipv6 } from './tunables/ipv6.ts'
import { irq } from './tunables/irq.ts'
import { kernelSched } from './tunables/kernel-sched.ts'
import { kernel } from './tunables/kernel.ts'
import { ksm } from './tunables/ksm.ts'
import { mglru } from './tunables/mglru.ts'
import { namespaces } from './tunables/namespaces.ts'
import { neighbour } from './tunables/neighbour.ts'
import { netCore } from './tunables/net-core.ts'
import { netQueues } from './tunables/net-queues.ts'
import { numa } from './tunables/numa.ts'
import { nvme } from './tunables/nvme.ts'
import { pci } from './tunables/pci.ts'
import { power } from './tunables/power.ts'
import { misnomers, retired, type Misnomer } from './tunables/retired.ts'
import { sata } from './tunables/sata.ts'
import { security } from './tunables/security.ts'
import { smt } from './tunables/smt.ts'
import { tcp } from './tunables/tcp.ts'
import { thp } from './tunables/thp.ts'
import { udp } from './tunables/udp.ts'
import { usb } from './tunables/usb.ts'
import { vm } from './tunables/vm.ts'
import { wifi } from './tunables/wifi.ts'
import { workqueue } from './tunables/workqueue.ts'
import { zram } from './tunables/zram.ts'
import { zswap } from './tunables/zswap.ts'

export type { Misnomer } from './tunables/retired.ts'

/** Functions, so that importing the library does not build what may not be asked for. */
const groups: readonly (() => TunableGroup)[] = [
  vm,
  dirty,
  numa,
  hugepages,
  thp,
  ksm,
  mglru,
  zswap,
  zram,
  kernelSched,
  cpuFrequency,
  cpuIdle,
  smt,
  irq,
  workqueue,
  blockQueue,
  nvme,
  sata,
  pci,
  usb,
  audio,
  power,
  netCore,
  netQueues,
  ethtool,
  wifi,
  tcp,
  udp,
  ipv4,
  ipv6,
  neighbour,
  conntrack,
  bridge,
  fs,
  ipc,
  kernel,
  security,
  namespaces,
  retired,
]

/** The table, put together once, with its index by id, other name and sysctl path. */
interface Table {
  readonly all: readonly Tunable[]
  readonly byName: ReadonlyMap<string, Tunable>
  /** Those with `{…}` in the path. */
  readonly patterns: readonly Tunable[]
}

let table: Table | undefined

/** What is known of kernel and device tunables, the retired ones included; plain data, the same array each time. */
export function tunables(): readonly Tunable[] {
  return assembled().all
}

/** A tunable at one place: with the devices or interfaces that stand in its path. */
export interface TunableLocation {
  readonly tunable: Tunable
  /** The path with what the name says put in; where the name leaves devices open, `{…}` stays. */
  readonly path: string
  /** What stood for each `{…}`: `{ interface: 'eth0' }`. Empty if the tunable exists once, or if the name was the tunable's id. */
  readonly instance: Readonly<Record<string, string>>
}

/**
 * The tunable of an id, a sysctl name or a path, such as `vm.swappiness`, `vm/swappiness`, `thp.enabled`,
 * `net.ipv4.conf.eth0/100.rp_filter` (an interface called `eth0.100`) or `/sys/block/sda/queue/scheduler`; `undefined` if it is not known.
 */
export function findTunable(name: string): Tunable | undefined {
  return locateTunable(name)?.tunable
}

/** As {@link findTunable}, with the path and the instance that the name speaks of. */
export function locateTunable(name: string): TunableLocation | undefined {
  const { byName, patterns } = assembled()
  const direct = byName.get(name)
  if (direct !== undefined) return { tunable: direct, path: direct.path, instance: {} }
  const path = name.startsWith('/') || name.startsWith('command:') ? name : sysctlPath(name)
  if (path === undefined) return undefined
  const byPath = byName.get(path)
  if (byPath !== undefined) return { tunable: byPath, path: byPath.path, instance: {} }
  for (const tunable of patterns) {
    const instance = instanceOf(tunable.path, path)
    if (instance !== undefined) return { tunable, path, instance }
  }
  return undefined
}

/**
 * The file of a sysctl name. As in sysctl(8): the first `.` or `/` says which of the two separates, and the other one then stands for
 * itself, so that `net.ipv4.conf.eth0/100.rp_filter` and `net/ipv4/conf/eth0.100/rp_filter` are the same. `undefined` for what is no name.
 */
export function sysctlPath(name: string): string | undefined {
  const separator = /[./]/u.exec(name)?.[0]
  const relative = separator === '/' ? name : name.replaceAll(/[./]/gu, (character) => (character === '.' ? '/' : '.'))
  const parts = relative.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) return undefined
  return `/proc/sys/${relative}`
}

/** The sysctl name of a file below `/proc/sys`, or `undefined` for another path. */
export function sysctlName(path: string): string | undefined {
  const prefix = '/proc/sys/'
  if (!path.startsWith(prefix) || path.length === prefix.length) return undefined
  return path.slice(prefix.length).replaceAll(/[./]/gu, (character) => (character === '/' ? '.' : '/'))
}

/** What is meant by a name that people set although no kernel has ever had it. */
export function findMisnomer(name: string): Misnomer | undefined {
  const path = sysctlPath(name)
  const plain = path === undefined ? name : (sysctlName(path) ?? name)
  return misnomers.find((misnomer) => misnomer.name === plain)
}

/**
 * The id of the tunable that a mistyped name is closest to, or `undefined` if none is close. The last part decides, since long names
 * differ in little else: a slip in it below the same parent, the right one below another parent, or a slip in the parent.
 */
export function suggestTunable(name: string): string | undefined {
  const path = name.startsWith('/') ? undefined : sysctlPath(name)
  const plain = (path === undefined ? undefined : sysctlName(path)) ?? name
  const typed = splitName(plain.replace(/^(net\.ipv[46]\.(?:conf|neigh)\.)[^.]+\./u, '$1{interface}.'))
  const known = assembled().all.map(({ id }) => ({ id, ...splitName(id) }))
  const below = (parent: string): string | undefined => {
    const leaf = suggest(
      typed.leaf,
      known.filter((each) => each.parent === parent).map((each) => each.leaf),
    )
    return leaf === undefined ? undefined : `${parent}.${leaf}`
  }
  const elsewhere = known.filter((each) => each.leaf === typed.leaf).map((each) => each.id)
  const parent = suggest(typed.parent, new Set(known.map((each) => each.parent)))
  const found = below(typed.parent) ?? (elsewhere.length === 1 ? elsewhere[0] : suggest(plain, elsewhere)) ?? (parent === undefined ? undefined : below(parent))
  const device = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./u.exec(plain)?.[1]
  return device === undefined ? found : found?.replace('{interface}', device)
}

function splitName(name: string): { readonly parent: string; readonly leaf: string } {
  const dot = name.lastIndexOf('.')
  return { parent: name.slice(0, Math.max(dot, 0)), leaf: name.slice(dot + 1) }
}

function assembled(): Table {
  if (table !== undefined) return table
  const all = groups.flatMap((make) => {
    const { group, source, common, tunables: entries } = make()
    return entries.map((entry): Tunable => ({ source, ...common, ...entry, group, path: entry.path ?? `/proc/sys/${entry.id.replaceAll('.', '/')}` }))
  })
  const byName = new Map<string, Tunable>()
  for (const tunable of all) {
    byName.set(tunable.path, tunable)
    byName.set(tunable.id, tunable)
    for (const alias of tunable.aliases ?? []) {
      byName.set(alias, tunable)
      byName.set(`/proc/sys/${alias.replaceAll('.', '/')}`, tunable)
    }
  }
  table = { all, byName, patterns: all.filter((tunable) => tunable.path.includes('{')) }
  return table
}

/** What stands for each `{…}` of a pattern in a path, or `undefined` if the path is no such path. */
function instanceOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  if (!path.startsWith(pattern.slice(0, pattern.indexOf('{')))) return undefined
  const wanted = pattern.split('/')
  const parts = path.split('/')
  if (wanted.length !== parts.length) return undefined
  const instance: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const piece = wanted[index] ?? ''
    const open = piece.indexOf('{')
    if (open === -1) {
      if (piece !== part) return undefined
      continue
    }
    const close = piece.indexOf('}')
    const after = piece.slice(close + 1)
    const name = part.slice(open, part.length - after.length)
    if (name === '' || piece.slice(0, open) !== part.slice(0, open) || !part.endsWith(after)) return undefined
    instance[piece.slice(open + 1, close)] = name
  }
  return instance
}
