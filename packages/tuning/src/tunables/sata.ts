import type { TunableGroup } from '../tunable.ts'

export const sata = (): TunableGroup => ({
  group: 'sata',
  source: 'Documentation/scsi/link_power_management_policy.rst',
  common: { hardware: true },
  tunables: [
    {
      id: 'sata.link-power',
      path: '/sys/class/scsi_host/{scsihost}/link_power_management_policy',
      per: 'scsihost',
      type: 'choice',
      choices: ['max_performance', 'medium_power', 'med_power_with_dipm', 'min_power', 'min_power_with_partial'],
      meaning: 'Power saving of a SATA link; med_power_with_dipm is what laptops ship with.',
      sideEffects: 'min_power has corrupted data on some drives. Ports that are external refuse it.',
    },
    {
      id: 'disk.runtime-pm',
      path: '/sys/block/{disk}/device/power/control',
      per: 'disk',
      type: 'choice',
      choices: ['auto', 'on'],
      meaning: 'Whether a disk may be suspended while it is unused.',
      source: 'Documentation/ABI/testing/sysfs-devices-power',
    },
    {
      id: 'disk.apm',
      path: 'command:hdparm-apm/level/{disk}',
      per: 'disk',
      type: 'integer',
      min: 1,
      max: 255,
      meaning: 'Advanced power management of a drive: 1 saves most, 127 is the last that may spin down, 254 is fastest, 255 turns it off.',
      sideEffects: 'Low values park the heads often, which wears them.',
      source: 'man 8 hdparm',
    },
    {
      id: 'disk.spindown',
      path: 'command:hdparm-standby/level/{disk}',
      per: 'disk',
      type: 'integer',
      min: 0,
      max: 255,
      readBack: 'none',
      meaning: 'When a drive spins down: 0 never, to 240 in units of 5 s, 241 to 251 in units of 30 min.',
      source: 'man 8 hdparm',
    },
  ],
})
