import type { TunableGroup } from '../tunable.ts'

const zeroed = 'Writing one of the pair sets the other to 0, and 0 itself cannot be written to the bytes: to go back, write the ratio.'

export const dirty = (): TunableGroup => ({
  group: 'dirty',
  source: 'Documentation/admin-guide/sysctl/vm.rst',
  tunables: [
    {
      id: 'vm.dirty_ratio',
      type: 'integer',
      min: 0,
      max: 100,
      unit: 'percent',
      twin: 'vm.dirty_bytes',
      meaning: 'Share of available memory that may be dirty before a writer is made to write out itself.',
      sideEffects: zeroed,
    },
    {
      id: 'vm.dirty_bytes',
      type: 'integer',
      min: 8192,
      unit: 'bytes',
      twin: 'vm.dirty_ratio',
      meaning: 'Amount of dirty memory at which a writer is made to write out itself; two pages at least.',
      sideEffects: zeroed,
    },
    {
      id: 'vm.dirty_background_ratio',
      type: 'integer',
      min: 0,
      max: 100,
      unit: 'percent',
      twin: 'vm.dirty_background_bytes',
      meaning: 'Share of available memory that may be dirty before the flusher threads start.',
      sideEffects: zeroed,
    },
    {
      id: 'vm.dirty_background_bytes',
      type: 'integer',
      min: 1,
      unit: 'bytes',
      twin: 'vm.dirty_background_ratio',
      meaning: 'Amount of dirty memory at which the flusher threads start.',
      sideEffects: zeroed,
    },
    {
      id: 'vm.dirty_expire_centisecs',
      type: 'integer',
      min: 0,
      unit: 'cs',
      meaning: 'Age at which dirty data is written out at the next wake-up of the flusher threads.',
    },
    {
      id: 'vm.dirty_writeback_centisecs',
      type: 'integer',
      min: 0,
      unit: 'cs',
      meaning: 'How often the flusher threads wake up; 0 turns periodic write-back off.',
      sideEffects: 'After a crash, up to this plus the expiry time of writes is lost.',
    },
    {
      id: 'vm.dirtytime_expire_seconds',
      type: 'integer',
      min: 0,
      unit: 's',
      meaning: 'Age at which an inode of which only the time stamps changed (lazytime) is written out.',
    },
    {
      id: 'vm.highmem_is_dirtyable',
      type: 'boolean',
      config: 'CONFIG_HIGHMEM',
      meaning: 'On 32-bit kernels, counts high memory as available for dirty pages.',
    },
  ],
})
