import type { Profile } from '../profile.ts'

const hpc = 'tuned 2.28 hpc-compute'
const accelerator = 'tuned 2.28 accelerator-performance'

/** Long computations over large memory, on CPUs and accelerators. */
export const ai: Profile = {
  name: 'ai',
  summary: 'Training, inference and simulation: large memory, long computations, busy accelerators',
  origin: 'built-in',
  settings: [
    { tunable: 'cpufreq.governor', value: 'performance', why: 'kernels are launched by the CPU: its clock is on the path of the accelerator', source: hpc },
    { tunable: 'cpufreq.energy-performance-preference', value: 'performance', why: 'the CPU’s own control prefers clock over power', source: hpc },
    { tunable: 'cpu.energy-perf-bias', value: '0', why: '0 is `performance`, for CPUs without EPP', source: hpc },
    { tunable: 'intel-pstate.min-perf-pct', value: '100', why: 'intel_pstate does not go below the highest non-turbo clock', source: hpc },
    { tunable: 'cpufreq.boost', value: '1', why: 'clocks above the nominal one are allowed', source: hpc },
    { tunable: 'power.platform-profile', value: 'performance', why: 'the firmware lifts its power and fan limits', source: hpc },
    {
      tunable: 'cpu.resume-latency',
      value: '99',
      why: 'idle states that take longer than 99 µs to leave are not entered, so the host answers the accelerator quickly',
      source: `${accelerator} force_latency=99`,
    },
    {
      tunable: 'thp.enabled',
      value: 'always',
      why: 'large arrays need 512 times fewer TLB entries with pages of 2 MiB',
      source: hpc,
    },
    {
      tunable: 'thp.defrag',
      value: 'defer+madvise',
      why: 'huge pages are compacted in the background, and at once for programs that ask',
      source: 'Documentation/admin-guide/mm/transhuge.rst',
    },
    { tunable: 'vm.swappiness', value: '10', why: 'tensors stay in memory', source: hpc },
    { tunable: 'vm.dirty_ratio', value: '40', why: 'check-points are absorbed by memory while the computation goes on', source: accelerator },
    { tunable: 'vm.dirty_background_ratio', value: '10', why: 'writing back a check-point starts early', source: accelerator },
    {
      tunable: 'kernel.numa_balancing',
      value: '0',
      why: 'frameworks place memory themselves; automatic migration costs page faults and moves pages from under them',
      source: hpc,
    },
    {
      tunable: 'vm.min_free_kbytes',
      value: { atLeast: '135168' },
      why: 'network and accelerator drivers find free memory in interrupt context',
      source: hpc,
    },
    {
      tunable: 'vm.max_map_count',
      value: { atLeast: '1048576' },
      why: 'data loaders and unified memory map more than 65530 areas',
      source: 'Fedora 39 change IncreaseVmMaxMapCount',
    },
    {
      tunable: 'block.read-ahead',
      value: { atLeast: '4096' },
      why: 'data sets and models are read from end to end',
      source: hpc,
    },
    { tunable: 'net.core.busy_read', value: '50', why: 'collective operations do not wait for an interrupt', source: hpc },
    { tunable: 'net.core.busy_poll', value: '50', why: 'poll and select do the same', source: hpc },
    { tunable: 'net.ipv4.tcp_fastopen', value: '3', why: 'a known client’s first packet may carry data', source: hpc },
  ],
}
