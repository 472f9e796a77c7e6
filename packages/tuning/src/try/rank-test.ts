/** A two-sided rank test. */
export interface RankTest {
  /** Pairs in which the second sample is the larger; ties count half. */
  readonly u: number
  readonly p: number
}

/** Above this many values together the normal approximation is as good. */
const maxExact = 120

/**
 * The Mann–Whitney test of whether two samples come from one distribution. Exact, ties included: the distribution of the rank sum
 * over all ways to divide the values; beyond 120 values the normal approximation with corrections for ties and continuity.
 *
 * Mann and Whitney 1947; Lehmann, Nonparametrics, 1.3.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  let u = 0
  for (const left of first) for (const right of second) u += right > left ? 1 : right === left ? 0.5 : 0
  if (first.length === 0 || second.length === 0) return { u, p: 1 }
  const ranks = doubledRanks([...first, ...second])
  const p = ranks.length <= maxExact ? exactP(ranks, first.length) : approximateP(ranks, u, first.length, second.length)
  return { u, p: Math.min(1, p) }
}

/** Twice the rank of each value, so that the middle ranks of ties are integers too. */
function doubledRanks(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((left, right) => left - right)
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2)
}

function exactP(ranks: readonly number[], firstCount: number): number {
  const observed = ranks.slice(0, firstCount).reduce((sum, rank) => sum + rank, 0)
  const chances = rankSumChances(ranks, firstCount)
  let below = 0
  let above = 0
  for (const [sum, chance] of chances.entries()) {
    if (sum <= observed) below += chance
    if (sum >= observed) above += chance
  }
  return 2 * Math.min(below, above)
}

/** The chance of each sum of ranks of `count` values drawn from all. */
function rankSumChances(ranks: readonly number[], count: number): Float64Array {
  const most = ranks.reduce((sum, rank) => sum + rank, 0)
  // ways[k][s]: in how many ways k of the values so far have the sum s, as a share of all ways, so that nothing overflows.
  const ways = Array.from({ length: count + 1 }, () => new Float64Array(most + 1))
  const start = ways[0]
  if (start !== undefined) start[0] = 1
  for (const [taken, rank] of ranks.entries()) {
    for (let k = Math.min(count, taken + 1); k > 0; k -= 1) {
      const into = ways[k]
      const from = ways[k - 1]
      if (into === undefined || from === undefined) continue
      for (let sum = most; sum >= rank; sum -= 1) into[sum] = (into[sum] ?? 0) + (from[sum - rank] ?? 0)
    }
  }
  const last = ways[count] ?? new Float64Array()
  const total = last.reduce((sum, way) => sum + way, 0)
  return last.map((way) => way / total)
}

function approximateP(ranks: readonly number[], u: number, firstCount: number, secondCount: number): number {
  const total = firstCount + secondCount
  const counts = new Map<number, number>()
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1)
  const ties = [...counts.values()].reduce((sum, count) => sum + (count ** 3 - count), 0)
  const deviation = Math.sqrt(((firstCount * secondCount) / 12) * (total + 1 - ties / (total * (total - 1))))
  if (deviation === 0) return 1
  const distance = Math.abs(u - (firstCount * secondCount) / 2)
  return 2 * normalTail(Math.max(0, distance - 0.5) / deviation)
}

/**
 * Which of the ordered differences bound the interval of shifts that the rank test does not reject: the number `k` for which the
 * `k`th smallest and the `k`th largest do; 0 if the samples are too small for the level.
 */
export function intervalRank(firstCount: number, secondCount: number, alpha: number): number {
  const pairs = firstCount * secondCount
  if (pairs === 0) return 0
  if (firstCount + secondCount > maxExact) {
    const deviation = Math.sqrt((pairs * (firstCount + secondCount + 1)) / 12)
    return Math.max(0, Math.floor(pairs / 2 - normalQuantile(1 - alpha / 2) * deviation))
  }
  const chances = rankSumChances(
    Array.from({ length: firstCount + secondCount }, (_, index) => 2 * (index + 1)),
    firstCount,
  )
  const least = firstCount * (firstCount + 1)
  let below = 0
  for (let u = 0; u <= pairs; u += 1) {
    below += chances[least + 2 * u] ?? 0
    if (below > alpha / 2) return u
  }
  return pairs
}

/** The chance that a standard normal value is larger. Numerical Recipes 6.2, with a relative error below 1.2e-7. */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + x / 2)
  const terms = [-1.265_512_23, 1.000_023_68, 0.374_091_96, 0.096_784_18, -0.186_288_06, 0.278_868_07, -1.135_203_98, 1.488_515_87, -0.822_152_23, 0.170_872_77]
  const sum = terms.reduceRight((value, term) => value * t + term, 0)
  const tail = (t * Math.exp(-x * x + sum)) / 2
  return z >= 0 ? tail : 1 - tail
}

/** The standard normal value below which this share of all lies; by bisection of {@link normalTail}. */
export function normalQuantile(share: number): number {
  let low = -9
  let high = 9
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (1 - normalTail(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
