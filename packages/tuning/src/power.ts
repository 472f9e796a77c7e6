import type { FileTree } from '@hostwright/core'
import { listNames } from '@hostwright/core'

/** A part of a machine whose energy is counted: a CPU package, its cores, its memory. */
export interface EnergyDomain {
  /** The control zone: `intel-rapl:0`, `intel-rapl:0:1`. */
  readonly zone: string
  /** `package-0`, `core`, `dram`, `psys` … */
  readonly name: string
  /** Counts up in microjoules and starts again at 0 after `maxMicrojoules`. */
  readonly microjoules: number
  readonly maxMicrojoules: number
  /** Limits in watts, where the firmware has them. */
  readonly limits: readonly { readonly name: string; readonly watts: number; readonly windowSeconds?: number }[]
}

/** A battery. */
export interface BatteryReading {
  /** `BAT0` */
  readonly name: string
  /** As the kernel calls it: `Charging`, `Discharging`, `Full`, `Not charging`, `Unknown`. */
  readonly status: string
  readonly percent?: number
  /** What flows in or out, in watts; absent where the battery does not tell. */
  readonly watts?: number
  readonly energyWattHours?: number
  /** What it holds when full, now and when it was new. */
  readonly fullWattHours?: number
  readonly designWattHours?: number
  readonly cycles?: number
  /** Hours until empty or full at the present rate. */
  readonly hoursLeft?: number
}

/** A supply from outside. */
export interface SupplyReading {
  readonly name: string
  /** `Mains`, `USB`, `Wireless` … */
  readonly type: string
  readonly online: boolean
}

/** What a machine tells about its power. Lists are empty where there is nothing that tells. */
export interface PowerReading {
  /** When it was read, on a clock that only goes forward, in milliseconds. */
  readonly atMs: number
  readonly energy: readonly EnergyDomain[]
  readonly batteries: readonly BatteryReading[]
  readonly supplies: readonly SupplyReading[]
  /** What cannot be told and why, as sentences. */
  readonly gaps: readonly string[]
}

/** The average power of an energy domain between two readings. */
export interface DomainPower {
  readonly zone: string
  readonly name: string
  readonly joules: number
  readonly watts: number
}

const powercap = '/sys/class/powercap'
const supplyClass = '/sys/class/power_supply'

/**
 * Reads energy counters (RAPL through powercap) and power supplies. The counters are for root only on kernels since 5.10,
 * because they leak what a CPU works on (CVE-2020-8694).
 */
export async function readPower(fs: FileTree): Promise<PowerReading> {
  const gaps: string[] = []
  const [energy, supplies] = await Promise.all([readEnergy(fs, gaps), readSupplies(fs)])
  if (supplies.batteries.length === 0) gaps.push('There is no battery.')
  return { atMs: performance.now(), energy, ...supplies, gaps }
}

/** The power of each energy domain between two readings. A counter that started again in between is accounted for once. */
export function powerBetween(before: PowerReading, after: PowerReading): readonly DomainPower[] {
  const seconds = (after.atMs - before.atMs) / 1000
  if (!(seconds > 0)) throw new TypeError('powerBetween needs two readings, the earlier one first')
  return after.energy.flatMap((domain) => {
    const earlier = before.energy.find((each) => each.zone === domain.zone)
    if (earlier === undefined) return []
    const joules = microjoulesBetween(earlier.microjoules, domain.microjoules, domain.maxMicrojoules) / 1e6
    return [{ zone: domain.zone, name: domain.name, joules, watts: joules / seconds }]
  })
}

/** The difference of two readings of a counter that goes from its maximum to 0. */
export function microjoulesBetween(before: number, after: number, max: number): number {
  return after >= before ? after - before : max - before + after + 1
}

async function readEnergy(fs: FileTree, gaps: string[]): Promise<readonly EnergyDomain[]> {
  // `intel-rapl-mmio` counts the same package a second time.
  const zones = (await listNames(fs, powercap)).filter((name) => /^(?:intel|amd|arm)?-?rapl:\d+(?::\d+)*$/u.test(name))
  const fields = ['name', 'energy_uj', 'max_energy_range_uj']
  const constraints = [0, 1, 2].flatMap((index) => [`constraint_${index}_name`, `constraint_${index}_power_limit_uw`, `constraint_${index}_time_window_us`])
  const all = [...fields, ...constraints]
  const texts = await fs.readMany(zones.flatMap((zone) => all.map((field) => `${powercap}/${zone}/${field}`)))
  const domains: EnergyDomain[] = []
  for (const [index, zone] of zones.entries()) {
    const [name, energy, max, ...rest] = texts.slice(index * all.length, (index + 1) * all.length)
    const microjoules = number(energy)
    const maxMicrojoules = number(max)
    if (microjoules === undefined || maxMicrojoules === undefined) {
      gaps.push(`The energy counter of ${name?.trim() ?? zone} cannot be read: it is for root only.`)
      continue
    }
    const limits = [0, 1, 2].flatMap((constraint) => {
      const [label, limit, window] = rest.slice(constraint * 3, constraint * 3 + 3)
      const microwatts = number(limit)
      const microseconds = number(window)
      if (label === undefined || microwatts === undefined) return []
      return [{ name: label.trim(), watts: microwatts / 1e6, ...(microseconds === undefined ? {} : { windowSeconds: microseconds / 1e6 }) }]
    })
    domains.push({ zone, name: name?.trim() ?? zone, microjoules, maxMicrojoules, limits })
  }
  if (zones.length === 0) gaps.push('No energy counter (RAPL) is offered: the CPU has none, or this is a virtual machine.')
  return domains
}

async function readSupplies(fs: FileTree): Promise<{ batteries: readonly BatteryReading[]; supplies: readonly SupplyReading[] }> {
  const names = await listNames(fs, supplyClass)
  const texts = await fs.readMany(names.map((name) => `${supplyClass}/${name}/uevent`))
  const batteries: BatteryReading[] = []
  const supplies: SupplyReading[] = []
  for (const [index, name] of names.entries()) {
    const values = readUevent(texts[index] ?? '')
    const type = values.get('TYPE')
    if (type === 'Battery') {
      // Batteries of mice and headsets say `Device`.
      if (values.get('SCOPE') !== 'Device') batteries.push(readBattery(name, values))
    } else if (type !== undefined) supplies.push({ name, type, online: values.get('ONLINE') !== '0' && values.has('ONLINE') })
  }
  return { batteries, supplies }
}

/** A battery counts either energy (µWh, µW) or charge (µAh, µA); charge becomes energy through the voltage. */
function readBattery(name: string, values: ReadonlyMap<string, string>): BatteryReading {
  const volts = (number(values.get('VOLTAGE_MIN_DESIGN')) ?? number(values.get('VOLTAGE_NOW')) ?? 0) / 1e6
  const wattHours = (field: string): number | undefined => {
    const energy = number(values.get(`ENERGY_${field}`))
    if (energy !== undefined) return energy / 1e6
    const charge = number(values.get(`CHARGE_${field}`))
    return charge === undefined || volts === 0 ? undefined : (charge / 1e6) * volts
  }
  const power = number(values.get('POWER_NOW'))
  const current = number(values.get('CURRENT_NOW'))
  const nowVolts = (number(values.get('VOLTAGE_NOW')) ?? 0) / 1e6
  // Drivers disagree on the sign of the current while discharging.
  const watts = power !== undefined ? Math.abs(power) / 1e6 : current !== undefined && nowVolts > 0 ? (Math.abs(current) / 1e6) * nowVolts : undefined
  const energyWattHours = wattHours('NOW')
  const fullWattHours = wattHours('FULL')
  const status = values.get('STATUS') ?? 'Unknown'
  const missing =
    status === 'Discharging'
      ? energyWattHours
      : status === 'Charging' && energyWattHours !== undefined && fullWattHours !== undefined
        ? fullWattHours - energyWattHours
        : undefined
  const hoursLeft = missing !== undefined && watts !== undefined && watts > 0.1 ? missing / watts : undefined
  return {
    name,
    status,
    ...optional('percent', number(values.get('CAPACITY'))),
    ...optional('watts', watts),
    ...optional('energyWattHours', energyWattHours),
    ...optional('fullWattHours', fullWattHours),
    ...optional('designWattHours', wattHours('FULL_DESIGN')),
    ...optional('cycles', number(values.get('CYCLE_COUNT'))),
    ...optional('hoursLeft', hoursLeft),
  }
}

function readUevent(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^POWER_SUPPLY_([A-Z0-9_]+)=(.*)$/u.exec(line) ?? []
    if (key !== undefined && value !== undefined) values.set(key, value.trim())
  }
  return values
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*-?\d+\s*$/u.test(text)) return undefined
  return Number(text)
}

function optional<K extends string>(key: K, value: number | undefined): { readonly [key in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: number })
}
