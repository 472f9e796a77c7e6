import type { Profile } from '../profile.ts'

const tuned = 'tuned 2.28 network-throughput'

/** Long, fast transfers. */
export const networkThroughput: Profile = {
  name: 'network-throughput',
  summary: 'Backup targets, mirrors, file servers: long transfers over fast or distant links',
  includes: ['server'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'net.ipv4.tcp_rmem',
      value: { atLeast: '4096 131072 16777216' },
      why: 'a window of 16 MiB fills 10 Gbit/s over 13 ms; the kernel only uses what a connection needs, and newer ones allow more by themselves',
      source: `${tuned} (as a lower bound)`,
    },
    {
      tunable: 'net.ipv4.tcp_wmem',
      value: { atLeast: '4096 16384 16777216' },
      why: 'the sender’s half of the same window',
      source: `${tuned} (as a lower bound)`,
    },
    {
      tunable: 'net.core.rmem_max',
      value: { atLeast: '16777216' },
      why: 'programs that set their own receive buffer may go as high',
      source: `${tuned}; man 7 socket`,
    },
    {
      tunable: 'net.core.wmem_max',
      value: { atLeast: '16777216' },
      why: 'programs that set their own send buffer may go as high',
      source: `${tuned}; man 7 socket`,
    },
    {
      tunable: 'net.ipv4.tcp_notsent_lowat',
      value: '131072',
      why: 'data that is not yet sent waits in the program and not in the kernel, which keeps large windows cheap',
      source: tuned,
    },
    {
      tunable: 'net.ipv4.tcp_slow_start_after_idle',
      value: '0',
      why: 'a connection that paused goes on at its old rate',
      source: tuned,
    },
    {
      tunable: 'net.core.netdev_max_backlog',
      value: { atLeast: '4096' },
      why: 'bursts from fast cards wait for the CPU instead of being dropped',
      source: 'CachyOS-Settings b1aedc7; Documentation/admin-guide/sysctl/net.rst',
    },
  ],
}
