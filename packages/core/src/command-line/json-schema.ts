import * as z from 'zod'
import type { AnyOperation } from '../operation.ts'

/** An operation as JSON Schemas (draft 2020-12), for programs that call it. */
export interface OperationSchema {
  readonly name: string
  readonly kind: 'query' | 'change'
  readonly summary: string
  /** What it takes, before defaults are filled in. */
  readonly input: unknown
  /** What it gives. */
  readonly output: unknown
}

/** The JSON Schemas of what an operation takes and gives. What JSON Schema cannot express is left open. */
export function operationSchema(operation: AnyOperation): OperationSchema {
  return {
    name: operation.name,
    kind: operation.kind,
    summary: operation.summary,
    input: z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(operation.output, { io: 'output', unrepresentable: 'any' }),
  }
}
