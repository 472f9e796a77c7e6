/** The `KEY=value` lines of a device's `uevent` file. */
export function parseUevent(text: string | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text?.split('\n') ?? []) {
    const at = line.indexOf('=')
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim())
  }
  return values
}
