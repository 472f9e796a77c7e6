import { listNames, type FileTree } from '@hostwright/core'
import { readAttributesOf, readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { scaled } from './internal/number-text.ts'

/** A temperature at which the kernel does something. */
export interface TripPoint {
  readonly type: string
  readonly celsius: number
}

/** A part of the machine that the kernel keeps from overheating. */
export interface ThermalZone {
  /** `thermal_zone0` */
  readonly id: string
  /** `x86_pkg_temp`, `acpitz`, `cpu-thermal` … */
  readonly type: string
  readonly celsius?: number
  readonly policy?: string
  readonly tripPoints: readonly TripPoint[]
}

const base = '/sys/class/thermal'

/** The thermal zones, by number. Source: `Documentation/driver-api/thermal/sysfs-api.rst`. */
export async function readThermalZones(fs: FileTree): Promise<readonly ThermalZone[]> {
  const ids = (await listNames(fs, base))
    .filter((name) => /^thermal_zone\d{1,4}$/.test(name))
    .sort((first, second) => Number(first.slice(12)) - Number(second.slice(12)))
  const [zones, files] = await Promise.all([
    readAttributesOf(
      fs,
      ids.map((id) => `${base}/${id}`),
      ['type', 'temp', 'policy'],
    ),
    Promise.all(ids.map((id) => listNames(fs, `${base}/${id}`))),
  ])
  return Promise.all(
    ids.map(async (id, index) => {
      const zone = zones[index]
      return defined({
        id,
        type: zone?.type ?? id,
        celsius: scaled(zone?.temp, 1000),
        policy: zone?.policy,
        tripPoints: await readTripPoints(fs, id, files[index] ?? []),
      })
    }),
  )
}

async function readTripPoints(fs: FileTree, id: string, files: readonly string[]): Promise<readonly TripPoint[]> {
  const numbers = files.flatMap((file) => /^trip_point_(\d{1,3})_temp$/.exec(file)?.[1] ?? []).sort((first, second) => Number(first) - Number(second))
  const texts = await readTexts(
    fs,
    numbers.flatMap((number) => [`${base}/${id}/trip_point_${number}_temp`, `${base}/${id}/trip_point_${number}_type`]),
  )
  return numbers.flatMap((_, index) => {
    const celsius = scaled(texts[index * 2], 1000)
    // Drivers give absolute zero and below for trip points that are not in use.
    return celsius === undefined || celsius < -270 ? [] : [{ type: texts[index * 2 + 1] ?? 'unknown', celsius }]
  })
}
