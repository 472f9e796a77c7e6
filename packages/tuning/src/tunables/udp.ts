import type { TunableGroup } from '../tunable.ts'

export const udp = (): TunableGroup => ({
  group: 'udp',
  source: 'Documentation/networking/ip-sysctl.rst',
  tunables: [
    { id: 'net.ipv4.udp_mem', type: 'integers', count: 3, min: 0, unit: 'pages', meaning: 'Memory of all UDP sockets: no pressure, pressure, and the limit.' },
    {
      id: 'net.ipv4.udp_rmem_min',
      type: 'integer',
      min: 1,
      max: 2147483647,
      unit: 'bytes',
      namespace: 'network',
      meaning: 'Receive buffer that a UDP socket has even under pressure.',
    },
    {
      id: 'net.ipv4.udp_wmem_min',
      type: 'integer',
      min: 1,
      max: 2147483647,
      unit: 'bytes',
      namespace: 'network',
      meaning: 'Of no effect: UDP does not account for memory when sending.',
      ineffectiveSince: '4.19',
    },
    {
      id: 'net.ipv4.udp_early_demux',
      type: 'boolean',
      namespace: 'network',
      meaning: 'Finds the socket of a UDP packet before routing it; saves a little for connected sockets, costs a little on routers.',
    },
    {
      id: 'net.ipv4.tcp_early_demux',
      type: 'boolean',
      namespace: 'network',
      meaning: 'Finds the socket of a TCP packet before routing it; 0 saves a little on routers.',
    },
    {
      id: 'net.ipv4.udp_l3mdev_accept',
      type: 'boolean',
      namespace: 'network',
      config: 'CONFIG_NET_L3_MASTER_DEV',
      meaning: 'Lets a UDP socket outside any VRF receive from all.',
    },
    {
      id: 'net.ipv4.udp_child_hash_entries',
      type: 'integer',
      min: 0,
      max: 65536,
      since: '6.2',
      namespace: 'network',
      meaning: 'Size of the UDP table of network namespaces created from now on; 0 shares the first one’s.',
    },
  ],
})
