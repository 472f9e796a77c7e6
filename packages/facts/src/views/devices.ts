import type { Cell, View } from '@hostwright/core'
import type { Gpu } from '../gpu.ts'
import type { PciDevice } from '../pci.ts'
import type { PowerSupplyFacts } from '../power-supplies.ts'
import type { SensorFacts, SensorKind, SensorReading } from '../sensors.ts'
import type { UsbDevice } from '../usb.ts'
import { sizeCell, tableView } from './building.ts'

export function viewPci(devices: readonly PciDevice[]): View {
  return tableView(
    ['Address', 'Class', 'Device', 'Driver', 'IDs'],
    devices.map((device) => [
      device.address,
      device.className ?? device.classId,
      [device.vendorName, device.deviceName].filter((part) => part !== undefined).join(' '),
      device.driver,
      `${device.vendorId}:${device.deviceId}`,
    ]),
    'There are no PCI devices',
  )
}

export function viewUsb(devices: readonly UsbDevice[]): View {
  const rows = (level: readonly UsbDevice[], depth: number): readonly (readonly (Cell | undefined)[])[] =>
    level.flatMap((device) => [
      [
        `${'  '.repeat(depth)}${device.name}`,
        [device.manufacturer, device.product].filter((part) => part !== undefined).join(' '),
        `${device.vendorId}:${device.productId}`,
        device.speedMbps === undefined ? undefined : `${device.speedMbps} Mbit/s`,
        [...new Set(device.interfaces.flatMap((used) => used.driver ?? []))].join(', '),
      ],
      ...rows(device.children, depth + 1),
    ])
  return tableView(['Port', 'Device', 'IDs', '#Speed', 'Drivers'], rows(devices, 0), 'There is no USB')
}

export function viewGpus(gpus: readonly Gpu[]): View {
  return tableView(
    ['Vendor', 'Name', 'Driver', '#Memory', 'Displays', 'Address'],
    gpus.map((gpu) => [
      gpu.vendor,
      gpu.name,
      [gpu.driver, gpu.driverVersion].filter((part) => part !== undefined).join(' '),
      sizeCell(gpu.memoryBytes),
      gpu.connectors
        .filter((connector) => connector.status === 'connected')
        .map((connector) => connector.name)
        .join(', '),
      gpu.pciAddress,
    ]),
    'There is no display controller',
  )
}

const units: Readonly<Record<SensorKind, string>> = {
  temperature: '°C',
  fan: 'rpm',
  voltage: 'V',
  current: 'A',
  power: 'W',
  energy: 'J',
  humidity: '%',
  frequency: 'MHz',
}

export function viewSensors(sensors: SensorFacts): View {
  const rows = sensors.chips.flatMap((chip) => chip.readings.map((reading) => [chip.name, reading.label, readingCell(reading), limit(reading)]))
  const zones = sensors.thermalZones.map((zone) => [
    zone.type,
    zone.id,
    zone.celsius === undefined ? undefined : `${zone.celsius} °C`,
    zone.tripPoints.map((trip) => `${trip.type} ${trip.celsius}`).join(', '),
  ])
  return tableView(['Chip', 'Sensor', '#Value', 'Limits'], [...rows, ...zones], 'There are no sensors, as is usual in a virtual machine')
}

function readingCell(reading: SensorReading): Cell | undefined {
  if (reading.fault === true) return { text: 'broken', tone: 'bad' }
  if (reading.value === undefined) return undefined
  const text = `${reading.value} ${units[reading.kind]}`
  const limitValue = reading.critical ?? reading.maximum
  if (reading.alarm === true) return { text, tone: 'bad' }
  return reading.kind === 'temperature' && limitValue !== undefined && reading.value >= limitValue ? { text, tone: 'bad' } : text
}

function limit(reading: SensorReading): string {
  const parts = [
    ['min', reading.minimum],
    ['max', reading.maximum],
    ['critical', reading.critical],
  ] as const
  return parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`])).join(', ')
}

export function viewPower(power: PowerSupplyFacts): View {
  const batteries = power.batteries.map((battery): readonly (Cell | undefined)[] => [
    battery.name,
    battery.status,
    battery.chargePercent === undefined ? undefined : `${battery.chargePercent} %`,
    battery.wearPercent === undefined ? undefined : `${battery.wearPercent} %`,
    battery.cycleCount === undefined ? undefined : `${battery.cycleCount}`,
    [battery.manufacturer, battery.model].filter((part) => part !== undefined).join(' '),
  ])
  const adapters = power.adapters.map((adapter): readonly (Cell | undefined)[] => [
    adapter.name,
    adapter.online === undefined ? adapter.type : `${adapter.type}, ${adapter.online ? 'plugged in' : 'not plugged in'}`,
  ])
  return tableView(
    ['Supply', 'State', '#Charge', '#Wear', '#Cycles', 'Model'],
    [...batteries, ...adapters],
    'There are no power supplies that the kernel knows',
  )
}
