import { isHostwrightError } from '@hostwright/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTunable, tunables } from '../src/tunable-table.ts'
import { describeType, offeredWords, parseValue, validateValue } from '../src/tunable-value.ts'
import type { Tunable } from '../src/tunable.ts'

function get(id: string): Tunable {
  const tunable = findTunable(id)
  if (tunable === undefined) throw new TypeError(id)
  return tunable
}

function refusal(id: string, value: string): string {
  try {
    return `accepted as ${validateValue(get(id), value)}`
  } catch (error) {
    if (!isHostwrightError(error, 'INVALID_INPUT')) throw error
    return error.message
  }
}

describe('a value', () => {
  it.each([
    ['vm.swappiness', ' 10\n', '10'],
    ['vm.swappiness', '0x0A', '10'],
    ['kernel.shmmax', '18446744073692774399', '18446744073692774399'],
    ['kernel.sched_rt_runtime_us', '-1', '-1'],
    ['net.ipv4.tcp_rmem', '4096\t131072  33554432', '4096 131072 33554432'],
    ['net.ipv4.tcp_sack', 'on', '1'],
    ['zswap.enabled', '1', 'Y'],
    ['zswap.enabled', 'n', 'N'],
    ['numa.demotion', '1', 'true'],
    ['ethtool.offload-gro', '0', 'off'],
    ['thp.enabled', 'madvise', 'madvise'],
    ['irq.default-affinity', '0xFF,1', '000000ff,00000001'],
    ['irq.affinity-list', '0-3,8', '0-3,8'],
    ['net.ipv4.ip_local_reserved_ports', '', ''],
  ])('%s takes %j as %j', (id, value, written) => {
    expect(validateValue(get(id), value)).toBe(written)
  })

  it.each([
    ['vm.swappiness', '201', 'vm.swappiness cannot be "201": expected an integer from 0 to 200'],
    ['vm.swappiness', 'ten', 'vm.swappiness cannot be "ten": expected an integer from 0 to 200'],
    ['vm.swappiness', '', 'vm.swappiness cannot be "": expected an integer from 0 to 200'],
    ['vm.swappiness', '010', 'vm.swappiness cannot be "010": expected an integer from 0 to 200; the leading zero would be read as octal'],
    ['vm.dirty_bytes', '0', 'vm.dirty_bytes cannot be "0": expected an integer of at least 8192 bytes'],
    ['vm.dirty_ratio', '-1', 'vm.dirty_ratio cannot be "-1": expected an integer from 0 to 100 percent'],
    ['net.ipv4.tcp_rmem', '4096 131072', 'net.ipv4.tcp_rmem cannot be "4096 131072": expected 3 integers from 1 to 2147483647 bytes'],
    ['net.ipv4.tcp_sack', '2', 'net.ipv4.tcp_sack cannot be "2": expected 0 or 1'],
    ['thp.enabled', 'sometimes', 'thp.enabled cannot be "sometimes": expected one of always, madvise, never'],
    ['irq.default-affinity', 'xyz', 'irq.default-affinity cannot be "xyz": expected a CPU mask such as ff or ffffffff,00000000'],
    ['irq.affinity-list', '3-1', 'irq.affinity-list cannot be "3-1": expected a CPU list such as 0-3,8'],
    ['net.core.netdev_rss_key', '00', 'net.core.netdev_rss_key cannot be "00": expected nothing: it can only be read'],
    ['kernel.core_pattern', 'a\nb', 'kernel.core_pattern cannot be "a\\nb": expected one line of text'],
  ])('%s refuses %j', (id, value, message) => {
    expect(refusal(id, value)).toBe(message)
  })

  it('is one that the kernel offers, where it says what it offers', () => {
    const offered = offeredWords('none [mq-deadline] kyber') ?? []
    expect(offered).toEqual(['none', 'mq-deadline', 'kyber'])
    expect(validateValue(get('block.scheduler'), 'kyber', { offered })).toBe('kyber')
    expect(() => validateValue(get('block.scheduler'), 'cfq', { offered })).toThrow('expected one of none, mq-deadline, kyber')
    expect(offeredWords('write back')).toBeUndefined()
  })

  it('is understood by its type', () => {
    expect(parseValue(get('thp.enabled'), 'always [madvise] never\n')).toEqual({ kind: 'text', value: 'madvise' })
    expect(parseValue(get('kernel.shmmax'), '18446744073692774399\n')).toEqual({ kind: 'integer', value: 18_446_744_073_692_774_399n })
    expect(parseValue(get('kernel.printk'), '4\t4\t1\t7\n')).toEqual({ kind: 'integers', values: [4n, 4n, 1n, 7n] })
    expect(parseValue(get('zswap.enabled'), 'Y\n')).toEqual({ kind: 'boolean', value: true })
    expect(parseValue(get('irq.default-affinity'), '1,00000003\n')).toEqual({ kind: 'cpus', cpus: [0, 1, 32] })
    expect(parseValue(get('irq.affinity-list'), '0-6:2/3,9\n')).toEqual({ kind: 'cpus', cpus: [0, 1, 3, 4, 6, 9] })
  })

  it('of a mask and of a list names the same CPUs', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1 }), (cpus) => {
        const sorted = cpus.toSorted((left, right) => left - right)
        const digits = sorted.reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n).toString(16)
        const groups = digits.padStart(Math.ceil(digits.length / 8) * 8, '0').match(/.{8}/gu) ?? []
        expect(parseValue(get('irq.default-affinity'), groups.join(','))).toEqual({ kind: 'cpus', cpus: sorted })
        expect(parseValue(get('irq.affinity-list'), cpus.join(','))).toEqual({ kind: 'cpus', cpus: sorted })
      }),
    )
  })

  it('stays the same when it is validated again, and anything else is refused with INVALID_INPUT', () => {
    const words = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.constantFrom('on', 'Y', '0x10', '1 2 3', 'always', '0-3', 'ff,0', '-', '99999999999999999999999'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...tunables()), words, (tunable, value) => {
        try {
          const written = validateValue(tunable, value)
          expect(validateValue(tunable, written)).toBe(written)
        } catch (error) {
          if (!isHostwrightError(error, 'INVALID_INPUT')) throw error
          expect(error.subject).toBe(tunable.id)
          expect(error.message).toContain('expected')
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is accepted exactly within the range', () => {
    const bounded = tunables().filter(({ type, min, max, readOnly }) => type === 'integer' && min !== undefined && max !== undefined && readOnly !== true)
    for (const tunable of bounded) {
      const { id, min = 0, max = 0 } = tunable
      expect([validateValue(tunable, String(min)), validateValue(tunable, String(max))]).toEqual([String(min), String(max)])
      for (const outside of [BigInt(min) - 1n, BigInt(max) + 1n])
        expect(refusal(id, String(outside))).toBe(`${id} cannot be "${outside}": expected ${describeType(tunable)}`)
    }
  })
})
