import type { AnyOperation } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { planCpuIsolation } from '../cpu-isolation.ts'
import { planIrqAffinity } from '../irq-affinity.ts'
import { planPacketSteering } from '../packet-steering.ts'
import { planOutput } from './plan-output.ts'

/** `tuning isolate`: CPUs that the kernel keeps out of. */
export const isolateOperation: AnyOperation = defineOperation({
  name: 'tuning isolate',
  kind: 'change',
  summary: 'Keep CPUs free of interrupts, kernel work and, after a reboot, of the scheduler’s balancing and the tick',
  input: z.object({
    cpus: z.string().describe('The isolated CPUs: 2-7'),
    noTick: z.boolean().default(true).describe('Stop the tick while one task runs'),
    noBalancing: z.boolean().default(true).describe('Keep load balancing off them from boot'),
    persist: z.boolean().default(true).describe('Extend the kernel command line'),
  }),
  positionals: ['cpus'],
  output: planOutput,
  examples: [{ argv: ['tuning', 'isolate', '2-7'], text: 'Leave CPU 0 and 1 to the system.' }],
  plan: ({ host }, { cpus, noTick, noBalancing, persist }) => planCpuIsolation(host, { cpus, noTick, noBalancing, persist }),
})

/** `tuning irq`: which CPUs take interrupts. */
export const irqOperation: AnyOperation = defineOperation({
  name: 'tuning irq',
  kind: 'change',
  summary: 'Choose the CPUs that take interrupts',
  input: z.object({
    cpus: z.string().describe('CPUs that take them: 0-1'),
    interrupts: z.array(z.string()).default([]).describe('Names as in /proc/interrupts, shell patterns or numbers; default: all that can be moved'),
    spread: z.boolean().default(false).describe('One CPU for each, in turn'),
    persist: z.boolean().default(true).describe('Keep it after a reboot, and irqbalance from changing it'),
  }),
  positionals: ['cpus', 'interrupts'],
  output: planOutput,
  examples: [{ argv: ['tuning', 'irq', '0-3', 'eth0-*', '--spread'], text: 'Spread a card’s queues over four CPUs.' }],
  plan: ({ host }, { cpus, interrupts, spread, persist }) =>
    planIrqAffinity(host, { cpus, spread, persist, ...(interrupts.length === 0 ? {} : { interrupts }) }),
})

/** `tuning steering`: receive and transmit packet steering. */
export const steeringOperation: AnyOperation = defineOperation({
  name: 'tuning steering',
  kind: 'change',
  summary: 'Spread the packets of a network interface over CPUs',
  input: z.object({
    interface: z.string().describe('Name of the interface: eth0'),
    receiveCpus: z.string().optional().describe('CPUs that work on received packets; default: all'),
    flows: z
      .number()
      .int()
      .min(0)
      .max(2 ** 20)
      .optional()
      .describe('Flows to remember, so that packets go to the CPU of their program'),
  }),
  positionals: ['interface'],
  output: planOutput,
  plan: ({ host }, { interface: name, receiveCpus, flows }) =>
    planPacketSteering(host, name, { ...(receiveCpus === undefined ? {} : { receiveCpus }), ...(flows === undefined ? {} : { flows }) }),
})
