import type { Profile } from '../profile.ts'

const tuned = 'tuned 2.28 virtual-guest'

/** Inside a virtual machine. */
export const virtualGuest: Profile = {
  name: 'virtual-guest',
  summary: 'A virtual machine: the host schedules CPU and disk, the guest does not do it again',
  includes: ['server'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'vm.dirty_bytes',
      value: { percentOfMemory: 30, atMostBytes: 8_589_934_592 },
      why: 'less unwritten data than on hardware, since the disk behind it is shared',
      source: `${tuned} (30 %, without the limit)`,
    },
    {
      tunable: 'vm.swappiness',
      value: '30',
      why: 'a guest’s memory is small and its host may reclaim it: some idle memory may go to swap',
      source: tuned,
    },
    {
      tunable: 'block.scheduler',
      on: { transport: ['virtio', 'xen', 'nvme'] },
      value: { firstOf: ['none', 'mq-deadline'] },
      why: 'the host sorts requests; sorting them in the guest as well costs CPU time and helps nobody',
      source: 'Red Hat Enterprise Linux 9, Setting the disk scheduler; Documentation/block/switching-sched.rst',
    },
  ],
}
