import type { TunableGroup } from '../tunable.ts'

export const wifi = (): TunableGroup => ({
  group: 'wifi',
  source: 'man 8 iw',
  common: { hardware: true },
  tunables: [
    {
      id: 'wifi.power-save',
      path: 'command:iw-power-save/mode/{interface}',
      per: 'interface',
      type: 'boolean',
      choices: ['off', 'on'],
      meaning: 'Lets the radio sleep between beacons.',
      sideEffects: 'Adds up to some hundred milliseconds of latency.',
    },
    {
      id: 'wifi.iwlwifi-power-save',
      path: '/sys/module/iwlwifi/parameters/power_save',
      type: 'boolean',
      choices: ['N', 'Y'],
      module: 'iwlwifi',
      readOnly: true,
      meaning: 'Power saving of Intel radios; set by `options iwlwifi power_save=1` when the module is loaded.',
      source: 'drivers/net/wireless/intel/iwlwifi',
    },
  ],
})
