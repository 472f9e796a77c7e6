import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationMs, formatDuration, formatSize, parseDuration, parseSize, sizeBytes, suggest } from '../src/index.ts'

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['5min', 300_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    [' 1s ', 1000],
    ['0s', 0],
  ])('reads %j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '60', 's', '1 s', '-1s', '1y', '1s2', '9999999999999w', '1e3s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  it('reads back what it writes', () => {
    assert(property(integer({ min: 0, max: 10_000_000_000 }), (milliseconds) => parseDuration(formatDuration(milliseconds)) === milliseconds))
  })

  it('are fields that take milliseconds or a text', () => {
    expect([durationMs().parse(250), durationMs().parse('2m')]).toEqual([250, 120_000])
    expect(durationMs({ max: 1000 }).safeParse('2s').error?.issues[0]?.message).toBe('must be at most 1s')
  })
})

describe('sizes', () => {
  it.each([
    ['4096', 4096],
    ['12B', 12],
    ['64K', 65_536],
    ['64k', 65_536],
    ['8G', 8_589_934_592],
    ['1.5MiB', 1_572_864],
    ['500MB', 500_000_000],
    ['2 TiB', 2_199_023_255_552],
  ])('reads %j', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each(['', 'G', '-1', '1X', '1.5', '9999E', '1  G'])('refuses %j', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [8_589_934_592, '8 GiB'],
    [8_237_000_000, '7.7 GiB'],
  ])('writes %d', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })

  it('are fields that take bytes or a text', () => {
    expect([sizeBytes().parse(5), sizeBytes().parse('1K')]).toEqual([5, 1024])
    expect(sizeBytes({ min: 2048 }).safeParse('1K').error?.issues[0]?.message).toBe('must be at least 2 KiB')
  })
})

describe('suggest', () => {
  it.each([
    ['servr', 'server'],
    ['srever', 'server'],
    ['desk', 'desktop'],
    ['SERVER', 'server'],
    ['xyz', undefined],
    ['', undefined],
  ])('answers %j with %j', (word, expected) => {
    expect(suggest(word, ['server', 'desktop', 'balanced'])).toBe(expected)
  })
})
