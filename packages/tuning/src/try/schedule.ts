import { seededRandom } from './random.ts'

/** One side of a trial: `before` as the host is, `after` with the profile. */
export type Arm = 'before' | 'after'

/**
 * The order of the runs of a trial: blocks of before-after-after-before or the reverse, which of the two by chance, and a pair at
 * the end if the number of runs is odd. In a block a steady drift weighs on both arms alike; the chance keeps what comes at intervals from
 * falling on one arm.
 *
 * @param runs of each arm
 */
export function trialSchedule(runs: number, seed: number): readonly Arm[] {
  const random = seededRandom(seed)
  const schedule: Arm[] = []
  const first = (): readonly [Arm, Arm] => (random.next() < 0.5 ? ['before', 'after'] : ['after', 'before'])
  for (let left = runs; left > 0; left -= 2) {
    const [one, other] = first()
    schedule.push(...(left >= 2 ? [one, other, other, one] : [one, other]))
  }
  return schedule
}

/** How many runs from here on have the same arm. */
export function runsInARow(schedule: readonly Arm[], from: number): number {
  let end = from
  while (end < schedule.length && schedule[end] === schedule[from]) end += 1
  return end - from
}
