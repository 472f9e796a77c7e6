/**
 * The sizes of `/proc/meminfo`, or of a NUMA node's `meminfo` with its `Node 0` before each name, in bytes.
 * Counts without a unit (`HugePages_Total`) are left out, as are lines of another form.
 */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, digits] = /^(?:Node \d+ )?([\w()]+):\s+(\d{1,12}) kB\s*$/.exec(line) ?? []
    if (name !== undefined) sizes.set(name, Number(digits) * 1024)
  }
  return sizes
}
