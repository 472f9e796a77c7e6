import type { Profile } from '../profile.ts'

const powersave = 'tuned 2.28 powersave'
const battery = 'tuned 2.28 balanced-battery'
const tlp = 'TLP 1.5 defaults on battery'

/** Hours on battery. */
export const mobile: Profile = {
  name: 'mobile',
  summary: 'A laptop or tablet on battery: as long as possible without a wall socket',
  origin: 'built-in',
  settings: [
    {
      tunable: 'cpufreq.governor',
      value: { firstOf: ['schedutil', 'conservative', 'powersave'] },
      why: 'the clock follows the load',
      source: powersave,
    },
    {
      tunable: 'cpufreq.energy-performance-preference',
      value: { firstOf: ['balance_power', 'power'] },
      why: 'the CPU’s own control prefers power, but still rises under load',
      source: battery,
    },
    { tunable: 'cpu.energy-perf-bias', value: '15', why: '15 is `power`, for CPUs without EPP', source: powersave },
    { tunable: 'cpufreq.boost', value: '0', why: 'the last clock steps cost the most energy for each instruction', source: powersave },
    { tunable: 'power.platform-profile', value: { firstOf: ['low-power', 'quiet'] }, why: 'the firmware lowers its power limits', source: powersave },
    {
      tunable: 'vm.dirty_writeback_centisecs',
      value: '1500',
      why: 'the disk is woken for write-back every 15 s instead of every 5 s; up to that much more work is lost in a crash',
      source: powersave,
    },
    { tunable: 'kernel.nmi_watchdog', value: '0', why: 'no periodic interrupt that keeps a CPU from deep sleep', source: powersave },
    {
      tunable: 'sata.link-power',
      value: 'med_power_with_dipm',
      why: 'saves about 1 W a port and, unlike min_power, has no history of lost data on SSDs',
      source: `${powersave}; Documentation/ABI/testing/sysfs-class-scsi_host`,
    },
    { tunable: 'audio.hda-power-save', value: '1', why: 'the sound codec powers down after one silent second', source: tlp },
    { tunable: 'pci.aspm-policy', value: 'powersave', why: 'idle PCI Express links sleep', source: tlp },
    { tunable: 'pci.runtime-pm', value: 'auto', why: 'idle PCI devices are suspended', source: tlp },
  ],
}
