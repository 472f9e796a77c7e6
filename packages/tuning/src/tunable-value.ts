import { findCpuList, findCpuMask, formatCpuMask, HostwrightError, selectedWord } from '@hostwright/core'
import type { Tunable } from './tunable.ts'

/** A tunable's value, understood. Numbers are `bigint`: some sysctls go up to 2^64 - 1. */
export type TunableValue =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'integers'; readonly values: readonly bigint[] }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'cpus'; readonly cpus: readonly number[] }
  | { readonly kind: 'text'; readonly value: string }

/** What is known of an attribute besides the table. */
export interface ValueOptions {
  /** The words that the kernel offers here; they decide over the table's choices. */
  readonly offered?: readonly string[]
}

/**
 * The value that an attribute's text stands for; of `always [madvise] never` the word in brackets.
 *
 * @throws INVALID_INPUT if the text does not fit the tunable's type; ranges and choices are not looked at
 */
export function parseValue(tunable: Tunable, text: string): TunableValue {
  const plain = words(tunable.readBack === 'selection' ? (selectedWord(text) ?? text) : text)
  switch (tunable.type) {
    case 'integer':
      return { kind: 'integer', value: parseInteger(tunable, plain, plain) }
    case 'integers':
      return { kind: 'integers', values: (plain === '' ? [] : plain.split(' ')).map((word) => parseInteger(tunable, word, plain)) }
    case 'boolean':
      return { kind: 'boolean', value: parseBoolean(tunable, plain) }
    case 'cpumask':
      return { kind: 'cpus', cpus: cpusOf(tunable, plain, findCpuMask(plain)) }
    case 'cpulist':
      return { kind: 'cpus', cpus: cpusOf(tunable, plain, findCpuList(plain)) }
    case 'choice':
    case 'string':
      return { kind: 'text', value: plain }
  }
}

/**
 * The value as it is to be written, spelt as the kernel prints it (`Y` for `1` where it says so, numbers in decimal).
 *
 * @throws INVALID_INPUT with what was expected: the type, range, unit or choices
 */
export function validateValue(tunable: Tunable, value: string, options: ValueOptions = {}): string {
  if (tunable.readOnly === true) throw refuse(tunable, value, 'nothing: it can only be read')
  const parsed = parseValue(tunable, value)
  switch (parsed.kind) {
    case 'integer':
      return checkRange(tunable, parsed.value, value).toString()
    case 'integers':
      if (parsed.values.length === 0 || (tunable.count !== undefined && parsed.values.length !== tunable.count)) throw refuse(tunable, value)
      return parsed.values.map((number) => checkRange(tunable, number, value).toString()).join(' ')
    case 'boolean': {
      const [off = '0', on = '1'] = tunable.choices ?? []
      return parsed.value ? on : off
    }
    case 'cpus':
      return tunable.type === 'cpumask' ? formatCpuMask(parsed.cpus) : words(value)
    case 'text': {
      const choices = options.offered ?? (tunable.type === 'choice' ? tunable.choices : undefined)
      if (choices !== undefined && !choices.includes(parsed.value)) throw refuse(tunable, value, `one of ${choices.join(', ')}`)
      if (/[\0\n]/u.test(value)) throw refuse(tunable, value, 'one line of text')
      return value.trim()
    }
  }
}

/** What a tunable takes, for messages: `an integer from 0 to 200 percent`. */
export function describeType(tunable: Tunable): string {
  const unit = tunable.unit === undefined ? '' : ` ${tunable.unit}`
  switch (tunable.type) {
    case 'integer':
      return `an integer${rangeText(tunable)}${unit}`
    case 'integers':
      return `${tunable.count ?? 'several'} integers${rangeText(tunable)}${unit}`
    case 'boolean':
      return (tunable.choices ?? ['0', '1']).join(' or ')
    case 'choice':
      return `one of ${(tunable.choices ?? []).join(', ')}`
    case 'cpumask':
      return 'a CPU mask such as ff or ffffffff,00000000'
    case 'cpulist':
      return 'a CPU list such as 0-3,8'
    case 'string':
      return 'text'
  }
}

/** The words of a list such as `none [mq-deadline] kyber`, without the brackets; `undefined` if nothing is in brackets. */
export function offeredWords(text: string): readonly string[] | undefined {
  if (selectedWord(text) === undefined) return undefined
  // Words may hold a space (`write back`), but a list that does so has no brackets.
  return words(text.replaceAll(/[[\]]/gu, '')).split(' ')
}

function parseInteger(tunable: Tunable, word: string, whole: string): bigint {
  if (/^-?0[0-9]/u.test(word)) throw refuse(tunable, whole, `${describeType(tunable)}; the leading zero would be read as octal`)
  const match = /^([-+]?)(0x[0-9a-f]{1,32}|[0-9]{1,40})$/iu.exec(word)
  if (match === null) throw refuse(tunable, whole)
  const size = BigInt(match[2] ?? '0')
  return match[1] === '-' ? -size : size
}

function checkRange(tunable: Tunable, number: bigint, value: string): bigint {
  if (tunable.min !== undefined && number < BigInt(tunable.min)) throw refuse(tunable, value)
  if (tunable.max !== undefined && number > BigInt(tunable.max)) throw refuse(tunable, value)
  return number
}

function parseBoolean(tunable: Tunable, word: string): boolean {
  const [off, on] = tunable.choices ?? []
  const lower = word.toLowerCase()
  if (word === on || ['1', 'y', 'yes', 'on', 'true'].includes(lower)) return true
  if (word === off || ['0', 'n', 'no', 'off', 'false'].includes(lower)) return false
  throw refuse(tunable, word)
}

function cpusOf(tunable: Tunable, text: string, cpus: readonly number[] | undefined): readonly number[] {
  if (cpus === undefined) throw refuse(tunable, text)
  return cpus
}

function rangeText({ min, max }: Tunable): string {
  if (min !== undefined && max !== undefined) return min === max ? ` (${min})` : ` from ${min} to ${max}`
  if (min !== undefined) return ` of at least ${min}`
  return max === undefined ? '' : ` of at most ${max}`
}

function refuse(tunable: Tunable, value: string, expected: string = describeType(tunable)): HostwrightError {
  const shown = JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  return new HostwrightError('INVALID_INPUT', `${tunable.id} cannot be ${shown}: expected ${expected}`, {
    subject: tunable.id,
    data: {
      value,
      ...(tunable.min === undefined ? {} : { min: tunable.min }),
      ...(tunable.max === undefined ? {} : { max: tunable.max }),
      ...(tunable.unit === undefined ? {} : { unit: tunable.unit }),
    },
  })
}

function words(text: string): string {
  return text.trim().split(/\s+/u).join(' ')
}
