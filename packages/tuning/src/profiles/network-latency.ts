import type { Profile } from '../profile.ts'

const latency = 'tuned 2.28 latency-performance'
const network = 'tuned 2.28 network-latency'

/** Packets are answered at once; power and throughput pay for it. */
export const networkLatency: Profile = {
  name: 'network-latency',
  summary: 'Trading, telephony, caches: packets are answered as early as possible, at the cost of power and throughput',
  origin: 'built-in',
  settings: [
    { tunable: 'cpufreq.governor', value: 'performance', why: 'no packet waits for the clock to rise', source: latency },
    { tunable: 'cpufreq.energy-performance-preference', value: 'performance', why: 'the CPU’s own control prefers clock over power', source: latency },
    { tunable: 'cpu.energy-perf-bias', value: '0', why: '0 is `performance`, for CPUs without EPP', source: latency },
    { tunable: 'intel-pstate.min-perf-pct', value: '100', why: 'intel_pstate does not go below the highest non-turbo clock', source: latency },
    { tunable: 'power.platform-profile', value: 'performance', why: 'the firmware lifts its power and fan limits', source: latency },
    {
      tunable: 'cpu.resume-latency',
      value: '3',
      why: 'idle states that take longer than 3 µs to leave are not entered',
      source: `${latency} force_latency=cstate.id_no_zero:1|3`,
    },
    { tunable: 'vm.dirty_ratio', value: '10', why: 'short write-back bursts, so that the disk does not stall the service', source: latency },
    { tunable: 'vm.dirty_background_ratio', value: '3', why: 'write-back starts early and stays small', source: latency },
    { tunable: 'vm.swappiness', value: '10', why: 'the memory of the service stays in memory', source: latency },
    {
      tunable: 'vm.stat_interval',
      value: '10',
      why: 'each CPU is interrupted for memory statistics every ten seconds instead of every second',
      source: network,
    },
    {
      tunable: 'thp.enabled',
      value: 'never',
      why: 'joining and splitting huge pages stalls threads for milliseconds at unforeseeable times',
      source: network,
    },
    {
      tunable: 'kernel.numa_balancing',
      value: '0',
      why: 'automatic migration between memory nodes unmaps pages to watch them, and each costs a page fault',
      source: network,
    },
    { tunable: 'kernel.timer_migration', value: '0', why: 'timers stay on the CPU that set them, next to their data', source: network },
    { tunable: 'kernel.nmi_watchdog', value: '0', why: 'no periodic interrupt for hard lock-up detection', source: network },
    {
      tunable: 'kernel.hung_task_timeout_secs',
      value: '600',
      why: 'the scan for hung tasks runs every ten minutes instead of every two',
      source: network,
    },
    { tunable: 'net.core.busy_read', value: '50', why: 'a read polls the network card for 50 µs before it sleeps', source: network },
    { tunable: 'net.core.busy_poll', value: '50', why: 'poll and select do the same', source: network },
    { tunable: 'net.ipv4.tcp_fastopen', value: '3', why: 'a known client’s first packet may carry data', source: network },
  ],
  commandLine: [
    { parameter: 'skew_tick=1', why: 'the CPUs’ ticks do not contend for the same locks at the same instant', source: network },
    { parameter: 'tsc=reliable', why: 'the clock source is not checked, and never exchanged for a slow one', source: network },
    {
      parameter: 'rcupdate.rcu_normal_after_boot=1',
      why: 'no expedited grace periods, which interrupt every CPU',
      source: network,
    },
  ],
}
