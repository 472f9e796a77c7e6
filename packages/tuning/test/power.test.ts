import { describe, expect, it } from 'vitest'
import { microjoulesBetween, powerBetween, readPower } from '../src/index.ts'
import type { PowerReading } from '../src/index.ts'
import { modelHost } from './model-host.ts'

const zone = '/sys/class/powercap/intel-rapl:0'
const counters = {
  [`${zone}/name`]: 'package-0\n',
  [`${zone}/energy_uj`]: '123456789\n',
  [`${zone}/max_energy_range_uj`]: '262143328850\n',
  [`${zone}/constraint_0_name`]: 'long_term\n',
  [`${zone}/constraint_0_power_limit_uw`]: '15000000\n',
  [`${zone}/constraint_0_time_window_us`]: '27983872\n',
  '/sys/class/powercap/intel-rapl:0:0/name': 'core\n',
  '/sys/class/powercap/intel-rapl:0:0/energy_uj': { text: '1\n', mode: 0o200 },
  '/sys/class/powercap/intel-rapl:0:0/max_energy_range_uj': '262143328850\n',
  '/sys/class/powercap/intel-rapl-mmio:0/name': 'package-0\n',
  '/sys/class/powercap/intel-rapl-mmio:0/energy_uj': '123456789\n',
  '/sys/class/powercap/intel-rapl/enabled': '1\n',
}

const uevent = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `POWER_SUPPLY_${key}=${value}\n`)
    .join('')

describe('power', () => {
  it('reads counters with their limits, each package once, and says which are for root only', async () => {
    const { energy, gaps } = await readPower(modelHost({ files: counters }).fs)
    expect(energy).toEqual([
      {
        zone: 'intel-rapl:0',
        name: 'package-0',
        microjoules: 123456789,
        maxMicrojoules: 262143328850,
        limits: [{ name: 'long_term', watts: 15, windowSeconds: 27.983872 }],
      },
    ])
    expect(gaps).toEqual(['The energy counter of core cannot be read: it is for root only.', 'There is no battery.'])
  })

  it('reads batteries that count energy and batteries that count charge', async () => {
    const files = {
      '/sys/class/power_supply/BAT0/uevent': uevent({
        TYPE: 'Battery',
        STATUS: 'Discharging',
        CAPACITY: 80,
        POWER_NOW: 8_000_000,
        ENERGY_NOW: 40_000_000,
        ENERGY_FULL: 50_000_000,
        ENERGY_FULL_DESIGN: 57_000_000,
        CYCLE_COUNT: 123,
      }),
      '/sys/class/power_supply/BAT1/uevent': uevent({
        TYPE: 'Battery',
        STATUS: 'Charging',
        CURRENT_NOW: -2_000_000,
        VOLTAGE_NOW: 12_000_000,
        VOLTAGE_MIN_DESIGN: 10_000_000,
        CHARGE_NOW: 3_000_000,
        CHARGE_FULL: 4_000_000,
      }),
      '/sys/class/power_supply/AC/uevent': uevent({ TYPE: 'Mains', ONLINE: 1 }),
      '/sys/class/power_supply/mouse/uevent': uevent({ TYPE: 'Battery', SCOPE: 'Device', STATUS: 'Discharging' }),
    }
    const { batteries, supplies } = await readPower(modelHost({ files }).fs)
    expect(batteries).toEqual([
      { name: 'BAT0', status: 'Discharging', percent: 80, watts: 8, energyWattHours: 40, fullWattHours: 50, designWattHours: 57, cycles: 123, hoursLeft: 5 },
      { name: 'BAT1', status: 'Charging', watts: 24, energyWattHours: 30, fullWattHours: 40, hoursLeft: 10 / 24 },
    ])
    expect(supplies).toEqual([{ name: 'AC', type: 'Mains', online: true }])
  })

  it('is empty where nothing tells', async () => {
    const { energy, batteries, supplies, gaps } = await readPower(modelHost({ files: { '/proc/x': '' } }).fs)
    expect([energy, batteries, supplies, gaps.length]).toEqual([[], [], [], 2])
  })

  it('accounts for a counter that started again', () => {
    expect([microjoulesBetween(5, 9, 99), microjoulesBetween(95, 4, 99), microjoulesBetween(99, 0, 99)]).toEqual([4, 9, 1])
    const reading = (atMs: number, microjoules: number): PowerReading => ({
      atMs,
      energy: [{ zone: 'z', name: 'package-0', microjoules, maxMicrojoules: 9_999_999, limits: [] }],
      batteries: [],
      supplies: [],
      gaps: [],
    })
    expect(powerBetween(reading(0, 9_000_000), reading(2000, 1_999_999))).toEqual([{ zone: 'z', name: 'package-0', joules: 2.999999, watts: 1.4999995 }])
    expect(() => powerBetween(reading(2, 1), reading(1, 2))).toThrow(TypeError)
  })
})
