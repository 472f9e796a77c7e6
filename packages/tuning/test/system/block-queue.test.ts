import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { localHost, rollbackTransaction } from '@hostwright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kernelAnswers, planProfile, verifyProfile } from '../../src/index.ts'
import type { Profile } from '../../src/index.ts'
import { apply, attributes, can, isRoot, run, temporaryDirectory } from './kernel.ts'

const able = isRoot && can(() => run('losetup', '--version'))

describe.skipIf(!able)('the queue of a loop device (needs root and losetup)', () => {
  let directory: ReturnType<typeof temporaryDirectory>
  let device: string

  beforeEach(() => {
    directory = temporaryDirectory()
    const image = join(directory.path, 'image')
    writeFileSync(image, new Uint8Array(8 * 1024 * 1024))
    device = run('losetup', '--find', '--show', image).trim().slice('/dev/'.length)
  })

  afterEach(() => {
    const queue = `/sys/block/${device}/queue`
    writeFileSync(`${queue}/scheduler`, 'none')
    writeFileSync(`${queue}/nr_requests`, '128')
    writeFileSync(`${queue}/wbt_lat_usec`, '-1')
    run('losetup', '--detach', `/dev/${device}`)
    directory.remove()
  })

  const own = (values: Readonly<Record<string, string>>): Profile => ({
    name: 'own',
    summary: 'Own',
    origin: 'test',
    settings: Object.entries(values).map(([tunable, value]) => ({ tunable, value, on: { names: [device] }, why: 'because', source: 'test' })),
  })
  const queueOf = (): string => `/sys/block/${device}/queue`
  const held = (name: string): string => readFileSync(`${queueOf()}/${name}`, 'utf8').trim()

  it.each(['bfq', 'mq-deadline', 'kyber'])('takes the scheduler %s and then its depth, and gives every attribute back', async (scheduler) => {
    await using host = localHost()
    const before = attributes(queueOf())
    const profile = own({ 'block.nr-requests': '64', 'block.scheduler': scheduler, 'block.wbt-latency': '1500', 'block.read-ahead': '256' })
    const record = await apply(host, await planProfile(host, profile, { persist: false }), directory.path)
    expect([held('scheduler').includes(`[${scheduler}]`), held('nr_requests'), held('read_ahead_kb')]).toEqual([true, '64', '256'])
    const answers = kernelAnswers([record])
    expect((await planProfile(host, profile, { persist: false, answers })).steps).toEqual([])
    expect((await verifyProfile(host, profile, { answers })).ok).toBe(true)
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(attributes(queueOf())).toEqual(before)
  })

  it('sets the readahead after the request size, which resets it, and gives both back', async () => {
    await using host = localHost()
    writeFileSync(`${queueOf()}/read_ahead_kb`, '512')
    const before = attributes(queueOf())
    const profile = own({ 'block.read-ahead': '512', 'block.max-sectors': '256' })
    const record = await apply(host, await planProfile(host, profile, { persist: false }), directory.path)
    expect([held('max_sectors_kb'), held('read_ahead_kb')]).toEqual(['256', '512'])
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(attributes(queueOf())).toEqual(before)
  })

  it('gives back parameters of the scheduler that was left', async () => {
    await using host = localHost()
    writeFileSync(`${queueOf()}/scheduler`, 'mq-deadline')
    writeFileSync(`${queueOf()}/iosched/read_expire`, '123')
    writeFileSync(`${queueOf()}/nr_requests`, '77')
    const before = attributes(queueOf())
    const record = await apply(host, await planProfile(host, own({ 'block.scheduler': 'none' }), { persist: false }), directory.path)
    expect(held('nr_requests')).not.toBe('77')
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(attributes(queueOf())).toEqual(before)
  })

  it('sets parameters that come with the scheduler in the same plan', async () => {
    await using host = localHost()
    const profile = own({ 'block.deadline.read-expire': '321', 'block.scheduler': 'mq-deadline' })
    const withPath: Profile = {
      ...profile,
      settings: profile.settings.map((setting) =>
        setting.tunable === 'block.scheduler' ? setting : { ...setting, tunable: `${queueOf()}/iosched/read_expire` },
      ),
    }
    const before = attributes(queueOf())
    const record = await apply(host, await planProfile(host, withPath, { persist: false }), directory.path)
    // The kernel keeps ticks: with 250 a second, 324 ms.
    expect(Math.abs(Number(held('iosched/read_expire')) - 321)).toBeLessThan(10)
    expect((await planProfile(host, withPath, { persist: false })).steps).toEqual([])
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(attributes(queueOf())).toEqual(before)
  })

  it('rounds values as the kernel does, and a second plan knows', async () => {
    await using host = localHost()
    const before = attributes(queueOf())
    const profile = own({ 'block.read-ahead': '1026', 'block.nr-requests': '3' })
    const record = await apply(host, await planProfile(host, profile, { persist: false }), directory.path)
    expect([held('read_ahead_kb'), held('nr_requests')]).toEqual(['1024', '4'])
    expect((await planProfile(host, profile, { persist: false })).steps).toEqual([])
    expect((await verifyProfile(host, profile)).counts).toEqual({ 'clamped by kernel': 2 })
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(attributes(queueOf())).toEqual(before)
  })
})
