import { setTimeout as sleep } from 'node:timers/promises'
import type { AnyOperation, View } from '@hostwright/core'
import { defineOperation, durationMs } from '@hostwright/core'
import * as z from 'zod'
import { powerBetween, readPower } from '../power.ts'

const output = z.object({
  domains: z.array(
    z.object({
      zone: z.string(),
      name: z.string(),
      watts: z.number(),
      limits: z.array(z.object({ name: z.string(), watts: z.number(), windowSeconds: z.number().optional() })),
    }),
  ),
  batteries: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      percent: z.number().optional(),
      watts: z.number().optional(),
      energyWattHours: z.number().optional(),
      fullWattHours: z.number().optional(),
      designWattHours: z.number().optional(),
      cycles: z.number().optional(),
      hoursLeft: z.number().optional(),
    }),
  ),
  supplies: z.array(z.object({ name: z.string(), type: z.string(), online: z.boolean() })),
  gaps: z.array(z.string()),
})

type Output = z.output<typeof output>

/** `tuning power`: what a machine draws, as far as it tells. */
export const powerOperation: AnyOperation = defineOperation({
  name: 'tuning power',
  kind: 'query',
  summary: 'Measure the power of CPU packages and read batteries, where they tell',
  input: z.object({ intervalMs: durationMs({ min: 100, max: 3_600_000 }).default(1000).describe('How long energy counters are watched') }),
  output,
  async run({ host, signal }, { intervalMs }) {
    const before = await readPower(host.fs)
    const counters = before.energy.length > 0
    if (counters) await sleep(intervalMs, undefined, signal === undefined ? {} : { signal })
    const after = counters ? await readPower(host.fs) : before
    const power = counters ? powerBetween(before, after) : []
    return structuredClone({
      domains: power.map(({ zone, name, watts }) => ({ zone, name, watts, limits: after.energy.find((each) => each.zone === zone)?.limits ?? [] })),
      batteries: after.batteries,
      supplies: after.supplies,
      gaps: after.gaps,
    }) as Output
  },
  view: (result): View => ({
    kind: 'group',
    children: [
      {
        kind: 'table',
        columns: [{ title: 'source' }, { title: 'power', align: 'right' }, { title: 'state', shrink: 1 }],
        rows: [
          ...result.domains.map((domain) => [
            domain.name,
            `${domain.watts.toFixed(2)} W`,
            domain.limits.map((limit) => `${limit.name} ${limit.watts} W`).join(', '),
          ]),
          ...result.batteries.map((battery) => [
            battery.name,
            battery.watts === undefined ? '' : `${battery.watts.toFixed(2)} W`,
            [
              battery.status,
              battery.percent === undefined ? '' : `${battery.percent} %`,
              battery.hoursLeft === undefined ? '' : `${battery.hoursLeft.toFixed(1)} h`,
            ]
              .filter((part) => part !== '')
              .join(', '),
          ]),
          ...result.supplies.map((supply) => [supply.name, '', `${supply.type} ${supply.online ? 'connected' : 'not connected'}`]),
        ],
        empty: 'Nothing here tells about power.',
      },
      { kind: 'lines', lines: result.gaps.map((gap) => ({ text: gap, tone: 'dim' })) },
    ],
  }),
})
