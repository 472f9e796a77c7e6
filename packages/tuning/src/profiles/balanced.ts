import type { Profile } from '../profile.ts'

const tuned = 'tuned 2.28 balanced'

/** Sensible on any machine: power follows load, nothing is traded away. */
export const balanced: Profile = {
  name: 'balanced',
  summary: 'Any machine without a special task: the CPU clock follows the load, and idle devices may save power',
  origin: 'built-in',
  settings: [
    {
      tunable: 'cpufreq.governor',
      value: { firstOf: ['schedutil', 'conservative', 'powersave'] },
      why: 'schedutil follows the scheduler’s own load figures; with intel_pstate or amd-pstate in active mode, powersave is the one that follows the load',
      source: tuned,
    },
    {
      tunable: 'cpufreq.energy-performance-preference',
      value: { firstOf: ['balance_performance', 'default'] },
      why: 'the CPU’s own control may clock down when idle and reaches full clock within milliseconds',
      source: tuned,
    },
    { tunable: 'cpu.energy-perf-bias', value: '6', why: '6 is `normal`: no bias to either side on CPUs without EPP', source: tuned },
    { tunable: 'power.platform-profile', value: 'balanced', why: 'the firmware keeps noise, heat and speed in balance', source: tuned },
    {
      tunable: 'sata.link-power',
      value: 'med_power_with_dipm',
      why: 'saves about 1 W a port and, unlike min_power, has no history of lost data on SSDs',
      source: `${tuned}; Documentation/ABI/testing/sysfs-class-scsi_host`,
    },
    { tunable: 'audio.hda-power-save', value: '10', why: 'the sound codec powers down after ten silent seconds', source: tuned },
  ],
}
