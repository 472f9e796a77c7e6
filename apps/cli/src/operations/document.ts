import type { Finding, Leftover, Plan, Settlement } from '@hostwright/core'
import * as z from 'zod'

const step = z.looseObject({ id: z.string(), summary: z.string(), risk: z.enum(['safe', 'disruptive', 'destructive']) })

/** A plan, as far as programs that only show it need to know it. */
export const planDocument: z.ZodType<Plan> = z.looseObject({
  version: z.literal(1),
  domain: z.string(),
  host: z.string(),
  steps: z.array(step),
  reads: z.array(z.looseObject({ kind: z.string() })),
  notes: z.array(z.object({ level: z.enum(['info', 'warning']), subject: z.string(), message: z.string() })),
}) as unknown as z.ZodType<Plan>

/** A finding. */
export const findingDocument: z.ZodType<Finding> = z.looseObject({
  id: z.string(),
  domain: z.string(),
  severity: z.enum(['error', 'warning', 'info', 'ok']),
  subject: z.string(),
  message: z.string(),
  evidence: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  plan: planDocument.optional(),
}) as unknown as z.ZodType<Finding>

/** Where a transaction can stand. */
export const transactionState: z.ZodEnum<{ [State in Settlement['state']]: State }> = z.enum({
  prepared: 'prepared',
  applying: 'applying',
  'awaiting-confirmation': 'awaiting-confirmation',
  interrupted: 'interrupted',
  committed: 'committed',
  undone: 'undone',
  'undo-failed': 'undo-failed',
})

/** What could not be put back. */
export const leftoverDocument: z.ZodType<Leftover> = z.object({ step: z.int(), summary: z.string(), reason: z.string() })

/** What a command that applies a plan gives under --json; without `transaction` if it applied none. */
export const changeDocument: z.ZodType<ChangeDocument> = z.object({
  plan: planDocument,
  applied: z.boolean(),
  transaction: z.string().optional(),
  state: transactionState.optional(),
  left: z.array(leftoverDocument).optional(),
}) as unknown as z.ZodType<ChangeDocument>

/** See {@link changeDocument}. */
export interface ChangeDocument {
  readonly plan: Plan
  /** Whether there was anything to change, and it was to be changed. */
  readonly applied: boolean
  readonly transaction?: string
  readonly state?: Settlement['state']
  readonly left?: readonly Leftover[]
}

/** How a transaction ended. */
export const settlementDocument: z.ZodType<Settlement> = z.object({
  transaction: z.string(),
  state: transactionState,
  left: z.array(leftoverDocument),
  remainingMs: z.number().optional(),
}) as unknown as z.ZodType<Settlement>
