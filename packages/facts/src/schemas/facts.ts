import * as z from 'zod'
import type { Facts } from '../facts.ts'
import { gpuSchema, pciSchema, powerSchema, sensorsSchema, usbSchema } from './devices.ts'
import { cpuSchema, memorySchema, numaSchema } from './processor.ts'
import { addressesSchema, blockSchema, networkSchema } from './storage-network.ts'
import { chassisSchema, containersSchema, dmiSchema, initSchema, kernelSchema, mountsSchema, osSchema, usersSchema, virtualisationSchema } from './system.ts'
import { tied } from './tied.ts'

/** The sections that were asked for. */
export const factsSchema: z.ZodType<Partial<Facts>> = tied<Partial<Facts>>()(
  z.object({
    os: osSchema.exactOptional(),
    kernel: kernelSchema.exactOptional(),
    virtualisation: virtualisationSchema.exactOptional(),
    chassis: chassisSchema.exactOptional(),
    cpu: cpuSchema.exactOptional(),
    memory: memorySchema.exactOptional(),
    numa: numaSchema.exactOptional(),
    block: blockSchema.exactOptional(),
    network: networkSchema.exactOptional(),
    addresses: addressesSchema.exactOptional(),
    pci: pciSchema.exactOptional(),
    usb: usbSchema.exactOptional(),
    gpu: gpuSchema.exactOptional(),
    dmi: dmiSchema.exactOptional(),
    sensors: sensorsSchema.exactOptional(),
    power: powerSchema.exactOptional(),
    init: initSchema.exactOptional(),
    containers: containersSchema.exactOptional(),
    users: usersSchema.exactOptional(),
    mounts: mountsSchema.exactOptional(),
  }),
)
