import * as z from 'zod'
import type { Gpu } from '../gpu.ts'
import type { PciDevice } from '../pci.ts'
import type { PowerSupplyFacts } from '../power-supplies.ts'
import type { SensorFacts } from '../sensors.ts'
import type { UsbDevice } from '../usb.ts'
import { tied } from './tied.ts'

const text = z.string().exactOptional()
const number = z.number().exactOptional()
const flag = z.boolean().exactOptional()

export const pciSchema: z.ZodType<readonly PciDevice[]> = tied<readonly PciDevice[]>()(
  z.array(
    z.object({
      address: z.string(),
      vendorId: z.string(),
      deviceId: z.string(),
      subsystemVendorId: text,
      subsystemDeviceId: text,
      classId: z.string(),
      revision: number,
      vendorName: text,
      deviceName: text,
      subsystemName: text,
      className: text,
      driver: text,
      iommuGroup: number,
      numaNode: number,
      link: z.object({ speed: text, width: number, maxSpeed: text, maxWidth: number }).exactOptional(),
      bootDisplay: flag,
      powerState: text,
      virtualFunctions: z.object({ enabled: z.number(), total: z.number() }).exactOptional(),
    }),
  ),
)

const usbDevice = z.object({
  name: z.string(),
  bus: number,
  device: number,
  vendorId: z.string(),
  productId: z.string(),
  manufacturer: text,
  product: text,
  serial: text,
  classId: text,
  usbVersion: text,
  speedMbps: number,
  maxPowerMilliamperes: number,
  authorised: flag,
  interfaces: z.array(z.object({ number: z.number(), classId: z.string(), driver: text })),
  get children(): z.ZodType<readonly UsbDevice[]> {
    return z.array(usbDevice)
  },
})

export const usbSchema: z.ZodType<readonly UsbDevice[]> = tied<readonly UsbDevice[]>()(z.array(usbDevice))

export const gpuSchema: z.ZodType<readonly Gpu[]> = tied<readonly Gpu[]>()(
  z.array(
    z.object({
      vendor: z.string(),
      name: text,
      pciAddress: text,
      vendorId: text,
      deviceId: text,
      driver: text,
      driverVersion: text,
      card: text,
      renderNode: text,
      connectors: z.array(z.object({ name: z.string(), status: z.enum(['connected', 'disconnected', 'unknown']), enabled: flag })),
      memoryBytes: number,
      bootDisplay: flag,
      numaNode: number,
      uuid: text,
      firmware: text,
    }),
  ),
)

export const sensorsSchema: z.ZodType<SensorFacts> = tied<SensorFacts>()(
  z.object({
    chips: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        device: text,
        readings: z.array(
          z.object({
            kind: z.enum(['temperature', 'fan', 'voltage', 'current', 'power', 'energy', 'humidity', 'frequency']),
            label: z.string(),
            value: number,
            minimum: number,
            maximum: number,
            critical: number,
            alarm: flag,
            fault: flag,
          }),
        ),
      }),
    ),
    thermalZones: z.array(
      z.object({
        id: z.string(),
        type: z.string(),
        celsius: number,
        policy: text,
        tripPoints: z.array(z.object({ type: z.string(), celsius: z.number() })),
      }),
    ),
  }),
)

export const powerSchema: z.ZodType<PowerSupplyFacts> = tied<PowerSupplyFacts>()(
  z.object({
    batteries: z.array(
      z.object({
        name: z.string(),
        scope: z.enum(['system', 'device']),
        status: text,
        chargePercent: number,
        energy: z.object({ nowWh: number, fullWh: number, designWh: number }).exactOptional(),
        wearPercent: number,
        powerWatts: number,
        voltage: number,
        cycleCount: number,
        technology: text,
        manufacturer: text,
        model: text,
        serial: text,
        thresholds: z.object({ startPercent: number, stopPercent: number }).exactOptional(),
      }),
    ),
    adapters: z.array(z.object({ name: z.string(), type: z.enum(['mains', 'usb', 'ups', 'wireless', 'other']), online: flag })),
    onBattery: flag,
  }),
)
