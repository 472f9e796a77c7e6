/** A route of the main IPv4 table. */
export interface Inet4Route {
  readonly interface: string
  /** In host order. */
  readonly destination: number
  readonly prefixLength: number
  readonly gateway?: string
  readonly metric: number
}

/** The routes of `/proc/net/route` that are up. The kernel prints addresses in the machine's byte order; little endian is assumed. */
export function parseRoutes(text: string): readonly Inet4Route[] {
  const routes: Inet4Route[] = []
  for (const line of text.split('\n')) {
    const [, name, destination, gateway, flags, metric, mask] =
      /^(\S+)\s+([0-9A-F]{8})\s+([0-9A-F]{8})\s+([0-9A-F]{1,8})\s+\d+\s+\d+\s+(\d{1,10})\s+([0-9A-F]{8})\s/.exec(line) ?? []
    if (name === undefined || destination === undefined || gateway === undefined || flags === undefined || mask === undefined) continue
    const flagBits = Number.parseInt(flags, 16)
    // RTF_UP and RTF_GATEWAY in include/uapi/linux/route.h.
    if ((flagBits & 1) === 0) continue
    routes.push({
      interface: name,
      destination: fromLittleEndian(destination),
      prefixLength: bitCount(fromLittleEndian(mask)),
      ...((flagBits & 2) === 0 ? {} : { gateway: dotted(fromLittleEndian(gateway)) }),
      metric: Number(metric),
    })
  }
  return routes
}

/** The host's own addresses from the local table of `/proc/net/fib_trie`, each once, in its order. */
export function parseLocalAddresses(text: string): readonly string[] {
  const addresses = new Set<string>()
  let address: string | undefined
  for (const line of text.split('\n')) {
    const leaf = /^\s+\|-- (\d{1,3}(?:\.\d{1,3}){3})$/.exec(line)?.[1]
    if (leaf !== undefined) address = leaf
    else if (address !== undefined && /^\s+\/32 host LOCAL$/.test(line)) addresses.add(address)
  }
  return [...addresses]
}

function fromLittleEndian(hexadecimal: string): number {
  const bytes = hexadecimal.match(/../g) ?? []
  return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0)
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

function bitCount(value: number): number {
  return value.toString(2).replaceAll('0', '').length
}
