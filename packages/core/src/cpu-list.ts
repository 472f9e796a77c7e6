import { HostwrightError } from './errors.ts'

/** CONFIG_NR_CPUS is at most 8192; a list from outside must not make us build a larger one. */
const cpuLimit = 8192

/**
 * The CPU numbers of a list as the kernel writes it: `0-3,8`, also with strides such as `0-31:1/4`. Sorted, each once; none for an empty
 * list, and `undefined` for anything else and for numbers above 8191.
 *
 * Source: `Documentation/admin-guide/kernel-parameters.rst`.
 */
export function findCpuList(text: string): readonly number[] | undefined {
  if (text.trim() === '') return []
  const cpus = new Set<number>()
  for (const part of text.split(',')) {
    const [, from, to, used, group] = /^\s*(\d{1,5})(?:-(\d{1,5})(?::(\d{1,5})\/(\d{1,5}))?)?\s*$/u.exec(part) ?? []
    const first = Number(from)
    const last = to === undefined ? first : Number(to)
    const stride = group === undefined ? 1 : Number(group)
    const taken = used === undefined ? 1 : Number(used)
    if (from === undefined || last < first || last >= cpuLimit || stride < 1 || taken < 1 || taken > stride) return undefined
    for (let cpu = first; cpu <= last; cpu += 1) if ((cpu - first) % stride < taken) cpus.add(cpu)
  }
  return ascending(cpus)
}

/**
 * The CPU numbers of a list, as `findCpuList` reads it.
 *
 * @throws INVALID_INPUT for what is no list
 */
export function parseCpuList(text: string): readonly number[] {
  const cpus = findCpuList(text)
  if (cpus !== undefined) return cpus
  throw new HostwrightError('INVALID_INPUT', `\`${text}\` is no list of CPUs`, { subject: text, hint: 'Write numbers and ranges, such as 2-7,10.' })
}

/** CPU numbers in any order as the kernel writes them: `0-3,8`; empty for none. */
export function formatCpuList(cpus: Iterable<number>): string {
  const numbers = ascending(cpus)
  const parts: string[] = []
  let first: number | undefined
  for (const [index, cpu] of numbers.entries()) {
    first ??= cpu
    if (numbers[index + 1] === cpu + 1) continue
    parts.push(first === cpu ? `${cpu}` : `${first}-${cpu}`)
    first = undefined
  }
  return parts.join(',')
}

/**
 * The CPU numbers of a hexadecimal mask such as `ff` or `1,00000001`, sorted: `undefined` for anything else and for numbers above 8191. After a
 * comma a group stands for 32 CPUs, however many of its digits are written. A `0x` before it is passed over.
 *
 * Source: `bitmap_parse` in the kernel's `lib/bitmap-str.c`.
 */
export function findCpuMask(text: string): readonly number[] | undefined {
  const plain = text.trim().toLowerCase().replace(/^0x/u, '')
  if (!/^[0-9a-f]{1,8}(?:,[0-9a-f]{1,8})*$|^[0-9a-f]+$/u.test(plain)) return undefined
  const [first = '', ...groups] = plain.split(',')
  const digits = `${first}${groups.map((group) => group.padStart(8, '0')).join('')}`.replace(/^0+/u, '')
  if (digits.length * 4 > cpuLimit) return undefined
  const cpus: number[] = []
  for (let at = digits.length - 1, base = 0; at >= 0; at -= 1, base += 4) {
    const nibble = Number.parseInt(digits[at] ?? '0', 16)
    for (let bit = 0; bit < 4; bit += 1) if ((nibble & (1 << bit)) !== 0) cpus.push(base + bit)
  }
  return cpus
}

/** CPU numbers as a mask for `smp_affinity`, `rps_cpus` and the like: hexadecimal, in groups of 32 bits, `0` for none. */
export function formatCpuMask(cpus: Iterable<number>): string {
  let mask = 0n
  for (const cpu of cpus) mask |= 1n << BigInt(cpu)
  const digits = mask.toString(16)
  const padded = digits.length <= 8 ? digits : digits.padStart(Math.ceil(digits.length / 8) * 8, '0')
  return padded.replaceAll(/(?!^)(?=(?:.{8})+$)/gu, ',')
}

function ascending(cpus: Iterable<number>): readonly number[] {
  return [...new Set(cpus)].sort((left, right) => left - right)
}
