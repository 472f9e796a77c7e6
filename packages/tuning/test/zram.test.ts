import { describe, expect, it } from 'vitest'
import { planZram, planZramRemoval, planZswap } from '../src/index.ts'
import { applyToModel, modelHost, snapshot, undoOnModel } from './model-host.ts'
import type { ModelHost, ModelOptions } from './model-host.ts'

const mebibyte = 2 ** 20

function machine(files: ModelOptions['files'] = {}): ModelHost {
  return modelHost({
    files: {
      '/proc/meminfo': 'MemTotal:       8000000 kB\n',
      '/proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
      '/sys/class/zram-control/hot_add': { text: '', mode: 0o400 },
      ...files,
    },
    rules: { '/sys/block/zram0/comp_algorithm': (value) => ['lzo-rle', 'lz4', 'zstd'].map((word) => (word === value ? `[${word}]` : word)).join(' ') },
  })
}

const idle = { '/sys/block/zram0/disksize': '0\n', '/sys/block/zram0/comp_algorithm': '[lzo-rle] lz4 zstd\n', '/sys/block/zram0/reset': '' }
const summaries = (plan: Awaited<ReturnType<typeof planZram>>): readonly string[] => plan.steps.map((step) => step.summary)

describe('compressed swap', () => {
  it('uses the idle device, half of the memory in whole pages and the best algorithm, and comes again at boot', async () => {
    const model = machine(idle)
    const plan = await planZram(model)
    expect(summaries(plan)).toEqual([
      'compress zram0 with zstd',
      'set up zram0 with 3906.3 MiB',
      'make a swap area on zram0',
      'swap to zram0 with priority 100',
      'create /etc/modules-load.d/60-hostwright-zram.conf',
      'create /etc/modprobe.d/60-hostwright-zram.conf',
      'create /etc/udev/rules.d/65-hostwright-zram.rules',
      'create /etc/systemd/system/dev-zram0.swap',
      'link /etc/systemd/system/swap.target.wants/dev-zram0.swap → ../dev-zram0.swap',
    ])
    await applyToModel(model, plan)
    expect([await model.fs.readText('/sys/block/zram0/disksize'), model.ran]).toEqual([
      '4096000000\n',
      [
        ['mkswap', '/dev/zram0'],
        ['swapon', '-p', '100', '/dev/zram0'],
      ],
    ])
    expect(await model.fs.readText('/etc/udev/rules.d/65-hostwright-zram.rules')).toContain(
      'ACTION=="add", SUBSYSTEM=="block", KERNEL=="zram0", ATTR{initstate}=="0", ATTR{comp_algorithm}="zstd", ATTR{disksize}="4096000000", RUN+="/sbin/mkswap /dev/zram0", TAG+="systemd"\n',
    )
    await model.fs.write('/proc/swaps', 'Filename Type Size Used Priority\n/dev/zram0 partition 3999996 0 100\n')
    expect((await planZram(model)).steps).toEqual([])
  })

  it('leaves the files to zram-generator where there is one', async () => {
    const plan = await planZram(machine({ ...idle, '/usr/lib/systemd/system-generators/zram-generator': '' }), { sizeBytes: 512 * mebibyte, algorithm: 'lz4' })
    const action = plan.steps.at(-1)?.action
    expect(action?.kind === 'write' && 'text' in action.content && [action.path, action.content.text.split('\n\n')[1]]).toEqual([
      '/etc/systemd/zram-generator.conf.d/60-hostwright-zram.conf',
      '[zram0]\nzram-size = 512\ncompression-algorithm = lz4\nswap-priority = 100\n',
    ])
  })

  it('adds a device where all are in use, and loads the module where there is none', async () => {
    const busy = machine({ '/sys/block/zram0/disksize': '4096\n', '/sys/block/zram0/comp_algorithm': '[lz4] zstd\n' })
    const plan = await planZram(busy, { persist: false })
    expect(summaries(plan).slice(0, 2)).toEqual(['add the device zram1', 'compress zram1 with zstd'])
    expect(plan.reads.find((read) => read.kind === 'path')).toEqual({ kind: 'path', path: '/sys/block/zram1', state: { type: 'absent' } })
    const bare = modelHost({ files: { '/proc/meminfo': 'MemTotal: 8000000 kB\n' } })
    expect(summaries(await planZram(bare, { persist: false }))).toEqual([
      'load the module zram, which brings the device zram0',
      'set up zram0 with 3906.3 MiB',
      'make a swap area on zram0',
      'swap to zram0 with priority 100',
    ])
  })

  it('is removed with its files, and nothing else', async () => {
    const model = machine(idle)
    const before = snapshot(model)
    await applyToModel(model, await planZram(model, { sizeBytes: 64 * mebibyte }))
    await model.fs.write('/proc/swaps', 'Filename Type Size Used Priority\n/dev/zram0 partition 65532 0 100\n')
    const removal = await planZramRemoval(model)
    expect(removal.steps[0]).toMatchObject({
      summary: 'take zram0 out of use as swap (0 MiB move to memory)',
      risk: 'disruptive',
      undo: { actions: [{ argv: ['swapon', '-p', '100', '/dev/zram0'] }] },
    })
    await applyToModel(model, removal)
    const etc = (files: Readonly<Record<string, string>>): readonly string[] => Object.keys(files).filter((path) => path.startsWith('/etc/'))
    expect(etc(snapshot(model))).toEqual(etc(before))
    await undoOnModel(model, removal)
    expect(etc(snapshot(model)).length).toBe(5)
  })

  it('refuses priorities and sizes out of range, and devices that are not there', async () => {
    await expect(planZram(machine(idle), { priority: -1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'priority is -1, but must be a whole number from 0 to 32767',
    })
    await expect(planZram(machine(idle), { sizeBytes: 2 ** 50 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(planZramRemoval(machine(idle), { device: 'zram7' })).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'There are: zram0.' })
  })
})

describe('zswap', () => {
  const base = '/sys/module/zswap/parameters'
  const files = { [`${base}/enabled`]: 'N\n', [`${base}/compressor`]: 'lzo\n', [`${base}/max_pool_percent`]: '20\n', '/usr/bin/systemd-tmpfiles': '' }

  it('gets its parameters before it is turned on, and at boot', async () => {
    const model = machine(files)
    const plan = await planZswap(model, { enabled: true, compressor: 'lz4', maxPoolPercent: 25, shrinker: true })
    expect([summaries(plan), plan.notes.map((note) => note.message)]).toEqual([
      [`${base}/compressor lzo → lz4`, `${base}/max_pool_percent 20 → 25`, `${base}/enabled N → Y`, 'create /etc/tmpfiles.d/60-hostwright-zswap.conf'],
      ['is not on this kernel'],
    ])
    await applyToModel(model, plan)
    expect((await planZswap(model, { enabled: true, compressor: 'lz4', maxPoolPercent: 25 })).steps).toEqual([])
  })

  it('is refused where the kernel has none, and for a share beyond 100', async () => {
    await expect(planZswap(machine(), { enabled: true })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    await expect(planZswap(machine(files), { enabled: true, maxPoolPercent: 101 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
