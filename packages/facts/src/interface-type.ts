/** What a network interface is. `virtual`: made by software, of a kind that sysfs does not tell. */
export type InterfaceType =
  | 'ethernet'
  | 'wifi'
  | 'loopback'
  | 'bridge'
  | 'bond'
  | 'vlan'
  | 'vxlan'
  | 'geneve'
  | 'wireguard'
  | 'tun'
  | 'tap'
  | 'veth'
  | 'macvlan'
  | 'ipvlan'
  | 'dummy'
  | 'ifb'
  | 'vrf'
  | 'infiniband'
  | 'wwan'
  | 'can'
  | 'ppp'
  | 'tunnel'
  | 'monitor'
  | 'virtual'
  | 'other'

interface TypeSigns {
  readonly name: string
  /** ARPHRD number, `include/uapi/linux/if_arp.h`. */
  readonly hardware: number | undefined
  /** `DEVTYPE` of the uevent, which the driver sets. */
  readonly kind: string | undefined
  readonly tunFlags: number | undefined
  readonly isBridge: boolean
  readonly isBond: boolean
  readonly isWireless: boolean
  readonly physical: boolean
  readonly linkedElsewhere: boolean
}

const byKind: Readonly<Record<string, InterfaceType>> = {
  bridge: 'bridge',
  bond: 'bond',
  vlan: 'vlan',
  vxlan: 'vxlan',
  geneve: 'geneve',
  wireguard: 'wireguard',
  wlan: 'wifi',
  wwan: 'wwan',
  macvlan: 'macvlan',
  ipvlan: 'ipvlan',
  vrf: 'vrf',
}

const byHardware: Readonly<Record<number, InterfaceType>> = {
  32: 'infiniband',
  280: 'can',
  512: 'ppp',
  768: 'tunnel',
  769: 'tunnel',
  772: 'loopback',
  776: 'tunnel',
  778: 'tunnel',
  801: 'monitor',
  802: 'monitor',
  803: 'monitor',
  823: 'tunnel',
}

/** What an interface is, by what its driver says, then by the hardware type, then by what only one kind has. */
export function interfaceType(signs: TypeSigns): InterfaceType {
  const stated = byKind[signs.kind ?? '']
  if (stated !== undefined) return stated
  // IFF_TUN is 1 and IFF_TAP is 2 in include/uapi/linux/if_tun.h.
  if (signs.tunFlags !== undefined) return (signs.tunFlags & 2) === 2 ? 'tap' : 'tun'
  if (signs.isBridge) return 'bridge'
  if (signs.isBond) return 'bond'
  const hardware = byHardware[signs.hardware ?? -1]
  if (hardware !== undefined) return hardware
  if (signs.isWireless) return 'wifi'
  if (signs.physical) return signs.hardware === 1 ? 'ethernet' : 'other'
  if (signs.linkedElsewhere) return 'veth'
  // These two have no other mark; their drivers name them so.
  const named = /^(dummy|ifb)\d+$/.exec(signs.name)?.[1]
  return named === 'dummy' || named === 'ifb' ? named : 'virtual'
}
