import type { TunableGroup } from '../tunable.ts'

export const audio = (): TunableGroup => ({
  group: 'audio',
  source: 'Documentation/sound/designs/powersave.rst',
  common: { hardware: true },
  tunables: [
    {
      id: 'audio.hda-power-save',
      path: '/sys/module/snd_hda_intel/parameters/power_save',
      type: 'integer',
      min: 0,
      unit: 's',
      module: 'snd_hda_intel',
      meaning: 'How long an HD-audio codec stays on when silent; 0 never turns it off.',
      sideEffects: 'Some codecs click when they turn on and off.',
    },
    {
      id: 'audio.hda-power-save-controller',
      path: '/sys/module/snd_hda_intel/parameters/power_save_controller',
      type: 'boolean',
      choices: ['N', 'Y'],
      module: 'snd_hda_intel',
      meaning: 'Turns the controller off together with its codecs.',
    },
    {
      id: 'audio.ac97-power-save',
      path: '/sys/module/snd_ac97_codec/parameters/power_save',
      type: 'integer',
      min: 0,
      unit: 's',
      module: 'snd_ac97_codec',
      meaning: 'How long an AC’97 codec stays on when silent; 0 never turns it off.',
    },
    {
      id: 'audio.rtc-max-user-freq',
      path: '/sys/class/rtc/rtc0/max_user_freq',
      type: 'integer',
      min: 1,
      unit: 'Hz',
      meaning: 'Highest rate of clock interrupts that a program without privilege may ask for, as some music software does.',
      source: 'Documentation/ABI/testing/sysfs-class-rtc',
    },
  ],
})
