import { unsupported } from './placement.ts'
import type { ExpandedOption, TunedPlugin } from './placement.ts'

function never(why: (option: ExpandedOption) => string, dynamic?: string): TunedPlugin {
  return { ...(dynamic === undefined ? {} : { dynamic: () => dynamic }), place: (option) => unsupported(why(option)) }
}

/** Plugins of which nothing is a setting, with the reason. */
export const otherPlugins: Readonly<Record<string, TunedPlugin>> = {
  script: never(() => 'It runs programs when the profile starts and stops; what they change cannot be seen, planned or put back.'),
  systemd: never(() => 'It edits CPUAffinity= in /etc/systemd/system.conf, which takes effect at the next boot.'),
  service: never(() => 'It starts, stops, enables or overrides a service; services are no tunables.'),
  irqbalance: never(() => 'It edits the configuration of irqbalance and restarts it.'),
  rtentsk: never(() => 'It holds a socket with time stamps open for as long as tuned runs.'),
  mounts: never(() => 'It remounts file systems without write barriers, which loses data at a power cut.'),
  eeepc_she: never(
    () => 'It says how tuned follows the load of the CPU on an Asus Eee PC.',
    'tuned watches the load and changes the speed of the front-side bus of an Asus Eee PC.',
  ),
  kthread: never(() => 'It gives scheduling policies, priorities and CPUs to threads of the kernel; that is an act on processes, not a setting.'),
  openvswitch: never(() => 'It changes the configuration of Open vSwitch.'),
  bluetooth: never(() => 'It switches radios on and off.'),
  wireless: never(() => 'It switches radios on and off.'),
  amd_x3d: never(() => 'It is of one driver for AMD processors with stacked cache; name the attribute in [sysfs].'),
}
