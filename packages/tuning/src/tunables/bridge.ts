import type { TunableGroup } from '../tunable.ts'

export const bridge = (): TunableGroup => ({
  group: 'bridge',
  source: 'Documentation/networking/ip-sysctl.rst',
  common: { namespace: 'network', module: 'br_netfilter', config: 'CONFIG_BRIDGE_NETFILTER', type: 'boolean' },
  tunables: [
    {
      id: 'net.bridge.bridge-nf-call-iptables',
      type: 'boolean',
      meaning: 'Sends bridged IPv4 packets through iptables; Kubernetes and Docker rely on it.',
      sideEffects: 'Costs throughput, and rules meant for routed traffic then catch bridged traffic.',
    },
    { id: 'net.bridge.bridge-nf-call-ip6tables', type: 'boolean', meaning: 'Sends bridged IPv6 packets through ip6tables.' },
    { id: 'net.bridge.bridge-nf-call-arptables', type: 'boolean', meaning: 'Sends bridged ARP through arptables.' },
    { id: 'net.bridge.bridge-nf-filter-vlan-tagged', type: 'boolean', meaning: 'Does the same for packets with a VLAN tag.' },
    { id: 'net.bridge.bridge-nf-filter-pppoe-tagged', type: 'boolean', meaning: 'Does the same for packets inside PPPoE.' },
  ],
})
