import { localHost, networkNamespace, prefixHost } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { planCpuIsolation, planIrqAffinity, planTuningRemoval, planZram, planZramRemoval, planZswap } from '../src/index.ts'

describe('a network namespace', () => {
  it('is refused by plans that would change its whole machine', async () => {
    await using host = prefixHost(localHost(), networkNamespace('lab'))
    const refused = (what: string): object => ({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(new RegExp(`is a network namespace, and ${what} of the whole machine$`, 'u')),
    })
    await expect(planZram(host)).rejects.toMatchObject(refused('zram is swap'))
    await expect(planZramRemoval(host)).rejects.toMatchObject(refused('zram is swap'))
    await expect(planZswap(host, { enabled: true })).rejects.toMatchObject(refused('zswap is a cache'))
    await expect(planIrqAffinity(host, { cpus: '0' })).rejects.toMatchObject(refused('interrupts are those'))
    await expect(planCpuIsolation(host, { cpus: '1' })).rejects.toMatchObject(refused('CPUs are those'))
    await expect(planTuningRemoval(host, 'profile')).rejects.toMatchObject(refused('configuration files are those'))
  })
})
