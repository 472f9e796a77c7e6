import { intervalRank, mannWhitney, normalQuantile, normalTail } from './rank-test.ts'
import type { RankTest } from './rank-test.ts'

/** The middle value; of an even number the mean of the two. `NaN` if there is none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which a share of all lies, interpolated between neighbours (type 7 of Hyndman and Fan, as in R and NumPy). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

/** By how much the second sample is shifted against the first, with what bounds it. */
export interface Shift {
  /** The Hodges–Lehmann estimate: the median of all differences between a value of the second and one of the first. */
  readonly estimate: number
  /** `undefined`: too few values for the level. */
  readonly low: number | undefined
  readonly high: number | undefined
}

/**
 * The shift between two samples and its interval with a confidence of `1 - alpha`: all shifts that the rank test would not reject.
 * That holds for any distribution, and an interval without 0 is the same as `p < alpha`.
 *
 * Hodges and Lehmann 1963; Moses 1953; the interval of R's `wilcox.test(exact = TRUE)`.
 */
export function shiftBetween(first: readonly number[], second: readonly number[], alpha: number): Shift {
  const differences = Float64Array.from(first.flatMap((left) => second.map((right) => right - left))).toSorted()
  const rank = intervalRank(first.length, second.length, alpha)
  return {
    estimate: median([...differences]),
    low: rank === 0 ? undefined : differences[rank - 1],
    high: rank === 0 ? undefined : differences[differences.length - rank],
  }
}

/** The spread of samples around their own medians: the median absolute deviation, scaled to the standard deviation of a normal distribution. */
export function noiseOf(samples: readonly (readonly number[])[]): number {
  return 1.4826 * median(samples.flatMap((sample) => sample.map((value) => Math.abs(value - median(sample)))))
}

/**
 * The smallest shift that samples of these sizes would show four times out of five, given their noise: that of the t-test, enlarged
 * by what the rank test loses on normal values (its efficiency is 3/π).
 */
export function detectableShift(noise: number, firstCount: number, secondCount: number, alpha: number): number {
  const normal = (normalQuantile(1 - alpha / 2) + normalQuantile(0.8)) * noise * Math.sqrt(1 / firstCount + 1 / secondCount)
  return normal / Math.sqrt(3 / Math.PI)
}

/** Whether values go up or down with time. */
export interface Trend {
  /** Kendall's tau: 1 if every later value is larger, -1 if every one is smaller. */
  readonly tau: number
  /** Two-sided; the normal approximation with a correction for ties. */
  readonly p: number
  /** The median of the slopes between all pairs, from the first to the last value. */
  readonly change: number
}

/** The trend of values in their order: the Mann–Kendall test and the Theil–Sen slope. */
export function trendOf(values: readonly number[]): Trend {
  const slopes: number[] = []
  let score = 0
  for (let right = 1; right < values.length; right += 1) {
    for (let left = 0; left < right; left += 1) {
      const difference = (values[right] ?? 0) - (values[left] ?? 0)
      score += Math.sign(difference)
      slopes.push(difference / (right - left))
    }
  }
  const n = values.length
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const ties = [...counts.values()].reduce((sum, count) => sum + count * (count - 1) * (2 * count + 5), 0)
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5) - ties) / 18)
  const z = deviation === 0 ? 0 : Math.max(0, Math.abs(score) - 1) / deviation
  return { tau: slopes.length === 0 ? 0 : score / slopes.length, p: Math.min(1, 2 * normalTail(z)), change: slopes.length === 0 ? 0 : median(slopes) * (n - 1) }
}

/** What a trial shows. */
export type Verdict = 'faster' | 'slower' | 'no difference shown' | 'too noisy'

/** Two samples compared. Percentages are of the median of the first, or of the second if that is 0; `null` where the samples are too small. */
export interface Comparison {
  readonly verdict: Verdict
  readonly medianBefore: number
  readonly medianAfter: number
  readonly shift: { readonly estimate: number; readonly low: number | null; readonly high: number | null }
  readonly percent: { readonly estimate: number; readonly low: number | null; readonly high: number | null }
  readonly p: number
  readonly u: number
  readonly alpha: number
  /** The spread within the arms. */
  readonly noisePercent: number
  /** The smallest effect that so many runs with so much noise would show four times out of five. */
  readonly detectablePercent: number
}

/** How samples are compared. */
export interface CompareOptions {
  /** How often a difference may be reported where there is none. Default 0.05. */
  readonly alpha?: number
  /** Which values are good. Default `lower`, as for times. */
  readonly better?: 'lower' | 'higher'
  /** If an effect of this size could hide in the noise, that no difference was shown says little: `too noisy`. Default 10. */
  readonly tooNoisyPercent?: number
}

/**
 * Compares the values of a trial's two arms. `faster` and `slower` are said only where the rank test rejects, at the level
 * `alpha`, that nothing changed; so of trials in which nothing changes no more than that share says otherwise.
 */
export function compareSamples(before: readonly number[], after: readonly number[], options: CompareOptions = {}): Comparison {
  const { alpha = 0.05, better = 'lower', tooNoisyPercent = 10 } = options
  const test: RankTest = mannWhitney(before, after)
  const shift = shiftBetween(before, after, alpha)
  const base = Math.abs(median(before)) || Math.abs(median(after)) || 1
  const percent = (value: number): number => (100 * value) / base
  const noise = noiseOf([before, after])
  const detectable = percent(detectableShift(noise, before.length, after.length, alpha))
  const shown = test.p < alpha && shift.low !== undefined && shift.estimate !== 0
  const improved = better === 'lower' ? shift.estimate < 0 : shift.estimate > 0
  const enough = intervalRank(before.length, after.length, alpha) > 0
  return {
    verdict: shown ? (improved ? 'faster' : 'slower') : !enough || detectable > tooNoisyPercent ? 'too noisy' : 'no difference shown',
    medianBefore: median(before),
    medianAfter: median(after),
    shift: { estimate: shift.estimate, low: shift.low ?? null, high: shift.high ?? null },
    percent: {
      estimate: percent(shift.estimate),
      low: shift.low === undefined ? null : percent(shift.low),
      high: shift.high === undefined ? null : percent(shift.high),
    },
    p: test.p,
    u: test.u,
    alpha,
    noisePercent: percent(noise),
    detectablePercent: detectable,
  }
}
