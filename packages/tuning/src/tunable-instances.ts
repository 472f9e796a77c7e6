import { diskTransport, findLinkTarget, listNames, selectedWord, type FileTree } from '@hostwright/core'
import type { DeviceSelector } from './profile.ts'
import { matchesAny } from './shell-pattern.ts'
import type { InstanceKind, Tunable } from './tunable.ts'

/** One place where a tunable exists on a host. */
export interface TunableInstance {
  /** The device, interface, CPU …: `sda`, `cpu0/state2`, `eth0/rx-0`; empty where the tunable exists once. */
  readonly instance: string
  readonly path: string
}

/** A tunable's value at one place. */
export interface TunableReading extends TunableInstance {
  /** The attribute's text without the newline at its end; absent where it cannot be read. */
  readonly text?: string
  /** The value alone: of a list the word in brackets, of several words with one space between each. */
  readonly value?: string
}

/** What names stand for each kind, where a directory also holds others. */
const namesOf: Readonly<Record<InstanceKind, RegExp>> = {
  disk: /./u,
  interface: /./u,
  cpu: /^cpu\d+$/u,
  policy: /^policy\d+$/u,
  cpuidle: /^state\d+$/u,
  irq: /^\d+$/u,
  zram: /^zram\d+$/u,
  node: /^node\d+$/u,
  hugepage: /^\d+kB$/u,
  rxqueue: /^rx-\d+$/u,
  txqueue: /^tx-\d+$/u,
  scsihost: /^host\d+$/u,
  usb: /^[^:]+$/u,
  pci: /./u,
  package: /^(?:intel-rapl(?:-mmio)?:\d+|package_\d+_die_\d+|uncore\d+)$/u,
}

/** Block devices that hold no data by themselves: left out unless a pattern names them. */
const derivedDisk = /^(?:loop|ram|zram|dm-|md|sr|fd|nbd)\d/u

/**
 * Where a tunable exists on a host, in order of names. Without names in the selector, disks are those that hold data by themselves
 * (no loop, RAM, zram, device-mapper, RAID, CD or network block devices) and interfaces those with hardware behind them; the entries below
 * `/proc/sys/net/…/conf` are all taken, `all` and `default` included. A tunable that a program sets is listed for each device, whether or not
 * the program can.
 */
export async function tunableInstances(fs: FileTree, tunable: Tunable, selector: DeviceSelector = {}): Promise<readonly TunableInstance[]> {
  const command = tunable.path.startsWith('command:')
  if (!tunable.path.includes('{')) return (await fs.exists(tunable.path)) ? [{ instance: '', path: tunable.path }] : []
  const found = command ? await commandPlaces(fs, tunable) : await places(fs, tunable.path)
  const chosen: Place[] = []
  for (const place of found) if (await selected(fs, tunable, place, selector)) chosen.push(place)
  const there = command ? chosen.map(() => true) : await Promise.all(chosen.map((place) => fs.exists(place.path)))
  return chosen.filter((_, index) => there[index]).map(({ path, values }) => ({ instance: values.map(({ name }) => name).join('/'), path }))
}

/** A tunable's values on a host, read in one round trip. Those set by a program are not read here: see `readCommandTunable`. */
export async function readTunable(fs: FileTree, tunable: Tunable, selector: DeviceSelector = {}): Promise<readonly TunableReading[]> {
  if (tunable.path.startsWith('command:')) return []
  const instances = await tunableInstances(fs, tunable, selector)
  const texts = tunable.readBack === 'none' ? [] : await fs.readMany(instances.map(({ path }) => path))
  return instances.map((instance, index) => {
    const text = texts[index]?.replace(/\n$/u, '')
    return text === undefined ? instance : { ...instance, text, value: attributeValue(tunable, text) }
  })
}

/** The value in an attribute's text: of a list the word in brackets, else the words with one space between each. */
export function attributeValue(tunable: Tunable, text: string): string {
  const value = tunable.readBack === 'selection' ? (selectedWord(text) ?? text) : text
  return value.trim().split(/\s+/u).join(' ')
}

interface Place {
  readonly path: string
  readonly values: readonly { readonly kind: InstanceKind; readonly name: string }[]
}

async function places(fs: FileTree, path: string): Promise<readonly Place[]> {
  let found: readonly Place[] = [{ path: '', values: [] }]
  for (const part of path.split('/').slice(1)) {
    const placeholder = /^([^{]*)\{([a-z]+)\}([^}]*)$/u.exec(part)
    if (placeholder === null) {
      found = found.map((place) => ({ ...place, path: `${place.path}/${part}` }))
      continue
    }
    const [, before = '', kind = '', after = ''] = placeholder
    const lists = await Promise.all(found.map((place) => namesIn(fs, place.path)))
    found = found.flatMap((place, index) =>
      (lists[index] ?? []).flatMap((entry) => {
        if (!entry.startsWith(before) || !entry.endsWith(after)) return []
        const name = entry.slice(before.length, entry.length - after.length)
        const fits = namesOf[kind as InstanceKind].test(name)
        return fits ? [{ path: `${place.path}/${entry}`, values: [...place.values, { kind: kind as InstanceKind, name }] }] : []
      }),
    )
  }
  return found
}

async function commandPlaces(fs: FileTree, tunable: Tunable): Promise<readonly Place[]> {
  const kind = tunable.per ?? 'interface'
  const names = await namesIn(fs, kind === 'disk' ? '/sys/block' : '/sys/class/net')
  return names.map((name) => ({ path: tunable.path.replace(`{${kind}}`, name), values: [{ kind, name }] }))
}

/** The names in a directory in natural order: `cpu2` before `cpu10`. */
async function namesIn(fs: FileTree, path: string): Promise<readonly string[]> {
  // Intl.Collator would do it, but takes 7 ms to make.
  const keyed = (await listNames(fs, path)).map((name) => ({ name, key: name.replaceAll(/\d+/gu, (digits) => digits.padStart(20, '0')) }))
  return keyed.toSorted((left, right) => (left.key === right.key ? 0 : left.key < right.key ? -1 : 1)).map(({ name }) => name)
}

async function selected(fs: FileTree, tunable: Tunable, place: Place, selector: DeviceSelector): Promise<boolean> {
  const device = place.values[0]
  if (device === undefined) return false
  const label = place.values.map(({ name }) => name).join('/')
  const names = [label, ...place.values.map(({ name }) => name)]
  const { names: wanted, notNames: unwanted, rotational, transport } = selector
  if (wanted !== undefined && !names.some((name) => matchesAny(name, wanted))) return false
  if (unwanted !== undefined && names.some((name) => matchesAny(name, unwanted))) return false
  // A bare `*` asks for all devices of the usual sort; only a pattern with letters of its own names an unusual one.
  const named = wanted?.some((pattern) => /^[^*?[]/u.test(pattern) && names.some((name) => matchesAny(name, [pattern]))) === true
  if (device.kind === 'disk') {
    if (!named && derivedDisk.test(device.name)) return false
    const [[spins], link] = await Promise.all([
      rotational === undefined ? [] : fs.readMany([`/sys/block/${device.name}/queue/rotational`]),
      transport === undefined ? '' : findLinkTarget(fs, `/sys/block/${device.name}`),
    ])
    if (rotational !== undefined && spins?.trim() !== (rotational ? '1' : '0')) return false
    return transport === undefined || transport.includes(diskTransport(device.name, link ?? ''))
  }
  if (rotational !== undefined || transport !== undefined) return false
  if (device.kind === 'interface' && !tunable.path.startsWith('/proc/') && !named) return fs.exists(`/sys/class/net/${device.name}/device`)
  return true
}
