import type { Finding } from '@hostwright/core'
import type { PowerSupplyFacts } from './power-supplies.ts'
import type { SensorFacts, SensorReading } from './sensors.ts'

/** Above this share of lost capacity a battery is called worn; vendors replace batteries at 20 to 40 %. */
const wornPercent = 40

/** Sensors at their limit or broken, and thermal zones that are past the point where the kernel slows the machine down. */
export function findSensorTrouble(sensors: SensorFacts): readonly Finding[] {
  const findings: Finding[] = []
  for (const chip of sensors.chips) {
    for (const reading of chip.readings) {
      const subject = `${chip.name} ${reading.label}`
      const source = `/sys/class/hwmon/${chip.id}`
      if (reading.fault === true) {
        findings.push(finding('facts/sensor-broken', 'info', subject, `The sensor ${subject} says that it is broken.`, [`${source}: fault is set`]))
      } else if (isTooHot(reading)) {
        const limit = reading.critical ?? reading.maximum ?? 0
        const message = `${subject} is at ${reading.value ?? 0} °C; its limit is ${limit} °C.`
        findings.push(finding('facts/overheated', 'error', subject, message, [`${source}: ${reading.value ?? 0} °C`]))
      }
    }
  }
  for (const zone of sensors.thermalZones) {
    const trip = zone.tripPoints.find(
      ({ type, celsius }) => ['passive', 'hot', 'critical'].includes(type) && zone.celsius !== undefined && zone.celsius >= celsius && celsius > 0,
    )
    if (trip === undefined) continue
    const severity = trip.type === 'passive' ? 'warning' : 'error'
    const message = `${zone.type} is at ${zone.celsius ?? 0} °C, past its ${trip.type} point of ${trip.celsius} °C${trip.type === 'passive' ? ': the machine is slowed down' : ''}.`
    findings.push(finding('facts/overheated', severity, zone.type, message, [`/sys/class/thermal/${zone.id}/temp`]))
  }
  return findings
}

/** Drivers that do not know a limit give 0 or something beyond what any chip stands. */
function isTooHot(reading: SensorReading): boolean {
  const limit = reading.critical ?? reading.maximum
  return reading.kind === 'temperature' && reading.value !== undefined && limit !== undefined && limit >= 40 && limit <= 150 && reading.value >= limit
}

/** Batteries of the machine that have lost much of their capacity. */
export function findBatteryTrouble(power: PowerSupplyFacts): readonly Finding[] {
  return power.batteries.flatMap((battery) => {
    if (battery.scope !== 'system' || battery.wearPercent === undefined || battery.wearPercent < wornPercent) return []
    const cycles = battery.cycleCount === undefined ? '' : ` after ${battery.cycleCount} cycles`
    const message = `The battery ${battery.name} has lost ${Math.round(battery.wearPercent)} % of its designed capacity${cycles}.`
    const evidence = [`/sys/class/power_supply/${battery.name}: ${battery.energy?.fullWh ?? 0} of ${battery.energy?.designWh ?? 0} Wh`]
    return [finding('facts/battery-worn', battery.wearPercent >= 60 ? 'warning' : 'info', battery.name, message, evidence)]
  })
}

function finding(id: string, severity: Finding['severity'], subject: string, message: string, evidence: readonly string[]): Finding {
  return { id, domain: 'facts', severity, subject, message, evidence, command: ['facts', id === 'facts/battery-worn' ? 'power' : 'sensors'] }
}
