import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../src/try/random.ts'
import { intervalRank, mannWhitney, normalQuantile, normalTail } from '../src/try/rank-test.ts'
import { runsInARow, trialSchedule } from '../src/try/schedule.ts'
import { compareSamples, detectableShift, median, noiseOf, quantile, shiftBetween, trendOf } from '../src/try/statistics.ts'

// Reference values: scipy 1.17.1 (stats.mannwhitneyu, permutation_test, kendalltau, theilslopes, norm) and numpy.
const before = [12.1, 11.8, 12.4, 12, 11.9, 12.6]
const after = [11.2, 11, 11.9, 11.4, 11.1, 11.3]
const large = {
  before: [
    100, 101.5, 98.6, 95.5, 97.7, 95, 100.3, 106.7, 97.5, 96.9, 102.4, 101.8, 100.5, 95.3, 99.9, 103.5, 93.3, 97.7, 90.5, 93.6, 90.8, 98.8, 93.7, 101.4, 100.8,
    99.1, 87.4, 97.3, 99.8, 100.6, 92.3, 97.6, 95.1, 96, 105.3, 96, 99.8, 104.4, 97.1, 99.4, 100.6, 100.3, 93.9, 100.4, 106.8, 92.3, 104.3, 100.6, 96.8, 110,
    103.8, 94, 100.4, 102.9, 99.1, 103.4, 99.7, 103.3, 107.2, 96.6, 101, 97.7, 100.6, 94.1, 97.1, 99, 104.5, 105.7, 93.4, 96,
  ],
  after: [
    106.2, 93, 100.7, 102.5, 109.3, 106.4, 101.4, 101.2, 101.7, 110.6, 100.9, 101.5, 104.8, 102.4, 102, 97.4, 102.9, 100.8, 108.8, 106.3, 102.9, 106.3, 101.3,
    108.3, 103, 105.9, 96.5, 104.7, 94.6, 92.8, 101.5, 98.5, 103.8, 114.2, 98.8, 99.9, 104, 105.5, 102.1, 102, 106.5, 105.6, 97.8, 102.6, 103.2, 97.7, 104.3,
    98.7, 107.9, 104, 103.4, 100, 102.4, 93, 97.3, 104.8, 92.4, 107.2, 94.3, 106.8, 98.8, 106.9, 103.7, 95.3, 109.2, 110.2, 102.7, 101.6, 102.2, 98.1,
  ],
}

describe('the rank test', () => {
  it('has the exact p of samples without ties', () => {
    const test = mannWhitney([1.1, 2.3, 3.7, 4.9, 5.2], [6.1, 7.4, 2.9, 8.8])
    expect(test.u).toBe(17)
    expect(test.p).toBeCloseTo(0.111_111_111_111_111, 12)
  })

  it('has the exact p of samples with ties', () => {
    const test = mannWhitney([1, 2, 2, 3, 3, 3, 4], [3, 4, 4, 5, 5, 6])
    expect(test.u).toBe(38.5)
    expect(test.p).toBeCloseTo(0.015_151_515_151_515, 12)
  })

  it('approximates the p of large samples, with ties', () => {
    const test = mannWhitney(large.before, large.after)
    expect(test.u).toBe(3508)
    expect(test.p / 1.045_680_362_286e-5).toBeCloseTo(1, 5)
  })

  it('says nothing of empty or equal samples', () => {
    expect(mannWhitney([], [1])).toEqual({ u: 0, p: 1 })
    expect(mannWhitney([2, 2, 2, 2], [2, 2, 2, 2])).toEqual({ u: 8, p: 1 })
    expect(
      mannWhitney(
        Array.from({ length: 70 }, () => 1),
        Array.from({ length: 70 }, () => 1),
      ).p,
    ).toBe(1)
  })

  it('is the same from either side', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }),
        (left, right) => {
          const one = mannWhitney(left, right)
          const other = mannWhitney(right, left)
          expect(one.u + other.u).toBe(left.length * right.length)
          expect(one.p).toBeCloseTo(other.p, 10)
        },
      ),
    )
  })
})

describe('estimates', () => {
  it('interpolates quantiles as numpy does', () => {
    expect(quantile([4, 1, 3, 2], 0.3)).toBeCloseTo(1.9, 12)
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  it('has the Hodges–Lehmann shift and the interval that the rank test does not reject', () => {
    const shift = shiftBetween(before, after, 0.05)
    expect(shift.estimate).toBeCloseTo(-0.8, 12)
    expect(shift.low).toBeCloseTo(-1.3, 12)
    expect(shift.high).toBeCloseTo(-0.5, 12)
  })

  it.each([
    [6, 6, 0.05, 6],
    [10, 10, 0.05, 24],
    [4, 4, 0.05, 1],
    [3, 3, 0.05, 0],
    [8, 5, 0.1, 9],
  ])('bounds the interval of %i and %i values at level %f by the differences number %i', (first, second, alpha, rank) => {
    expect(intervalRank(first, second, alpha)).toBe(rank)
  })

  it('has no interval for samples that are too small for the level', () => {
    expect(shiftBetween([1, 2, 3], [4, 5, 6], 0.05)).toEqual({ estimate: 3, low: undefined, high: undefined })
  })

  it('measures noise by the spread around each median', () => {
    expect(noiseOf([before, after])).toBeCloseTo(0.222_39, 10)
  })

  it('knows the normal distribution', () => {
    expect(normalTail(1.2345)).toBeCloseTo(0.108_508_323, 7)
    expect(normalTail(-1.2345)).toBeCloseTo(1 - 0.108_508_323, 7)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959_964, 4)
  })

  it('finds effects of the detectable size four times out of five', () => {
    const random = seededRandom(11)
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    const shift = detectableShift(1, 12, 12, 0.05)
    let found = 0
    for (let trial = 0; trial < 400; trial += 1) {
      const first = Array.from({ length: 12 }, () => 100 + normal())
      const second = Array.from({ length: 12 }, () => 100 + shift + normal())
      if (mannWhitney(first, second).p < 0.05) found += 1
    }
    expect(found / 400).toBeGreaterThan(0.72)
    expect(found / 400).toBeLessThan(0.88)
  })

  it('tests for a trend as Mann and Kendall do', () => {
    const trend = trendOf([3.1, 2.9, 3.4, 3.8, 3.3, 4.1, 4, 4.4, 3.9, 4.6])
    expect(trend.tau).toBeCloseTo(0.688_888_889, 8)
    expect(trend.p).toBeCloseTo(0.007_290_358, 6)
    expect(trend.change).toBeCloseTo(1.35, 10)
    expect(trendOf([5])).toEqual({ tau: 0, p: 1, change: 0 })
  })
})

describe('the verdict', () => {
  it('is faster or slower by what is better', () => {
    expect(compareSamples(before, after).verdict).toBe('faster')
    expect(compareSamples(after, before).verdict).toBe('slower')
    expect(compareSamples(before, after, { better: 'higher' }).verdict).toBe('slower')
  })

  it('gives the effect in percent of the median before', () => {
    const { percent, medianBefore, p } = compareSamples(before, after)
    expect(medianBefore).toBeCloseTo(12.05, 10)
    expect(percent.estimate).toBeCloseTo((-0.8 / 12.05) * 100, 10)
    expect(percent.high).toBeCloseTo((-0.5 / 12.05) * 100, 10)
    expect(p).toBeLessThan(0.02)
  })

  it('is that no difference was shown where the noise is small', () => {
    expect(compareSamples([10, 10.1, 10.2, 10.1], [10.1, 10, 10.2, 10.1]).verdict).toBe('no difference shown')
    expect(compareSamples([0, 0, 0, 0], [0, 0, 0, 0])).toMatchObject({ verdict: 'no difference shown', percent: { estimate: 0, low: 0, high: 0 } })
  })

  it('is too noisy where an effect could hide, or where there are too few values', () => {
    expect(compareSamples([10, 20, 5, 14], [11, 19, 6, 15]).verdict).toBe('too noisy')
    expect(compareSamples([1, 1.01, 1.02], [9, 9.01, 9.02]).verdict).toBe('too noisy')
  })

  it('agrees with its interval: 0 is outside of it if and only if a difference is reported', () => {
    const sample = fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 4, maxLength: 12 })
    fc.assert(
      fc.property(sample, sample, (left, right) => {
        const { verdict, shift } = compareSamples(left, right)
        const reported = verdict === 'faster' || verdict === 'slower'
        if (reported) expect((shift.low ?? -1) * (shift.high ?? 1)).toBeGreaterThanOrEqual(0)
        else expect((shift.low ?? -1) * (shift.high ?? 1)).toBeLessThanOrEqual(0)
      }),
    )
  })

  it.each([
    ['normal', (uniform: () => number) => 100 + 5 * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())],
    ['skewed', (uniform: () => number) => 100 - 20 * Math.log(1 - uniform())],
    ['coarse', (uniform: () => number) => Math.floor(4 * uniform())],
    ['two-peaked', (uniform: () => number) => (uniform() < 0.3 ? 150 : 100) + uniform()],
  ])('with %s noise, reports a difference in at most one of twenty trials without one', (_name, draw) => {
    const random = seededRandom(42)
    let reported = 0
    const trials = 1000
    for (let trial = 0; trial < trials; trial += 1) {
      const arm = (): number[] => Array.from({ length: 10 }, () => draw(() => random.next()))
      if (['faster', 'slower'].includes(compareSamples(arm(), arm()).verdict)) reported += 1
    }
    // 50 are expected at most; 70 are three standard deviations above that.
    expect(reported).toBeLessThanOrEqual(70)
  })
})

describe('the schedule', () => {
  it('has each arm as often in every block, in an order that the seed decides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 1000 }), (runs, seed) => {
        const schedule = trialSchedule(runs, seed)
        expect(schedule).toEqual(trialSchedule(runs, seed))
        expect(schedule).toHaveLength(2 * runs)
        for (let at = 0; at < schedule.length; at += 4) {
          const block = schedule.slice(at, at + 4)
          expect(block.filter((arm) => arm === 'after')).toHaveLength(block.length / 2)
          if (block.length === 4) expect([block[0], block[1]]).toEqual([block[3], block[2]])
        }
      }),
    )
  })

  it('begins with either arm', () => {
    const first = Array.from({ length: 40 }, (_, seed) => trialSchedule(2, seed)[0])
    expect(first.filter((arm) => arm === 'after').length).toBeGreaterThan(8)
    expect(first.filter((arm) => arm === 'before').length).toBeGreaterThan(8)
  })

  it('says how many runs in a row have the same arm', () => {
    expect([0, 1, 2, 3].map((from) => runsInARow(['before', 'after', 'after', 'before'], from))).toEqual([1, 2, 1, 1])
  })
})
