import * as z from 'zod'
import { tied } from '../src/schemas/tied.ts'

interface Example {
  readonly name: string
  readonly sizeBytes?: number
  readonly parts: readonly string[]
}

tied<Example>()(z.object({ name: z.string(), sizeBytes: z.number().exactOptional(), parts: z.array(z.string()) }))

// @ts-expect-error: an optional key is missing in the schema
tied<Example>()(z.object({ name: z.string(), parts: z.array(z.string()) }))

// @ts-expect-error: the schema has a key that the interface does not have
tied<Example>()(z.object({ name: z.string(), sizeBytes: z.number().exactOptional(), parts: z.array(z.string()), more: z.string() }))

// @ts-expect-error: a type differs inside an array
tied<Example>()(z.object({ name: z.string(), sizeBytes: z.number().exactOptional(), parts: z.array(z.number()) }))

// @ts-expect-error: an optional key is required in the schema
tied<Example>()(z.object({ name: z.string(), sizeBytes: z.number(), parts: z.array(z.string()) }))
