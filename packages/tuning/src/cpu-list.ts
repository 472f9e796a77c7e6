import { HostwrightError } from '@hostwright/core'

// CONFIG_NR_CPUS is at most 8192; a list from outside must not make us build a larger one.
const cpuLimit = 8192

/**
 * The CPU numbers of a list as the kernel writes it: `0-3,8`, also with strides such as `0-31:1/4`. Sorted, each once.
 *
 * @throws `INVALID_INPUT` for anything else, and for numbers above 8191
 */
export function parseCpuList(text: string): readonly number[] {
  const cpus = new Set<number>()
  for (const part of text.trim().split(',')) {
    if (part === '' && text.trim() === '') break
    const [, from, to, used, group] = /^\s*(\d{1,5})(?:-(\d{1,5})(?::(\d{1,5})\/(\d{1,5}))?)?\s*$/u.exec(part) ?? []
    const first = Number(from)
    const last = to === undefined ? first : Number(to)
    const stride = group === undefined ? 1 : Number(group)
    const taken = used === undefined ? 1 : Number(used)
    if (from === undefined || last < first || last >= cpuLimit || stride < 1 || taken < 1 || taken > stride) throw badList(text)
    for (let cpu = first; cpu <= last; cpu += 1) if ((cpu - first) % stride < taken) cpus.add(cpu)
  }
  return [...cpus].toSorted((left, right) => left - right)
}

/** CPU numbers as the kernel writes them: `0-3,8`; empty for none. */
export function formatCpuList(cpus: Iterable<number>): string {
  const parts: string[] = []
  let first = -1
  let last = -1
  const close = (): void => {
    if (first >= 0) parts.push(first === last ? `${first}` : `${first}-${last}`)
  }
  for (const cpu of [...new Set(cpus)].toSorted((left, right) => left - right)) {
    if (cpu === last + 1 && first >= 0) last = cpu
    else {
      close()
      first = cpu
      last = cpu
    }
  }
  close()
  return parts.join(',')
}

/** CPU numbers as a mask for `smp_affinity`, `rps_cpus` and the like: hexadecimal, in groups of 32 bits. */
export function formatCpuMask(cpus: Iterable<number>): string {
  let mask = 0n
  for (const cpu of cpus) mask |= 1n << BigInt(cpu)
  const digits = mask.toString(16)
  const padded = digits.length <= 8 ? digits : digits.padStart(Math.ceil(digits.length / 8) * 8, '0')
  return padded.replace(/(?!^)(?=(?:.{8})+$)/gu, ',')
}

/**
 * The CPU numbers of a mask such as `ff,00000001`.
 *
 * @throws `INVALID_INPUT` for anything else
 */
export function parseCpuMask(text: string): readonly number[] {
  const digits = text.trim().replaceAll(',', '')
  if (!/^[0-9a-f]{1,2048}$/iu.test(digits)) {
    throw new HostwrightError('INVALID_INPUT', `\`${text}\` is no CPU mask`, { subject: text, hint: 'Write hexadecimal digits, such as ff or 1,00000000.' })
  }
  const mask = BigInt(`0x${digits}`)
  const cpus: number[] = []
  for (let cpu = 0; cpu < digits.length * 4; cpu += 1) if (((mask >> BigInt(cpu)) & 1n) === 1n) cpus.push(cpu)
  return cpus
}

function badList(text: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `\`${text}\` is no list of CPUs`, { subject: text, hint: 'Write numbers and ranges, such as 2-7,10.' })
}
