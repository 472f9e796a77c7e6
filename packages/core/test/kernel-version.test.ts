import { describe, expect, it } from 'vitest'
import { compareKernelVersions } from '../src/index.ts'

describe('the order of kernel versions', () => {
  it.each([
    ['6.1', '6.12', -1],
    ['6.10.3-generic', '6.9', 1],
    ['6.1.0-13-amd64', '6.1', 0],
    ['6.1-rc7', '6.1.0', 0],
    ['6.1', '6.1.1', -1],
    ['5.15.0', '5.15', 0],
    ['unknown', '2.6', -1],
  ])('%s and %s: %i', (left, right, order) => {
    expect(Math.sign(compareKernelVersions(left, right))).toBe(order)
    expect(Math.sign(compareKernelVersions(right, left))).toBe(order === 0 ? 0 : -order)
  })
})
