import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { localHost, rollbackTransaction } from '@hostwright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listZramDevices, planZram, planZramRemoval, planZswap } from '../../src/index.ts'
import { apply, attributes, isRoot, temporaryDirectory } from './kernel.ts'

const mebibyte = 2 ** 20
const able = isRoot && existsSync('/sys/class/zram-control/hot_add') && readFileSync('/proc/swaps', 'utf8').trim().split('\n').length === 1
const idle = able && existsSync('/sys/block/zram0') && readFileSync('/sys/block/zram0/disksize', 'utf8').trim() === '0'

describe.skipIf(!idle)('zram (needs root, an unused zram0 and no other swap)', () => {
  let directory: ReturnType<typeof temporaryDirectory>
  const state = (): unknown => ({
    devices: readdirSync('/sys/block').filter((name) => name.startsWith('zram')),
    size: readFileSync('/sys/block/zram0/disksize', 'utf8'),
    algorithm: readFileSync('/sys/block/zram0/comp_algorithm', 'utf8'),
    swaps: readFileSync('/proc/swaps', 'utf8'),
  })

  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  it('is set up on the idle device, needs no second plan, and is gone after the undo', async () => {
    await using host = localHost()
    const before = state()
    const options = { sizeBytes: 64 * mebibyte + 5, algorithm: 'lz4', priority: 42, memoryLimitBytes: 32 * mebibyte, persist: false }
    const record = await apply(host, await planZram(host, options), directory.path)
    expect((await listZramDevices(host.fs)).map(({ name, sizeBytes, algorithm, swap }) => ({ name, sizeBytes, algorithm, swap }))).toEqual([
      { name: 'zram0', sizeBytes: 64 * mebibyte, algorithm: 'lz4', swap: { priority: 42, usedBytes: 0 } },
    ])
    expect((await planZram(host, options)).steps).toEqual([])
    await expect(planZram(host, { ...options, priority: 7 })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(state()).toEqual(before)
  })

  it('is replaced and put back as it was', async () => {
    await using host = localHost()
    const before = state()
    const first = await apply(host, await planZram(host, { sizeBytes: 32 * mebibyte, algorithm: 'lzo', priority: 10, persist: false }), directory.path)
    const between = state()
    const second = await apply(
      host,
      await planZram(host, { sizeBytes: 48 * mebibyte, algorithm: 'lz4', priority: 20, replace: true, persist: false }),
      directory.path,
    )
    expect((await listZramDevices(host.fs)).map(({ sizeBytes, algorithm, swap }) => [sizeBytes, algorithm, swap?.priority])).toEqual([
      [48 * mebibyte, 'lz4', 20],
    ])
    await rollbackTransaction(host, second.id, { stateDirectory: directory.path })
    expect(state()).toEqual(between)
    await rollbackTransaction(host, first.id, { stateDirectory: directory.path })
    expect(state()).toEqual(before)
  })

  it('takes a new device where the first one is in use, and removes it again', async () => {
    await using host = localHost()
    const before = state()
    const other = await apply(host, await planZram(host, { sizeBytes: 8 * mebibyte, swap: false, persist: false }), directory.path)
    const options = { sizeBytes: 16 * mebibyte, algorithm: 'lzo-rle', persist: false }
    const added = await apply(host, await planZram(host, options), directory.path)
    expect((await listZramDevices(host.fs)).map(({ name, sizeBytes, swap }) => [name, sizeBytes, swap?.priority])).toEqual([
      ['zram0', 8 * mebibyte, undefined],
      ['zram1', 16 * mebibyte, 100],
    ])
    expect((await planZram(host, options)).steps).toEqual([])
    await rollbackTransaction(host, added.id, { stateDirectory: directory.path })
    await rollbackTransaction(host, other.id, { stateDirectory: directory.path })
    expect(state()).toEqual(before)
  })

  it('is torn down by a plan, which can be undone as well', async () => {
    await using host = localHost()
    const before = state()
    const first = await apply(host, await planZram(host, { sizeBytes: 32 * mebibyte, algorithm: 'lzo', priority: 10, persist: false }), directory.path)
    const between = state()
    const removal = await apply(host, await planZramRemoval(host), directory.path)
    expect(readFileSync('/proc/swaps', 'utf8').includes('zram')).toBe(false)
    await rollbackTransaction(host, removal.id, { stateDirectory: directory.path })
    expect(state()).toEqual(between)
    await rollbackTransaction(host, first.id, { stateDirectory: directory.path })
    expect(state()).toEqual(before)
  })

  it('refuses an algorithm that the kernel lacks, and sizes out of range', async () => {
    await using host = localHost()
    await expect(planZram(host, { algorithm: 'gzip9' })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    await expect(planZram(host, { sizeBytes: 4096 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(planZram(host, { share: 9 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe.skipIf(!isRoot || !existsSync('/sys/module/zswap/parameters/max_pool_percent'))('zswap (needs root and a kernel with it)', () => {
  it('takes its parameters and gives them back', async () => {
    await using host = localHost()
    const directory = temporaryDirectory()
    const before = attributes('/sys/module/zswap/parameters')
    const enabled = before['/sys/module/zswap/parameters/enabled']?.trim() === 'Y'
    const options = { enabled, maxPoolPercent: 21, shrinker: true, persist: false }
    const record = await apply(host, await planZswap(host, options), directory.path)
    expect((await planZswap(host, options)).steps).toEqual([])
    await rollbackTransaction(host, record.id, { stateDirectory: directory.path })
    expect(attributes('/sys/module/zswap/parameters')).toEqual(before)
    directory.remove()
  })
})
