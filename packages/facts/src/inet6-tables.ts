import type { DefaultRoute, HostAddress } from './addresses.ts'

/** `IPV6_ADDR_*` scopes of `/proc/net/if_inet6` in include/net/ipv6.h. */
const scopes: Readonly<Record<string, HostAddress['scope']>> = { '00': 'global', '10': 'host', '20': 'link', '40': 'site' }

/** The addresses of `/proc/net/if_inet6`. */
export function parseInet6Addresses(text: string): readonly HostAddress[] {
  const addresses: HostAddress[] = []
  for (const line of text.split('\n')) {
    const [, digits, length, scope, name] = /^([0-9a-f]{32})\s+[0-9a-f]+\s+([0-9a-f]{2})\s+([0-9a-f]{2})\s+[0-9a-f]+\s+(\S+)$/.exec(line.trim()) ?? []
    if (digits === undefined || length === undefined || name === undefined) continue
    addresses.push({
      family: 'inet6',
      address: formatInet6(digits),
      prefixLength: Number.parseInt(length, 16),
      interface: name,
      scope: scopes[scope ?? ''] ?? 'global',
    })
  }
  return addresses
}

/** The default routes of `/proc/net/ipv6_route` that are up. */
export function parseInet6Routes(text: string): readonly DefaultRoute[] {
  const routes: DefaultRoute[] = []
  for (const line of text.split('\n')) {
    const [, gateway, metric, flags, name] =
      /^0{32} 00 0{32} 00 ([0-9a-f]{32}) ([0-9a-f]{8}) [0-9a-f]{8} [0-9a-f]{8} ([0-9a-f]{8})\s+(\S+)$/.exec(line.trim()) ?? []
    if (gateway === undefined || metric === undefined || flags === undefined || name === undefined) continue
    const bits = Number.parseInt(flags, 16)
    // RTF_UP is 1, RTF_REJECT is 0x200: the route that the kernel itself keeps on `lo` rejects.
    if ((bits & 1) === 0 || (bits & 0x200) !== 0) continue
    const hop = /^0+$/.test(gateway) ? {} : { gateway: formatInet6(gateway) }
    routes.push({ family: 'inet6', interface: name, ...hop, metric: Number.parseInt(metric, 16) })
  }
  return routes
}

/** 32 hexadecimal digits in the form of RFC 5952: the longest run of at least two zero groups becomes `::`. */
export function formatInet6(digits: string): string {
  const groups = (digits.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === '0') length += 1
    if (length > best.length) best = { start, length }
  }
  if (best.start === -1) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}
