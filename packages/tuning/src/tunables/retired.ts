import type { TunableEntry, TunableGroup } from '../tunable.ts'

/** What is still set in many files although no kernel of today has it. */
const scheduler = (name: string, meaning: string, movedTo?: string): TunableEntry => ({
  id: `kernel.sched_${name}`,
  type: 'integer',
  min: 0,
  until: '5.13',
  ...(movedTo === undefined ? {} : { movedTo }),
  config: 'CONFIG_SCHED_DEBUG',
  meaning,
  source: 'kernel/sched/debug.c',
})

export const retired = (): TunableGroup => ({
  group: 'retired',
  source: 'Documentation/networking/ip-sysctl.rst',
  tunables: [
    scheduler(
      'latency_ns',
      'Once the period in which every runnable task ran; moved to debugfs in 5.13 and gone with EEVDF in 6.6, where base_slice_ns is nearest.',
      'sched.base-slice',
    ),
    scheduler('min_granularity_ns', 'Once the shortest run of a task; in debugfs from 5.13, and base_slice_ns from 6.6.', 'sched.base-slice'),
    scheduler('wakeup_granularity_ns', 'Once how far a woken task had to be ahead to preempt; in debugfs from 5.13, gone in 6.6 without a successor.'),
    scheduler('migration_cost_ns', 'How recently a task must have run to stay on its CPU; in debugfs from 5.13.', 'sched.migration-cost'),
    scheduler('nr_migrate', 'How many tasks the balancer looks at; in debugfs from 5.13.', 'sched.nr-migrate'),
    scheduler('tunable_scaling', 'How slices grow with the CPUs; in debugfs from 5.13.', 'sched.tunable-scaling'),
    {
      id: 'kernel.numa_balancing_scan_delay_ms',
      type: 'integer',
      min: 0,
      until: '5.13',
      movedTo: 'sched.numa-scan-delay',
      config: 'CONFIG_SCHED_DEBUG',
      meaning: 'How long a new task runs before its memory is scanned; in debugfs from 5.13.',
      source: 'kernel/sched/debug.c',
    },
    {
      id: 'kernel.numa_balancing_scan_period_min_ms',
      type: 'integer',
      min: 0,
      until: '5.13',
      movedTo: '/sys/kernel/debug/sched/numa_balancing/scan_period_min_ms',
      config: 'CONFIG_SCHED_DEBUG',
      meaning: 'Shortest time between NUMA scans of a task; in debugfs from 5.13.',
      source: 'kernel/sched/debug.c',
    },
    {
      id: 'kernel.numa_balancing_scan_period_max_ms',
      type: 'integer',
      min: 0,
      until: '5.13',
      movedTo: '/sys/kernel/debug/sched/numa_balancing/scan_period_max_ms',
      config: 'CONFIG_SCHED_DEBUG',
      meaning: 'Longest time between NUMA scans of a task; in debugfs from 5.13.',
      source: 'kernel/sched/debug.c',
    },
    {
      id: 'kernel.numa_balancing_scan_size_mb',
      type: 'integer',
      min: 0,
      until: '5.13',
      movedTo: 'sched.numa-scan-size',
      config: 'CONFIG_SCHED_DEBUG',
      meaning: 'How much memory one NUMA scan covers; in debugfs from 5.13.',
      source: 'kernel/sched/debug.c',
    },
    {
      id: 'kernel.sched_child_runs_first',
      type: 'boolean',
      until: '6.12',
      meaning: 'Once ran the child first after a fork; EEVDF does not have it.',
      source: 'kernel/sched/fair.c',
    },
    {
      id: 'kernel.sched_compat_yield',
      type: 'boolean',
      until: '4.19',
      meaning: 'Once made sched_yield() give way further, for the first CFS kernels.',
      source: 'kernel/sysctl.c',
    },
    {
      id: 'vm.percpu_pagelist_fraction',
      type: 'integer',
      min: 0,
      until: '5.14',
      movedTo: 'vm.percpu_pagelist_high_fraction',
      meaning: 'Once the share of a zone on each per-CPU list; replaced, with another meaning of the number, in 5.14.',
      source: 'mm/page_alloc.c',
    },
    {
      id: 'vm.block_dump',
      type: 'boolean',
      until: '6.1',
      meaning: 'Once logged every block that was read or written.',
      source: 'Documentation/admin-guide/laptops/laptop-mode.rst',
    },
    {
      id: 'vm.nr_pdflush_threads',
      type: 'integer',
      min: 0,
      until: '6.1',
      ineffectiveSince: '2.6.32',
      meaning: 'Once the number of flusher threads; each device has had its own since 2.6.32.',
      source: 'mm/backing-dev.c',
    },
    { id: 'vm.hugepages_treat_as_movable', type: 'boolean', until: '4.19', meaning: 'Once took huge pages from the movable zone.', source: 'mm/hugetlb.c' },
    { id: 'vm.swap_token_timeout', type: 'integer', min: 0, until: '4.19', meaning: 'Once how long a task kept the swap token.', source: 'kernel/sysctl.c' },
    {
      id: 'net.ipv4.tcp_tw_recycle',
      type: 'boolean',
      until: '4.12',
      meaning:
        'Once recycled connections in TIME-WAIT early. It broke every client behind NAT, and was removed; raise the port range or use `net.ipv4.tcp_tw_reuse`.',
    },
    {
      id: 'net.ipv4.tcp_thin_dupack',
      type: 'boolean',
      until: '4.19',
      meaning: 'Once repeated at the first duplicate on thin connections; RACK does it by itself.',
    },
    { id: 'net.ipv4.tcp_frto_response', type: 'integer', min: 0, until: '4.19', meaning: 'Once the reaction to a needless timeout.' },
    { id: 'net.ipv4.tcp_abc', type: 'integer', min: 0, until: '4.19', meaning: 'Once appropriate byte counting.' },
    { id: 'net.ipv4.tcp_max_ssthresh', type: 'integer', min: 0, until: '4.19', meaning: 'Once limited slow start.' },
    { id: 'net.ipv4.tcp_cookie_size', type: 'integer', min: 0, until: '4.19', meaning: 'Once TCP cookie transactions.' },
    { id: 'net.ipv4.tcp_dma_copybreak', type: 'integer', min: 0, until: '4.19', meaning: 'Once from where copies went by DMA.' },
    { id: 'net.ipv4.rt_cache_rebuild_count', type: 'integer', until: '4.19', meaning: 'Once part of the IPv4 route cache, which was removed in 3.6.' },
    { id: 'net.ipv4.inet_peer_gc_mintime', type: 'integer', until: '4.19', meaning: 'Once how often remembered hosts were cleaned up.' },
    { id: 'net.ipv4.inet_peer_gc_maxtime', type: 'integer', until: '4.19', meaning: 'Once how often remembered hosts were cleaned up.' },
    {
      id: 'net.ipv4.ip_conntrack_max',
      type: 'integer',
      min: 0,
      until: '4.9',
      movedTo: 'net.netfilter.nf_conntrack_max',
      meaning: 'The old name of the connection limit.',
      source: 'net/ipv4/netfilter',
    },
    {
      id: 'net.ipv4.netfilter.ip_conntrack_max',
      type: 'integer',
      min: 0,
      until: '4.9',
      movedTo: 'net.netfilter.nf_conntrack_max',
      meaning: 'The old name of the connection limit.',
      source: 'net/ipv4/netfilter',
    },
    {
      id: 'net.ipv4.netfilter.ip_conntrack_tcp_timeout_established',
      type: 'integer',
      min: 0,
      unit: 's',
      until: '4.9',
      movedTo: 'net.netfilter.nf_conntrack_tcp_timeout_established',
      meaning: 'The old name of the timeout of established connections.',
      source: 'net/ipv4/netfilter',
    },
    {
      id: 'net.ipv4.netfilter.ip_conntrack_tcp_timeout_time_wait',
      type: 'integer',
      min: 0,
      unit: 's',
      until: '4.9',
      movedTo: 'net.netfilter.nf_conntrack_tcp_timeout_time_wait',
      meaning: 'The old name of the timeout of closed connections.',
      source: 'net/ipv4/netfilter',
    },
    {
      id: 'net.netfilter.nf_conntrack_helper',
      type: 'boolean',
      until: '6.1',
      meaning: 'Once assigned helpers by port without being told; assign them with rules now.',
      source: 'net/netfilter/nf_conntrack_helper.c',
    },
  ],
})

/** Names that people set and that no kernel has ever had. */
export interface Misnomer {
  readonly name: string
  /** The tunable that is meant, if there is one. */
  readonly meant?: string
  /** What the name is and what to do, as sentences. */
  readonly explanation: string
}

/** Names that no kernel has, but that lists of settings carry on. */
export const misnomers: readonly Misnomer[] = [
  {
    name: 'vm.transparent_hugepage',
    meant: 'thp.enabled',
    explanation:
      'Transparent huge pages are no sysctl: they are set in /sys/kernel/mm/transparent_hugepage/enabled, by tmpfiles.d or the kernel parameter transparent_hugepage=.',
  },
  {
    name: 'vm.transparent_hugepage.enabled',
    meant: 'thp.enabled',
    explanation:
      'Transparent huge pages are no sysctl: they are set in /sys/kernel/mm/transparent_hugepage/enabled, by tmpfiles.d or the kernel parameter transparent_hugepage=.',
  },
  {
    name: 'vm.transparent_hugepage.defrag',
    meant: 'thp.defrag',
    explanation: 'Transparent huge pages are no sysctl: they are set in /sys/kernel/mm/transparent_hugepage/defrag.',
  },
  {
    name: 'kernel.mm.transparent_hugepage.enabled',
    meant: 'thp.enabled',
    explanation: 'This is the sysfs path written as a sysctl; it is set in /sys/kernel/mm/transparent_hugepage/enabled.',
  },
  {
    name: 'vm.zswap.enabled',
    meant: 'zswap.enabled',
    explanation: 'zswap is no sysctl: it is set in /sys/module/zswap/parameters/enabled or by zswap.enabled= on the kernel command line.',
  },
  { name: 'vm.zone_reclaim', meant: 'vm.zone_reclaim_mode', explanation: 'The name is vm.zone_reclaim_mode.' },
  { name: 'vm.dirty_background', meant: 'vm.dirty_background_ratio', explanation: 'The name is vm.dirty_background_ratio or vm.dirty_background_bytes.' },
  { name: 'vm.page_cluster', meant: 'vm.page-cluster', explanation: 'The name is spelt with a hyphen: vm.page-cluster.' },
  { name: 'kernel.threads_max', meant: 'kernel.threads-max', explanation: 'The name is spelt with a hyphen: kernel.threads-max.' },
  { name: 'fs.aio_max_nr', meant: 'fs.aio-max-nr', explanation: 'The name is spelt with hyphens: fs.aio-max-nr.' },
  { name: 'fs.file_max', meant: 'fs.file-max', explanation: 'The name is spelt with a hyphen: fs.file-max.' },
  { name: 'net.ipv4.tcp_congestion', meant: 'net.ipv4.tcp_congestion_control', explanation: 'The name is net.ipv4.tcp_congestion_control.' },
  { name: 'net.core.tcp_congestion_control', meant: 'net.ipv4.tcp_congestion_control', explanation: 'Congestion control lies below net.ipv4, for IPv6 too.' },
  { name: 'net.ipv6.tcp_congestion_control', meant: 'net.ipv4.tcp_congestion_control', explanation: 'Congestion control lies below net.ipv4, for IPv6 too.' },
  { name: 'net.core.default_qdisk', meant: 'net.core.default_qdisc', explanation: 'The name is net.core.default_qdisc.' },
  { name: 'net.ipv4.default_qdisc', meant: 'net.core.default_qdisc', explanation: 'The default queueing discipline lies below net.core.' },
  { name: 'net.ipv4.somaxconn', meant: 'net.core.somaxconn', explanation: 'somaxconn lies below net.core.' },
  { name: 'net.ipv6.tcp_rmem', meant: 'net.ipv4.tcp_rmem', explanation: 'The TCP buffers lie below net.ipv4, for IPv6 too.' },
  { name: 'net.ipv6.tcp_wmem', meant: 'net.ipv4.tcp_wmem', explanation: 'The TCP buffers lie below net.ipv4, for IPv6 too.' },
  { name: 'net.core.tcp_rmem', meant: 'net.ipv4.tcp_rmem', explanation: 'The TCP buffers lie below net.ipv4.' },
  { name: 'net.core.tcp_wmem', meant: 'net.ipv4.tcp_wmem', explanation: 'The TCP buffers lie below net.ipv4.' },
  {
    name: 'net.ipv4.udp_rmem',
    meant: 'net.ipv4.udp_rmem_min',
    explanation: 'UDP has net.ipv4.udp_rmem_min and udp_mem; the largest buffer is net.core.rmem_max.',
  },
  { name: 'net.ipv4.udp_wmem', meant: 'net.core.wmem_max', explanation: 'UDP has no such limit; the largest send buffer is net.core.wmem_max.' },
  { name: 'kernel.sched_autogroup', meant: 'kernel.sched_autogroup_enabled', explanation: 'The name is kernel.sched_autogroup_enabled.' },
  {
    name: 'kernel.sched_migration_cost',
    meant: 'sched.migration-cost',
    explanation: 'The unit belonged to the name (kernel.sched_migration_cost_ns), and the knob moved to debugfs in 5.13.',
  },
  {
    name: 'kernel.exec-shield',
    meant: 'kernel.randomize_va_space',
    explanation: 'A patch of Red Hat kernels up to release 6; every CPU of today does it in hardware.',
  },
  { name: 'kernel.numa_balancing_enabled', meant: 'kernel.numa_balancing', explanation: 'The name is kernel.numa_balancing.' },
  { name: 'net.ipv6.conf.all.disable_ipv6_all', meant: 'net.ipv6.conf.{interface}.disable_ipv6', explanation: 'The name is net.ipv6.conf.all.disable_ipv6.' },
]
