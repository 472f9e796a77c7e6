import type { Profile } from '../profile.ts'

const tuned = 'tuned 2.28 throughput-performance'

/** Throughput over power, for machines that serve. */
export const server: Profile = {
  name: 'server',
  summary: 'A server: throughput comes before power, and memory serves the running programs first',
  origin: 'built-in',
  settings: [
    { tunable: 'cpufreq.governor', value: 'performance', why: 'no request waits for the clock to rise', source: tuned },
    { tunable: 'cpufreq.energy-performance-preference', value: 'performance', why: 'the CPU’s own control prefers clock over power', source: tuned },
    { tunable: 'cpu.energy-perf-bias', value: '0', why: '0 is `performance`, for CPUs without EPP', source: tuned },
    { tunable: 'intel-pstate.min-perf-pct', value: '100', why: 'intel_pstate does not go below the highest non-turbo clock', source: tuned },
    { tunable: 'cpufreq.boost', value: '1', why: 'clocks above the nominal one are allowed', source: tuned },
    { tunable: 'power.platform-profile', value: 'performance', why: 'the firmware lifts its power and fan limits', source: tuned },
    {
      tunable: 'vm.swappiness',
      value: '10',
      why: 'file cache is dropped before the memory of services goes to swap',
      source: tuned,
    },
    {
      tunable: 'vm.dirty_bytes',
      value: { percentOfMemory: 40, atMostBytes: 8_589_934_592 },
      why: 'bursts of writes are absorbed by memory; at most 8 GiB, since more takes disks longer to write than a sync may wait',
      source: `${tuned} (40 %, without the limit)`,
    },
    {
      tunable: 'vm.dirty_background_bytes',
      value: { percentOfMemory: 10, atMostBytes: 2_147_483_648 },
      why: 'writing back starts early enough that writers are not stopped',
      source: `${tuned} (10 %, without the limit)`,
    },
    {
      tunable: 'net.core.somaxconn',
      value: { atLeast: '2048' },
      why: 'bursts of new connections wait in the listen queue instead of being refused',
      source: tuned,
    },
    {
      tunable: 'block.read-ahead',
      value: { atLeast: '4096' },
      why: 'sequential readers get long runs from disks and network volumes',
      source: tuned,
    },
  ],
}
