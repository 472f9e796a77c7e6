import { findCpuMask, formatCpuMask } from '@hostwright/core'
import { parseInteger } from './python-text.ts'

/** No machine has more; a larger number in a profile is a mistake, and a range up to it would fill the memory. */
const maxCpus = 65_536n

/**
 * The CPU numbers of a list in tuned's form, ascending: `0-3,5`, masks as `0xf` (with commas, ended by an empty element: `0xf,,6`),
 * and exclusions `^3`. A list that is malformed is empty, as it is for tuned. Quotes around it are taken off.
 */
export function unpackCpuList(text: string): readonly number[] {
  const included = new Set<number>()
  const excluded = new Set<number>()
  for (const element of elements(text)) {
    const negated = /^[\^!]/u.test(element)
    const range = element.slice(0, 2).toLowerCase() === '0x' ? maskCpus(element) : rangeCpus(negated ? element.slice(1) : element)
    if (range === undefined) return []
    for (const cpu of range) (negated ? excluded : included).add(cpu)
  }
  return [...included].filter((cpu) => !excluded.has(cpu)).toSorted((left, right) => left - right)
}

/** The elements of a list; the words of a mask are joined. */
function elements(text: string): string[] {
  const result: string[] = []
  let mask: string | undefined
  for (const part of text.replaceAll(/^["']+|["']+$/gu, '').split(',')) {
    if (mask !== undefined) {
      if (part === '') {
        result.push(mask)
        mask = undefined
      } else mask += part
    } else if (part.slice(0, 2).toLowerCase() === '0x') mask = part
    else if (part !== '') result.push(part)
  }
  return mask === undefined ? result : [...result, mask]
}

function rangeCpus(text: string): readonly number[] | undefined {
  const [first, last] = text.split('-')
  const from = parseInteger(first ?? '')
  const to = last === undefined ? from : parseInteger(last)
  if (from === undefined || to === undefined || from < 0n || to > maxCpus) return undefined
  return from > to ? [] : Array.from({ length: Number(to - from) + 1 }, (_, index) => Number(from) + index)
}

/** The CPU numbers of a hexadecimal mask; none if it is no mask. Digits count, wherever commas stand. */
export function maskCpus(mask: string): readonly number[] {
  return findCpuMask(mask.replaceAll(',', '')) ?? []
}

/** The mask of some CPUs in whole groups of 32 bits: `00000001,0000000f`. */
export function cpuMask(cpus: readonly number[]): string {
  return formatCpuMask(cpus).padStart(8, '0')
}
