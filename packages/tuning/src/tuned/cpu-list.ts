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

/** The CPU numbers of a hexadecimal mask, with or without `0x` and commas; none if it is no mask. */
export function maskCpus(mask: string): readonly number[] {
  const digits = mask.replaceAll(',', '').trim().replace(/^0x/iu, '')
  if (!/^[0-9a-f]+$/iu.test(digits) || digits.length > Number(maxCpus) / 4) return []
  const cpus: number[] = []
  for (let at = 0; at < digits.length; at += 1) {
    const nibble = Number.parseInt(digits[digits.length - 1 - at] ?? '0', 16)
    for (let bit = 0; bit < 4; bit += 1) if ((nibble & (1 << bit)) !== 0) cpus.push(at * 4 + bit)
  }
  return cpus
}

/** The mask of some CPUs in groups of 32 bits, as the kernel prints it: `00000001,0000000f`. */
export function cpuMask(cpus: readonly number[]): string {
  const nibbles = Array.from({ length: Math.floor(Math.max(0, ...cpus) / 4) + 1 }, () => 0)
  for (const cpu of cpus) nibbles[cpu >> 2] = (nibbles[cpu >> 2] ?? 0) | (1 << (cpu & 3))
  const digits = nibbles
    .toReversed()
    .map((nibble) => nibble.toString(16))
    .join('')
  const padded = digits.padStart(Math.ceil(digits.length / 8) * 8, '0')
  return (padded.match(/.{8}/gu) ?? []).join(',')
}

/** Ascending CPU numbers as ranges: `1-3`, `5`. */
export function packCpuList(cpus: readonly number[]): readonly string[] {
  const ranges: string[] = []
  let first = 0
  for (let at = 0; at < cpus.length; at += 1) {
    if (cpus[at + 1] === (cpus[at] ?? 0) + 1) continue
    ranges.push(first === at ? `${cpus[at]}` : `${cpus[first]}-${cpus[at]}`)
    first = at + 1
  }
  return ranges
}
