import * as z from 'zod'
import type { CpuFacts } from '../cpu.ts'
import type { MemoryFacts } from '../memory.ts'
import type { NumaNode } from '../numa.ts'
import { tied } from './tied.ts'

const text = z.string().exactOptional()
const texts = z.array(z.string())
const number = z.number().exactOptional()
const numbers = z.array(z.number())
const flag = z.boolean().exactOptional()

const topology = z.object({
  cpus: z.array(
    z.object({ id: z.number(), online: z.boolean(), socket: number, die: number, core: number, siblings: numbers, node: number, capacity: number }),
  ),
  socketCount: z.number(),
  coreCount: z.number(),
  threadCount: z.number(),
  threadsPerCore: z.number(),
  coreTypes: z.array(z.object({ type: z.enum(['performance', 'efficiency', 'other']), cpus: numbers })),
  offline: numbers,
  isolated: numbers,
  tickless: numbers,
})

const cache = z.object({
  name: z.string(),
  level: z.number(),
  type: z.enum(['data', 'instruction', 'unified']),
  sizeBytes: z.number(),
  instanceCount: z.number(),
  totalBytes: z.number(),
  ways: number,
  sets: number,
  lineBytes: number,
  sharedBy: z.array(numbers),
})

const power = z.object({
  policies: z.array(
    z.object({
      cpus: z.string(),
      driver: text,
      governor: text,
      governors: texts,
      minMhz: number,
      maxMhz: number,
      scalingMinMhz: number,
      scalingMaxMhz: number,
      currentMhz: number,
      baseMhz: number,
      energyPreference: text,
      energyPreferences: texts,
    }),
  ),
  boost: flag,
  pstateMode: text,
  idleDriver: text,
  idleGovernor: text,
  idleStates: z.array(z.object({ name: z.string(), latencyMicroseconds: number })),
})

export const cpuSchema: z.ZodType<CpuFacts> = tied<CpuFacts>()(
  z.object({
    architecture: text,
    vendor: text,
    modelName: text,
    family: number,
    model: number,
    stepping: text,
    microcode: text,
    bogomips: number,
    addressBits: z.object({ physical: z.number(), virtual: z.number() }).exactOptional(),
    topology,
    smt: z.object({ active: flag, control: text }).exactOptional(),
    caches: z.array(cache),
    flags: texts,
    bugs: texts,
    vulnerabilities: z.array(z.object({ name: z.string(), state: z.enum(['not-affected', 'mitigated', 'vulnerable', 'unknown']), text: z.string() })),
    power,
  }),
)

export const memorySchema: z.ZodType<MemoryFacts> = tied<MemoryFacts>()(
  z.object({
    totalBytes: number,
    freeBytes: number,
    availableBytes: number,
    buffersBytes: number,
    cachedBytes: number,
    sharedBytes: number,
    slabBytes: number,
    dirtyBytes: number,
    committedBytes: number,
    commitLimitBytes: number,
    corruptedBytes: number,
    hugePages: z.array(z.object({ sizeBytes: z.number(), total: z.number(), free: z.number(), reserved: z.number(), surplus: z.number() })),
    transparentHugePages: z.object({ enabled: text, defrag: text, shmem: text }).exactOptional(),
    swap: z.object({
      totalBytes: number,
      freeBytes: number,
      areas: z.array(z.object({ path: z.string(), type: z.enum(['partition', 'file']), sizeBytes: z.number(), usedBytes: z.number(), priority: z.number() })),
    }),
    zswap: z.object({ enabled: z.boolean(), compressor: text, maxPoolPercent: number, poolBytes: number, storedBytes: number }).exactOptional(),
    zram: z.array(z.object({ name: z.string(), diskBytes: z.number(), algorithm: text, originalBytes: number, compressedBytes: number, memoryBytes: number })),
    mglru: flag,
    ksm: flag,
  }),
)

export const numaSchema: z.ZodType<readonly NumaNode[]> = tied<readonly NumaNode[]>()(
  z.array(z.object({ id: z.number(), cpus: numbers, totalBytes: number, freeBytes: number, distances: numbers })),
)
