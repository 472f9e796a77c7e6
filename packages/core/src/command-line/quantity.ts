import * as z from 'zod'
import { formatDuration, formatSize, parseDuration, parseSize } from './quantity-text.ts'

/** What a quantity may be at least and at most, in its unit. */
export interface QuantityLimits {
  readonly min?: number
  readonly max?: number
}

/**
 * A field of an operation that takes a duration: milliseconds as a number, or a text such as `60s` or `1h30m`. Its output
 * is milliseconds, so name the field `…Ms`; the flag's name is without that ending (`extendMs`: `--extend 60s`).
 */
export function durationMs(limits: QuantityLimits = {}): z.ZodType<number, number | string> {
  return quantity('ms', limits, parseDuration, formatDuration, 'a duration such as `500ms`, `60s`, `5m` or `1h30m`')
}

/**
 * A field of an operation that takes a size: bytes as a number, or a text such as `64K`, `8G` or `500MB`. Its output is
 * bytes, so name the field `…Bytes`; the flag's name is without that ending (`minSizeBytes`: `--min-size 8G`).
 */
export function sizeBytes(limits: QuantityLimits = {}): z.ZodType<number, number | string> {
  return quantity('bytes', limits, parseSize, formatSize, 'a size such as `4096`, `64K`, `8G` or `500MB`')
}

function quantity(
  unit: 'ms' | 'bytes',
  { min = 0, max = Number.MAX_SAFE_INTEGER }: QuantityLimits,
  parse: (text: string) => number | undefined,
  format: (value: number) => string,
  expected: string,
): z.ZodType<number, number | string> {
  return z
    .union([z.number(), z.string()])
    .transform((given, context) => {
      const value = typeof given === 'string' ? parse(given) : Number.isSafeInteger(given) ? given : undefined
      const problem =
        value === undefined
          ? `must be ${expected}`
          : value < min
            ? `must be at least ${format(min)}`
            : value > max
              ? `must be at most ${format(max)}`
              : undefined
      if (value === undefined || problem !== undefined) {
        context.addIssue({ code: 'custom', message: problem ?? '' })
        return z.NEVER
      }
      return value
    })
    .meta({ 'x-unit': unit })
}
