import type { Plan } from '@hostwright/core'
import * as z from 'zod'

/** A plan as the output of an operation: the envelope, whose steps core defines. */
export const planOutput: z.ZodType<Plan> = z.looseObject({
  version: z.literal(1),
  domain: z.string(),
  host: z.string(),
  steps: z.array(z.looseObject({ id: z.string(), summary: z.string(), risk: z.enum(['safe', 'disruptive', 'destructive']) })),
  reads: z.array(z.looseObject({ kind: z.string() })),
  notes: z.array(z.object({ level: z.enum(['info', 'warning']), subject: z.string(), message: z.string() })),
}) as unknown as z.ZodType<Plan>
