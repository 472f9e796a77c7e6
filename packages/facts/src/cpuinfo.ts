/** What `/proc/cpuinfo` says of the processors; the fields differ by architecture. */
export interface Cpuinfo {
  /** How many processors it lists. */
  readonly processorCount: number
  /** The fields of the first processor, with those that stand once at the end (Arm, Power). */
  readonly fields: ReadonlyMap<string, string>
  /** Each processor's fields, by number. */
  readonly byProcessor: ReadonlyMap<number, ReadonlyMap<string, string>>
}

/** More than any kernel numbers. */
const maxProcessors = 16_384

/** The blocks of `/proc/cpuinfo`, each of `name : value` lines. Lines of another form are left out. */
export function parseCpuinfo(text: string): Cpuinfo {
  const byProcessor = new Map<number, Map<string, string>>()
  const shared = new Map<string, string>()
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      const at = line.indexOf(':')
      if (at > 0) fields.set(line.slice(0, at).trim(), line.slice(at + 1).trim())
    }
    // s390 has `processor 0: version = FF, …` in one block.
    const number = fields.get('processor')
    if (number !== undefined && /^\d{1,5}$/.test(number) && byProcessor.size < maxProcessors) byProcessor.set(Number(number), fields)
    else for (const [name, value] of fields) shared.set(name, value)
  }
  const [first] = byProcessor.values()
  return { processorCount: byProcessor.size, fields: new Map([...shared, ...(first ?? [])]), byProcessor }
}
