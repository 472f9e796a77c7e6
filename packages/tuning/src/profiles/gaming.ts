import type { Profile } from '../profile.ts'

const cachy = 'CachyOS-Settings b1aedc7'
const gamemode = 'gamemode 1.8 desiredgov; power-profiles-daemon performance'

/** Steady frame times come before power. */
export const gaming: Profile = {
  name: 'gaming',
  summary: 'A computer for games: steady frame times come before power and noise',
  includes: ['desktop'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'cpufreq.governor',
      value: 'performance',
      why: 'a frame that waits for the clock to rise comes late; the clock stays up',
      source: gamemode,
    },
    { tunable: 'cpufreq.energy-performance-preference', value: 'performance', why: 'the CPU’s own control prefers clock over power', source: gamemode },
    { tunable: 'cpu.energy-perf-bias', value: '0', why: '0 is `performance`, for CPUs without EPP', source: gamemode },
    { tunable: 'power.platform-profile', value: 'performance', why: 'the firmware lifts its power and fan limits', source: gamemode },
    {
      tunable: 'vm.swappiness',
      value: '100',
      why: 'idle programs go to swap as readily as file cache is dropped, which leaves memory to the game; meant for compressed or solid-state swap',
      source: cachy,
    },
    {
      tunable: 'vm.page-cluster',
      value: '0',
      why: 'one page at a time from swap: reading ahead only adds latency on zram and SSDs',
      source: cachy,
    },
    {
      tunable: 'vm.max_map_count',
      value: { atLeast: '1048576' },
      why: 'several Windows games under Proton map more than the default 65530 areas and crash otherwise',
      source: 'Fedora 39 change IncreaseVmMaxMapCount; Arch Linux default',
    },
    {
      tunable: 'thp.khugepaged.max-ptes-none',
      value: '409',
      why: 'huge pages are only built where at least a fifth of them is in use, so THP does not inflate a game’s memory',
      source: cachy,
    },
    {
      tunable: 'kernel.nmi_watchdog',
      value: '0',
      why: 'frees a performance counter and ends its periodic interrupts; costs the detection of hard lock-ups',
      source: cachy,
    },
    {
      tunable: 'kernel.split_lock_mitigate',
      value: '0',
      why: 'some games lock across cache lines; the mitigation slows each such access by about 10 ms',
      source: 'gamemode 1.8 disable_splitlock; Documentation/admin-guide/sysctl/kernel.rst',
    },
    {
      tunable: 'net.core.netdev_max_backlog',
      value: { atLeast: '4096' },
      why: 'a burst of packets waits instead of being dropped while the CPU renders',
      source: cachy,
    },
    {
      tunable: 'sata.link-power',
      value: 'max_performance',
      why: 'waking a SATA link takes up to 10 ms in the middle of loading a level',
      source: `${cachy} 50-sata.rules`,
    },
    { tunable: 'audio.hda-power-save', value: '0', why: 'the codec stays awake: no click and no missing start of a sound', source: cachy },
    {
      tunable: 'block.scheduler',
      on: { transport: ['nvme'] },
      value: { firstOf: ['kyber', 'none'] },
      why: 'kyber keeps reads short while a download writes',
      source: `${cachy} 60-ioschedulers.rules (none until 2026-03)`,
    },
  ],
}
