import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCpuList, findCpuMask, formatCpuList, formatCpuMask, parseCpuList } from '../src/index.ts'

describe('CPU lists', () => {
  it('are read as the kernel writes them', () => {
    expect(['0-3,8', '0-15:1/4', '0-7:2/4', '', '\n', '5\n', '8, 1-2,2', '8191'].map(findCpuList)).toEqual([
      [0, 1, 2, 3, 8],
      [0, 4, 8, 12],
      [0, 1, 4, 5],
      [],
      [],
      [5],
      [1, 2, 8],
      [8191],
    ])
  })

  it.each(['a', '3-1', '0-', '0--1', '1,,2', '8192', '0-99999', '0-4294967295', '0-3:0/4', '0-3:5/4', '-1', '1 2'])('refuse %j', (text) => {
    expect(findCpuList(text)).toBeUndefined()
    expect(() => parseCpuList(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', subject: text }))
  })

  it('are written in ranges, whatever the order', () => {
    expect([[], [5], [3, 1, 2, 2], [8, 0, 1]].map(formatCpuList)).toEqual(['', '5', '1-3', '0-1,8'])
  })
})

describe('CPU masks', () => {
  it('are read as the kernel reads them, with groups that are not written in full', () => {
    expect(['ff', '1,00000001', '1,1', '0x0', '80000000\n', 'F', `${'0'.repeat(3000)}1`].map(findCpuMask)).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 32],
      [0, 32],
      [],
      [31],
      [0, 1, 2, 3],
      [0],
    ])
  })

  it.each(['', 'x', '1,,1', ',1', '1,', '123456789,1', '0x', '-1', `1${'0'.repeat(2048)}`])('refuse %j', (text) => {
    expect(findCpuMask(text)).toBeUndefined()
  })

  it('are written in groups of 32', () => {
    expect([[0, 1], [0, 32], [], [35]].map(formatCpuMask)).toEqual(['3', '00000001,00000001', '0', '00000008,00000000'])
  })
})

describe('CPU lists and masks', () => {
  it('survive the way there and back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(8191)), (cpus) => {
        const sorted = cpus.toSorted((left, right) => left - right)
        expect([parseCpuList(formatCpuList(cpus)), findCpuMask(formatCpuMask(cpus))]).toEqual([sorted, sorted])
      }),
    )
  })

  it('are a value or none, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-,:/ xf\n') }), (text) => {
        for (const cpus of [findCpuList(text), findCpuMask(text)]) expect(cpus ?? []).toEqual([...new Set(cpus)].toSorted((left, right) => left - right))
      }),
    )
  })
})
