import type { AnyOperation, View } from '@hostwright/core'
import { defineOperation, readMachineTraits } from '@hostwright/core'
import * as z from 'zod'
import { recommendProfile } from '../recommend.ts'

const fit = z.object({ profile: z.string(), confidence: z.number(), reasons: z.array(z.string()) })

/** `tuning recommend`: which profile fits a machine. */
export const recommendOperation: AnyOperation = defineOperation({
  name: 'tuning recommend',
  kind: 'query',
  summary: 'Recommend a tuning profile for this machine, with the reasons',
  input: z.object({}),
  output: fit.extend({ alternatives: z.array(fit) }),
  async run({ host }) {
    const { profile, confidence, reasons, alternatives } = recommendProfile(await readMachineTraits(host.fs))
    return { profile, confidence, reasons: [...reasons], alternatives: alternatives.map((each) => ({ ...each, reasons: [...each.reasons] })) }
  },
  view: (output): View => ({
    kind: 'table',
    columns: [{ title: 'profile' }, { title: 'sure', align: 'right' }, { title: 'why', shrink: 1 }],
    rows: [output, ...output.alternatives].map((each, index) => [
      { text: each.profile, tone: index === 0 ? 'good' : 'dim' },
      `${Math.round(each.confidence * 100)} %`,
      each.reasons.join(' '),
    ]),
  }),
})
