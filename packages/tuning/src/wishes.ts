import type { Host } from '@hostwright/core'
import { attributeEquals, isHostwrightError } from '@hostwright/core'
import { isKernelsAnswer } from './kernel-answers.ts'
import type { KernelAnswer } from './kernel-answers.ts'
import { belongsToNetworkNamespace, isNetworkNamespace } from './network-namespace.ts'
import { offeredValues, offeredValuesPath } from './offered-values.ts'
import type { SysctlOverrides } from './persistence/sysctl-order.ts'
import type { Setting } from './profile.ts'
import { findSettingPlaces } from './setting-places.ts'
import type { SettingPlace } from './setting-places.ts'
import { readCommandTunable } from './tunable-command.ts'
import { wantedValue } from './wanted-value.ts'
import type { WantedValue } from './wanted-value.ts'
import type { Wish } from './wish.ts'

/** What the evaluation of settings needs to know besides the settings. */
export interface WishContext {
  readonly answers?: readonly KernelAnswer[]
  /** What later configuration files set. */
  readonly overrides: SysctlOverrides
  /** Reads attributes in one round trip; `null` for what is missing or cannot be read. */
  readonly read: (paths: readonly string[]) => Promise<readonly (string | null)[]>
}

/** How a host stands towards settings: one wish for each attribute of each device, in the order in which they apply. */
export async function evaluateSettings(host: Host, settings: readonly Setting[], context: WishContext): Promise<readonly Wish[]> {
  const [namespace, places] = await Promise.all([isNetworkNamespace(host), findSettingPlaces(host, settings)])
  const foreign = (path: string): boolean => namespace && !belongsToNetworkNamespace(path)
  const paths = places.filter((place) => place.missing === undefined && !foreign(place.path) && place.path.startsWith('/')).map((place) => place.path)
  const lists = [...new Set(paths.map((path) => offeredValuesPath(path)).filter((path) => path !== undefined))]
  const [texts, [meminfo, ...listTexts]] = await Promise.all([context.read(paths), host.fs.readMany(['/proc/meminfo', ...lists])])
  const memoryBytes = Number(/^MemTotal:\s*(\d+)/mu.exec(meminfo ?? '')?.[1] ?? 0) * 1024
  const held = new Map(paths.map((path, index) => [path, texts[index] ?? null]))
  const offers = new Map(lists.map((path, index) => [path, listTexts[index]]))
  return Promise.all(
    places.map(async (place): Promise<Wish> => {
      if (foreign(place.path)) return toWish(place, { state: 'not in this namespace' })
      if (place.missing !== undefined) return toWish(place, place.missing)
      if (place.path.startsWith('command:')) return judgeCommand(host, place, memoryBytes)
      const have = held.get(place.path) ?? null
      if (have === null && namespace && place.tunable?.namespace !== 'network') return toWish(place, { state: 'not in this namespace' })
      if (have === null) return judgeMissing(host, place)
      const offered = offeredValues(place.tunable, have, offers.get(offeredValuesPath(place.path) ?? ''))
      return judge(host, place, have, wantedValue(place.setting.value, place.tunable, { have, offered, memoryBytes }), context)
    }),
  )
}

async function judge(host: Host, place: SettingPlace, have: string, wanted: WantedValue, context: WishContext): Promise<Wish> {
  const { tunable, path } = place
  const { want } = wanted
  if (wanted.kind === 'not offered') return toWish(place, { state: 'not offered', want, have, detail: `offered: ${wanted.offered.join(' ') || 'nothing'}` })
  const equal = attributeEquals(have, want, tunable?.readBack)
  const override = context.overrides.find(path)
  if (override !== undefined && wanted.kind === 'value' && !(override.value !== undefined && attributeEquals(override.value, want, tunable?.readBack))) {
    return toWish(place, { state: 'overridden', want, have, detail: `${override.file}:${override.line}` })
  }
  if (wanted.kind === 'within') return toWish(place, { state: 'ok', want, have, within: true })
  if (equal) return toWish(place, { state: 'ok', want, have })
  if (isKernelsAnswer(tunable, path, want, have, context.answers)) return toWish(place, { state: 'clamped by kernel', want, have })
  if (tunable?.readOnly === true || !(await isWritable(host, path))) return toWish(place, { state: 'read-only', want, have })
  return toWish(place, { state: 'differs', want, have })
}

/** Rings, offloads, power modes of drives: a program reads and sets them. */
async function judgeCommand(host: Host, place: SettingPlace, memoryBytes: number): Promise<Wish> {
  const { tunable, instance } = place
  if (tunable === undefined || instance === undefined) return toWish(place, { state: 'unknown tunable', detail: 'it is set by a program that is not known' })
  const reading = await readCommandTunable(host, tunable, instance)
  if (!reading.available) return toWish(place, { state: 'no such device', detail: reading.reason })
  const have = reading.value
  const wanted = wantedValue(place.setting.value, tunable, { have, offered: undefined, memoryBytes })
  if (wanted.kind === 'within') return toWish(place, { state: 'ok', want: wanted.want, have, within: true })
  return toWish(place, { state: have === wanted.want ? 'ok' : 'differs', want: wanted.want, have })
}

async function judgeMissing(host: Host, place: SettingPlace): Promise<Wish> {
  const { tunable, path } = place
  if (await host.fs.exists(path)) {
    return toWish(place, { state: 'unreadable', detail: tunable?.readBack === 'none' ? 'it can be written but not read back' : 'reading it was refused' })
  }
  if (tunable === undefined) return toWish(place, { state: 'unknown tunable', detail: 'nothing knows it' })
  if (tunable.module !== undefined) return toWish(place, { state: 'no such device', detail: `the module ${tunable.module} is not loaded` })
  if (tunable.hardware === true || tunable.per !== undefined)
    return toWish(place, { state: 'no such device', detail: 'the hardware or driver that has it is not here' })
  const reasons = [
    ...(tunable.since === undefined ? [] : [`since Linux ${tunable.since}`]),
    ...(tunable.until === undefined ? [] : [`until Linux ${tunable.until}`]),
    ...(tunable.movedTo === undefined ? [] : [`now ${tunable.movedTo}`]),
    ...(tunable.config === undefined ? [] : [`needs ${tunable.config}`]),
  ]
  return toWish(place, { state: 'not on this kernel', ...(reasons.length === 0 ? {} : { detail: reasons.join(', ') }) })
}

function toWish(place: SettingPlace, rest: Pick<Wish, 'state' | 'want' | 'have' | 'detail' | 'within'>): Wish {
  const { setting, tunable, id, path, instance } = place
  return { setting, tunable, id, path, ...(instance === undefined ? {} : { instance }), ...rest }
}

/** Attributes that the kernel refuses to everyone have no write permission: managed interrupts, sysctls of the first namespace. */
async function isWritable(host: Host, path: string): Promise<boolean> {
  try {
    return ((await host.fs.stat(path)).mode & 0o222) !== 0
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND')) return false
    throw error
  }
}
