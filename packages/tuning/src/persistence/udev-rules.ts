import type { DeviceSelector } from '../profile.ts'
import type { PersistentValue } from './entry.ts'
import { reasonLines } from './managed-file.ts'

/**
 * The lines of a udev rules file (`man 7 udev`). Values that were asked for by kind of device become one rule that also
 * fits devices plugged in later; where devices got different values, each gets a rule of its own.
 */
export function renderUdevLines(values: readonly PersistentValue[]): string {
  const groups = new Map<string, PersistentValue[]>()
  for (const value of values) {
    const key = JSON.stringify([value.tunable?.id ?? value.path, value.on ?? null])
    groups.set(key, [...(groups.get(key) ?? []), value])
  }
  return [...groups.values()].map(renderGroup).join('')
}

function renderGroup(group: readonly PersistentValue[]): string {
  const first = group[0]
  if (first === undefined) return ''
  const same = group.every((each) => each.value === first.value) && first.tunable?.per === 'disk'
  const rules = same ? [rule(first, selectorMatches(first.on))] : group.map((each) => rule(each, [match('KERNEL', '==', [literalPattern(deviceOf(each))])]))
  return `${reasonLines(first.why, first.source)}${rules.join('')}`
}

function rule(value: PersistentValue, matches: readonly string[]): string {
  const { subsystem, attribute } = place(value.path)
  const kind = subsystem === 'block' ? ['ENV{DEVTYPE}=="disk"'] : []
  // The attribute is matched first so that devices without it (device mapper without a scheduler) are passed over silently.
  const there = `TEST=="${quote(attribute)}"`
  const words = ['ACTION=="add|change"', `SUBSYSTEM=="${subsystem}"`, ...kind, ...matches, there, `ATTR{${attribute}}="${quote(substitute(value.value))}"`]
  return `${words.join(', ')}\n`
}

function place(path: string): { subsystem: string; attribute: string } {
  const parts = path.split('/')
  const at = parts[2] === 'class' ? 4 : 3
  return { subsystem: parts[at - 1] ?? '', attribute: parts.slice(at + 1).join('/') }
}

function deviceOf(value: PersistentValue): string {
  const parts = value.path.split('/')
  return parts[parts[2] === 'class' ? 4 : 3] ?? value.instance ?? ''
}

/** The match keys of a selector. Transports are told by the kernel's name or by what `60-persistent-storage.rules` found. */
function selectorMatches(on: DeviceSelector = {}): readonly string[] {
  const matches: string[] = []
  const transports = on.transport ?? []
  const names = [...(on.names ?? []), ...(on.names === undefined ? transports.flatMap((transport) => transportNames[transport] ?? []) : [])]
  if (names.length > 0) matches.push(match('KERNEL', '==', names))
  else matches.push(match('KERNEL', '!=', ['loop*', 'ram*', 'zram*', 'dm-*', 'md*', 'sr*', 'fd*', 'nbd*']))
  if (on.notNames !== undefined && on.notNames.length > 0) matches.push(match('KERNEL', '!=', on.notNames))
  if (on.rotational !== undefined) matches.push(`ATTR{queue/rotational}=="${on.rotational ? '1' : '0'}"`)
  const buses = [...new Set(transports.flatMap((transport) => transportBuses[transport] ?? []))]
  if (buses.length > 0 && transports.every((transport) => transport in transportBuses)) matches.push(match('ENV{ID_BUS}', '==', buses))
  return matches
}

const transportNames: Readonly<Record<string, readonly string[]>> = {
  nvme: ['nvme*'],
  mmc: ['mmcblk*'],
  virtio: ['vd*'],
  xen: ['xvd*'],
  sata: ['sd*'],
  sas: ['sd*'],
  scsi: ['sd*'],
  usb: ['sd*'],
  ide: ['hd*'],
}

const transportBuses: Readonly<Record<string, readonly string[]>> = { sata: ['ata'], sas: ['scsi'], scsi: ['scsi'], usb: ['usb'] }

function match(key: string, operator: '==' | '!=', patterns: readonly string[]): string {
  return `${key}${operator}"${[...new Set(patterns)].map(quote).join('|')}"`
}

/** A device name as a pattern that matches only itself. */
function literalPattern(name: string): string {
  return name.replace(/[*?[|]/gu, '?')
}

function quote(text: string): string {
  return text.replaceAll('"', String.raw`\"`)
}

/** `$` and `%` start substitutions in assigned values. */
function substitute(value: string): string {
  return value.replaceAll('%', '%%').replaceAll('$', '$$$$')
}
