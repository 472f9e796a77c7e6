import { Buffer } from 'node:buffer'
import { contentBytes, toContent } from '../content.ts'
import { HostwrightError, isHostwrightError } from '../errors.ts'
import type { HostKind, RunOptions } from '../host.ts'
import type { Content } from '../plan.ts'

/** What was asked of a host, and the answers: plain JSON. */
export interface HostRecording {
  readonly version: 1
  readonly label: string
  readonly kind: HostKind
  readonly root: string
  readonly prefix: readonly string[]
  /** Whether what was given to commands and written to files is a part of the questions. */
  readonly input: boolean
  readonly entries: readonly RecordedAnswer[]
}

/** A question and its answer. */
export interface RecordedAnswer {
  /** The method and its arguments, as JSON. */
  readonly question: string
  readonly answer: RecordedOutcome
}

/** What a method resolved to or threw. */
export type RecordedOutcome = { readonly value: unknown } | { readonly error: ReturnType<HostwrightError['toJSON']> }

/** The text by which a question is found again. Input and the values of variables are left out unless they are recorded. */
export function questionOf(method: string, args: readonly unknown[], input: boolean): string {
  return JSON.stringify([method, ...args], (key, value: unknown) => {
    if (key === 'signal' && typeof value === 'object') return undefined
    if (key === 'stdin' || key === 'content') return input ? contentOf(value) : value === undefined ? undefined : 'not recorded'
    if (key === 'env' && !input && typeof value === 'object' && value !== null) return Object.keys(value).toSorted()
    return value
  })
}

/** The options of a command without what is no data. */
export function plainOptions(options: RunOptions): Omit<RunOptions, 'signal'> {
  const { signal: _signal, ...plain } = options
  return plain
}

/** An outcome as JSON: bytes become contents. */
export function recordedValue(value: unknown): RecordedOutcome {
  return { value: packed(value) }
}

/** An error as JSON; `undefined` for what is no {@link HostwrightError} and so no answer of a host. */
export function recordedError(error: unknown): RecordedOutcome | undefined {
  return isHostwrightError(error) ? { error: { ...error.toJSON() } } : undefined
}

/** The value that was recorded; throws the error that was. */
export function playBack(outcome: RecordedOutcome): unknown {
  if ('error' in outcome) throw recordedFailure(outcome.error)
  return unpacked(outcome.value)
}

/** The error that was recorded. */
export function recordedFailure(error: ReturnType<HostwrightError['toJSON']>): HostwrightError {
  const { code, message, ...details } = error
  return new HostwrightError(code, message, details)
}

function contentOf(value: unknown): unknown {
  if (typeof value === 'string') return { text: value }
  return isPackedBuffer(value) ? toContent(Uint8Array.from(Buffer.from(value.data))) : value instanceof Uint8Array ? toContent(value) : value
}

/** JSON.stringify has called a Buffer's own `toJSON` already. */
function isPackedBuffer(value: unknown): value is { readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data)
}

const bytesKey = '$bytes'

function packed(value: unknown): unknown {
  if (value === undefined) return { [bytesKey]: null }
  if (value instanceof Uint8Array) return { [bytesKey]: toContent(value) }
  if (Array.isArray(value)) return value.map(packed)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, packed(part)]))
  return value
}

function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked)
  if (typeof value !== 'object' || value === null) return value
  if (bytesKey in value) return value[bytesKey] === null ? undefined : contentBytes(value[bytesKey] as Content)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpacked(part)]))
}
