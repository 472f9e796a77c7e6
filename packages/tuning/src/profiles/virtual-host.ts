import type { Profile } from '../profile.ts'

const tuned = 'tuned 2.28 virtual-host'

/** A machine that runs virtual machines or containers for others. */
export const virtualHost: Profile = {
  name: 'virtual-host',
  summary: 'A host of virtual machines or containers: steady service to many guests',
  includes: ['server'],
  origin: 'built-in',
  settings: [
    {
      tunable: 'vm.dirty_background_bytes',
      value: { percentOfMemory: 5, atMostBytes: 1_073_741_824 },
      why: 'guests’ writes go out early and evenly',
      source: `${tuned} (5 %, without the limit)`,
    },
    {
      tunable: 'cpu.resume-latency',
      value: '70',
      why: 'idle states that take longer than 70 µs to leave are not entered, so a guest’s CPU wakes quickly',
      source: `${tuned} force_latency=cstate.id_no_zero:3|70`,
    },
    {
      tunable: 'fs.inotify.max_user_instances',
      value: { atLeast: '8192' },
      why: 'each container takes some; the default of 128 a user is used up by about fifty',
      source: 'tuned 2.28 openshift',
    },
    {
      tunable: 'fs.inotify.max_user_watches',
      value: { atLeast: '65536' },
      why: 'containers share one limit',
      source: 'tuned 2.28 openshift',
    },
    {
      tunable: 'net.ipv4.neigh.default.gc_thresh1',
      value: { atLeast: '8192' },
      why: 'neighbours of many guests are not forgotten while they are few enough',
      source: 'tuned 2.28 openshift',
    },
    {
      tunable: 'net.ipv4.neigh.default.gc_thresh2',
      value: { atLeast: '32768' },
      why: 'the soft limit of the neighbour table fits a bridge full of guests',
      source: 'tuned 2.28 openshift',
    },
    {
      tunable: 'net.ipv4.neigh.default.gc_thresh3',
      value: { atLeast: '65536' },
      why: 'above this, packets to new guests are dropped with `neighbour table overflow`',
      source: 'tuned 2.28 openshift',
    },
  ],
}
