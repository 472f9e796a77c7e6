import type { FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { parseInet6Addresses, parseInet6Routes } from './inet6-tables.ts'
import { parseLocalAddresses, parseRoutes, type Inet4Route } from './inet4-tables.ts'

/** An address of the host. */
export interface HostAddress {
  readonly family: 'inet' | 'inet6'
  readonly address: string
  /** Absent where the routing table does not tell: an IPv4 address without a network of its own. */
  readonly prefixLength?: number
  readonly interface?: string
  readonly scope: 'global' | 'link' | 'host' | 'site'
}

/** Where packets go that no other route takes. */
export interface DefaultRoute {
  readonly family: 'inet' | 'inet6'
  readonly interface: string
  /** Absent for a route without a next hop. */
  readonly gateway?: string
  /** Lower is preferred. */
  readonly metric: number
}

/** Addresses, default routes and name servers of the tree's network namespace. */
export interface AddressFacts {
  readonly addresses: readonly HostAddress[]
  readonly defaultRoutes: readonly DefaultRoute[]
  readonly nameServers: readonly string[]
  readonly searchDomains: readonly string[]
}

/**
 * What `/proc/net` and `/etc/resolv.conf` tell of the network: IPv6 exactly; IPv4 addresses with their interface where the main table has a
 * route for their network.
 */
export async function readAddresses(fs: FileTree): Promise<AddressFacts> {
  const [trie, route, inet6, route6, resolv] = await readTexts(fs, [
    '/proc/net/fib_trie',
    '/proc/net/route',
    '/proc/net/if_inet6',
    '/proc/net/ipv6_route',
    '/etc/resolv.conf',
  ])
  const routes = parseRoutes(route ?? '')
  return {
    addresses: [...parseLocalAddresses(trie ?? '').map((address) => locate(address, routes)), ...parseInet6Addresses(inet6 ?? '')],
    defaultRoutes: [
      ...routes
        .filter((entry) => entry.destination === 0 && entry.prefixLength === 0)
        .map(({ interface: name, gateway, metric }) => ({
          family: 'inet' as const,
          interface: name,
          ...(gateway === undefined ? {} : { gateway }),
          metric,
        })),
      ...parseInet6Routes(route6 ?? ''),
    ],
    nameServers: [...(resolv ?? '').matchAll(/^\s*nameserver\s+([0-9a-f.:]+(?:%\S+)?)/gim)].map((match) => match[1] ?? ''),
    searchDomains: [...(resolv ?? '').matchAll(/^\s*(?:search|domain)[ \t]+(.+)$/gm)].at(-1)?.[1]?.trim().split(/\s+/) ?? [],
  }
}

function locate(address: string, routes: readonly Inet4Route[]): HostAddress {
  if (address.startsWith('127.')) return { family: 'inet', address, prefixLength: 8, interface: 'lo', scope: 'host' }
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const network = routes
    .filter((route) => route.gateway === undefined && route.prefixLength > 0 && sameNetwork(value, route.destination, route.prefixLength))
    .sort((first, second) => second.prefixLength - first.prefixLength)[0]
  const scope = address.startsWith('169.254.') ? 'link' : 'global'
  return {
    family: 'inet',
    address,
    ...(network === undefined ? {} : { prefixLength: network.prefixLength, interface: network.interface }),
    scope,
  }
}

function sameNetwork(address: number, network: number, prefixLength: number): boolean {
  const size = 2 ** (32 - prefixLength)
  return Math.floor(address / size) === Math.floor(network / size)
}
