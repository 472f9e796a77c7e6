import type { TunableGroup } from '../tunable.ts'

export const usb = (): TunableGroup => ({
  group: 'usb',
  source: 'Documentation/driver-api/usb/power-management.rst',
  common: { hardware: true },
  tunables: [
    {
      id: 'usb.runtime-pm',
      path: '/sys/bus/usb/devices/{usb}/power/control',
      per: 'usb',
      type: 'choice',
      choices: ['auto', 'on'],
      meaning: 'Whether a USB device is suspended while it is idle.',
      sideEffects: 'Mice and keyboards may lose the first input; some devices do not wake again.',
    },
    {
      id: 'usb.autosuspend-delay',
      path: '/sys/bus/usb/devices/{usb}/power/autosuspend_delay_ms',
      per: 'usb',
      type: 'integer',
      min: -2147483648,
      max: 2147483647,
      unit: 'ms',
      meaning: 'How long a USB device must be idle before it is suspended; below 0 never.',
    },
    {
      id: 'usb.autosuspend',
      path: '/sys/module/usbcore/parameters/autosuspend',
      type: 'integer',
      min: -1,
      unit: 's',
      module: 'usbcore',
      meaning: 'The delay for devices plugged in from now on; -1 never.',
    },
  ],
})
