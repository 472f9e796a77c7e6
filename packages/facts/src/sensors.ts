import { listNames, type FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { findLinkName } from './internal/device-path.ts'
import { scaled, toBoolean, toCount } from './internal/number-text.ts'
import { readThermalZones, type ThermalZone } from './thermal-zones.ts'

/** What a sensor measures. */
export type SensorKind = 'temperature' | 'fan' | 'voltage' | 'current' | 'power' | 'energy' | 'humidity' | 'frequency'

/** One reading, in degrees Celsius, revolutions a minute, volts, amperes, watts, joules, percent or megahertz. */
export interface SensorReading {
  readonly kind: SensorKind
  /** As the driver calls it, or the file's name, such as `temp1`. */
  readonly label: string
  /** Absent if the sensor gives none, which broken and empty ones do. */
  readonly value?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly critical?: number
  /** The chip's own judgement. */
  readonly alarm?: boolean
  /** The chip says that the sensor is broken. */
  readonly fault?: boolean
}

/** A monitoring chip. */
export interface SensorChip {
  /** `hwmon0` */
  readonly id: string
  /** `coretemp`, `k10temp`, `nvme`, `nct6798` … */
  readonly name: string
  /** The device that it belongs to, such as `nvme0`. */
  readonly device?: string
  readonly readings: readonly SensorReading[]
}

/** Everything that measures the machine itself. */
export interface SensorFacts {
  readonly chips: readonly SensorChip[]
  readonly thermalZones: readonly ThermalZone[]
}

/** Prefix of the files, kind, and how many of the file's units make one of ours (Linux, `Documentation/hwmon/sysfs-interface.rst`). */
const kinds: Readonly<Record<string, readonly [kind: SensorKind, divisor: number]>> = {
  temp: ['temperature', 1000],
  fan: ['fan', 1],
  in: ['voltage', 1000],
  curr: ['current', 1000],
  power: ['power', 1_000_000],
  energy: ['energy', 1_000_000],
  humidity: ['humidity', 1000],
  freq: ['frequency', 1_000_000],
}

/** The hardware monitoring chips and thermal zones. */
export async function readSensors(fs: FileTree): Promise<SensorFacts> {
  const ids = await listNames(fs, '/sys/class/hwmon')
  const [names, devices, files, thermalZones] = await Promise.all([
    readTexts(
      fs,
      ids.map((id) => `/sys/class/hwmon/${id}/name`),
    ),
    Promise.all(ids.map((id) => findLinkName(fs, `/sys/class/hwmon/${id}/device`))),
    Promise.all(ids.map((id) => listNames(fs, `/sys/class/hwmon/${id}`))),
    readThermalZones(fs),
  ])
  const chips = await Promise.all(
    ids.map(async (id, index) => {
      const readings = await readChip(fs, id, files[index] ?? [])
      return defined({ id, name: names[index] ?? id, device: devices[index], readings })
    }),
  )
  return { chips: chips.sort((first, second) => Number(first.id.slice(5)) - Number(second.id.slice(5))), thermalZones }
}

async function readChip(fs: FileTree, id: string, files: readonly string[]): Promise<readonly SensorReading[]> {
  const sensors = files
    .flatMap((file) => {
      const [, prefix, number, suffix] = /^([a-z]+)(\d{1,3})_(input|average)$/.exec(file) ?? []
      const kind = kinds[prefix ?? '']
      // Power meters that only average have no `input`.
      if (kind === undefined || (suffix === 'average' && (prefix !== 'power' || files.includes(`power${number}_input`)))) return []
      return [{ base: `${prefix}${number}`, file, kind: kind[0], divisor: kind[1], number: Number(number) }]
    })
    .sort((first, second) => (first.kind === second.kind ? first.number - second.number : first.kind < second.kind ? -1 : 1))
  const values = await readTexts(
    fs,
    sensors.map((sensor) => `/sys/class/hwmon/${id}/${sensor.file}`),
  )
  const suffixes = ['label', 'min', 'max', 'crit', 'alarm', 'crit_alarm', 'max_alarm', 'fault'] as const
  const details = await readTexts(
    fs,
    sensors.flatMap((sensor) => suffixes.map((suffix) => `/sys/class/hwmon/${id}/${sensor.base}_${suffix}`)),
  )
  return sensors.map((sensor, row) => {
    const [label, minimum, maximum, critical, alarm, criticalAlarm, maximumAlarm, fault] = details.slice(row * suffixes.length, (row + 1) * suffixes.length)
    const alarms = [alarm, criticalAlarm, maximumAlarm].map(toBoolean).filter((flag) => flag !== undefined)
    return defined({
      kind: sensor.kind,
      label: label ?? sensor.base,
      value: scaled(values[row], sensor.divisor),
      minimum: scaled(minimum, sensor.divisor),
      maximum: scaled(maximum, sensor.divisor),
      critical: scaled(critical, sensor.divisor),
      alarm: alarms.length === 0 ? undefined : alarms.includes(true),
      fault: toCount(fault) === undefined ? undefined : fault !== '0',
    })
  })
}
