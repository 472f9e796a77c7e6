import type { Profile } from '../profile.ts'

const tuned = 'tuned 2.28 desktop'
const cachy = 'CachyOS-Settings b1aedc7'

/** A machine that someone sits in front of: input and display stay smooth while work runs behind them. */
export const desktop: Profile = {
  name: 'desktop',
  summary: 'A desktop computer: windows and input stay smooth while copies and builds run behind them',
  includes: ['balanced'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'kernel.sched_autogroup_enabled',
      value: '1',
      why: 'each session gets one fair share of the CPU, so a build with 32 jobs counts as much as one browser',
      source: tuned,
    },
    {
      tunable: 'vm.dirty_bytes',
      value: '268435456',
      why: '256 MiB at most wait to be written, so that a copy to a slow stick cannot block every other program for minutes',
      source: cachy,
    },
    { tunable: 'vm.dirty_background_bytes', value: '67108864', why: 'writing back starts at 64 MiB, in small portions', source: cachy },
    {
      tunable: 'vm.vfs_cache_pressure',
      value: '50',
      why: 'names and inodes stay cached longer than file contents, so menus and file managers open without waiting for the disk',
      source: cachy,
    },
    {
      tunable: 'thp.defrag',
      value: 'defer+madvise',
      why: 'programs that ask for huge pages get them at once, all others never wait for memory to be compacted',
      source: cachy,
    },
    {
      tunable: 'block.scheduler',
      on: { rotational: true },
      value: { firstOf: ['bfq', 'mq-deadline'] },
      why: 'a spinning disk seeks for about 10 ms; bfq gives the program in the foreground the disk first',
      source: `${cachy} 60-ioschedulers.rules`,
    },
    {
      tunable: 'block.scheduler',
      on: { rotational: false, transport: ['sata', 'sas', 'scsi', 'mmc', 'usb'] },
      value: { firstOf: ['mq-deadline', 'none'] },
      why: 'one queue in the device: reads go before writes, and no request waits for ever',
      source: `${cachy} 60-ioschedulers.rules`,
    },
  ],
}
