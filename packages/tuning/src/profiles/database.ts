import type { Profile } from '../profile.ts'

const postgresql = 'tuned 2.28 postgresql'
const oracle = 'tuned 2.28 oracle'

/** A database server. */
export const database: Profile = {
  name: 'database',
  summary: 'A database server: even write-back, no stalls by huge pages, memory for the database alone',
  includes: ['server'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'thp.enabled',
      value: 'never',
      why: 'databases ask for huge pages themselves (hugetlb); joined pages stall them and inflate forked processes',
      source: postgresql,
    },
    { tunable: 'vm.dirty_bytes', value: '536870912', why: 'a check-point writes in portions that storage takes at once', source: postgresql },
    {
      tunable: 'vm.dirty_background_bytes',
      value: '67108864',
      why: 'write-back starts at 64 MiB, so an fsync finds little left to do',
      source: postgresql,
    },
    { tunable: 'vm.swappiness', value: '3', why: 'the buffer pool stays in memory', source: postgresql },
    {
      tunable: 'kernel.sched_autogroup_enabled',
      value: '0',
      why: 'worker processes compete by themselves and not as one session',
      source: postgresql,
    },
    {
      tunable: 'fs.aio-max-nr',
      value: { atLeast: '1048576' },
      why: 'direct asynchronous I/O of many workers does not run into the limit of 65536 requests',
      source: oracle,
    },
    {
      tunable: 'kernel.shmmax',
      value: { atLeast: '4398046511104' },
      why: 'shared buffers may be one segment of any size',
      source: oracle,
    },
    { tunable: 'kernel.sem', value: '250 32000 100 128', why: 'a set of semaphores for each connection', source: oracle },
    {
      tunable: 'cpu.resume-latency',
      value: '1',
      why: 'deep idle states are not entered, so a commit does not wait for a CPU to wake',
      source: `${postgresql} force_latency=1`,
    },
  ],
}
