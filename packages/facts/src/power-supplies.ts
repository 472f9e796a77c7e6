import { listNames, type FileTree } from '@hostwright/core'
import { readAttributesOf, type Attributes } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'
import { scaled, toBoolean, toCount } from './internal/number-text.ts'

/** A battery of the machine, or of a device that talks to it. */
export interface Battery {
  readonly name: string
  /** `device`: of a mouse, headset or pen, not of the machine. */
  readonly scope: 'system' | 'device'
  /** `charging`, `discharging`, `full`, `not charging`, `unknown` */
  readonly status?: string
  readonly chargePercent?: number
  /** In watt-hours; where the battery counts charge, computed with its design voltage. */
  readonly energy?: { readonly nowWh?: number; readonly fullWh?: number; readonly designWh?: number }
  /** How much of the designed capacity is lost; 0 for a new battery. */
  readonly wearPercent?: number
  readonly powerWatts?: number
  readonly voltage?: number
  readonly cycleCount?: number
  readonly technology?: string
  readonly manufacturer?: string
  readonly model?: string
  readonly serial?: string
  /** Where charging starts and stops, if the machine can be told. */
  readonly thresholds?: { readonly startPercent?: number; readonly stopPercent?: number }
}

/** A power supply that is no battery. */
export interface PowerAdapter {
  readonly name: string
  readonly type: 'mains' | 'usb' | 'ups' | 'wireless' | 'other'
  readonly online?: boolean
}

/** Batteries and what charges them. */
export interface PowerSupplyFacts {
  readonly batteries: readonly Battery[]
  readonly adapters: readonly PowerAdapter[]
  /** Whether the machine runs from its battery now; absent without a battery of its own. */
  readonly onBattery?: boolean
}

const base = '/sys/class/power_supply'
const attributes = [
  'type',
  'scope',
  'present',
  'online',
  'status',
  'capacity',
  'energy_now',
  'energy_full',
  'energy_full_design',
  'charge_now',
  'charge_full',
  'charge_full_design',
  'voltage_now',
  'voltage_min_design',
  'power_now',
  'current_now',
  'cycle_count',
  'technology',
  'manufacturer',
  'model_name',
  'serial_number',
  'charge_control_start_threshold',
  'charge_control_end_threshold',
] as const

const adapterTypes: Readonly<Record<string, PowerAdapter['type']>> = { Mains: 'mains', USB: 'usb', UPS: 'ups', Wireless: 'wireless' }

/** Batteries and adapters. Source: `Documentation/ABI/testing/sysfs-class-power`; values there are in millionths. */
export async function readPowerSupplies(fs: FileTree): Promise<PowerSupplyFacts> {
  const names = await listNames(fs, base)
  const supplies = await readAttributesOf(
    fs,
    names.map((name) => `${base}/${name}`),
    attributes,
  )
  const batteries: Battery[] = []
  const adapters: PowerAdapter[] = []
  for (const [index, name] of names.entries()) {
    const own = supplies[index]
    if (own?.type === undefined || own.present === '0') continue
    if (own.type === 'Battery') batteries.push(describeBattery(name, own))
    else adapters.push(defined({ name, type: adapterTypes[own.type] ?? 'other', online: toBoolean(own.online === '2' ? '1' : own.online) }))
  }
  const ownBatteries = batteries.filter((battery) => battery.scope === 'system')
  return defined({
    batteries,
    adapters,
    onBattery: ownBatteries.length === 0 ? undefined : ownBatteries.some((battery) => battery.status === 'discharging'),
  })
}

function describeBattery(name: string, own: Attributes<(typeof attributes)[number]>): Battery {
  // Charge times design voltage is how UPower compares such batteries as well.
  const voltage = scaled(own.voltage_min_design, 1_000_000) ?? scaled(own.voltage_now, 1_000_000)
  const energy = (energyText: string | undefined, chargeText: string | undefined): number | undefined => {
    const direct = scaled(energyText, 1_000_000)
    if (direct !== undefined) return direct
    const charge = scaled(chargeText, 1_000_000)
    return charge === undefined || voltage === undefined ? undefined : round(charge * voltage)
  }
  const fullWh = energy(own.energy_full, own.charge_full)
  const designWh = energy(own.energy_full_design, own.charge_full_design)
  const amperes = scaled(own.current_now, 1_000_000)
  const volts = scaled(own.voltage_now, 1_000_000)
  const watts = scaled(own.power_now, 1_000_000) ?? (amperes === undefined || volts === undefined ? undefined : amperes * volts)
  return defined({
    name,
    scope: own.scope === 'Device' ? 'device' : 'system',
    status: own.status?.toLowerCase(),
    chargePercent: toCount(own.capacity),
    energy: definedIfAny({ nowWh: energy(own.energy_now, own.charge_now), fullWh, designWh }),
    wearPercent: fullWh === undefined || designWh === undefined || designWh <= 0 ? undefined : Math.max(0, round((1 - fullWh / designWh) * 100)),
    // Some drivers give a negative current while discharging.
    powerWatts: watts === undefined ? undefined : round(Math.abs(watts)),
    voltage: volts,
    // 0 is what batteries say that do not count.
    cycleCount: toCount(own.cycle_count) || undefined,
    technology: own.technology === 'Unknown' ? undefined : own.technology,
    manufacturer: own.manufacturer,
    model: own.model_name,
    serial: own.serial_number,
    thresholds: definedIfAny({ startPercent: toCount(own.charge_control_start_threshold), stopPercent: toCount(own.charge_control_end_threshold) }),
  }) as Battery
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
