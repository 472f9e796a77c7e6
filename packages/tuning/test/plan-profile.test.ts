import { isHostwrightError } from '@hostwright/core'
import type { Plan } from '@hostwright/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInProfiles, kernelAnswers, planProfile, verifyProfile } from '../src/index.ts'
import type { Profile } from '../src/index.ts'
import { laptop, metalServer, smallGuest } from './machines.ts'
import { applyToModel, modelHost, snapshot, undoOnModel } from './model-host.ts'
import type { ModelHost, ModelOptions } from './model-host.ts'

const machines: Readonly<Record<string, () => ModelOptions>> = { laptop, metalServer, smallGuest }
const summaries = (plan: Plan): readonly string[] => plan.steps.map((step) => step.summary)
const profileOf = (settings: Profile['settings']): Profile => ({ name: 'own', summary: 'Own', origin: 'test', settings })
const setting = (tunable: string, value: Profile['settings'][number]['value']): Profile['settings'][number] => ({
  tunable,
  value,
  why: 'because',
  source: 'test',
})
const attribute = (model: ModelHost, path: string): string | undefined => model.entries.get(path)?.text.trimEnd()

describe('a plan for every built-in profile on every machine', () => {
  const cases = Object.entries(machines).flatMap(([machine, options]) => builtInProfiles.map((profile) => ({ machine, options, profile: profile.name })))

  it.each(cases)('$profile on $machine: nothing is left to plan after it, verify agrees, and the undo restores every byte', async ({ options, profile }) => {
    const model = modelHost(options())
    const before = snapshot(model)
    const plan = await planProfile(model, profile)
    await applyToModel(model, plan)

    expect((await planProfile(model, profile)).steps).toEqual([])
    const { ok, counts } = await verifyProfile(model, profile)
    expect({ ok, differs: counts.differs ?? 0, unknown: counts['unknown tunable'] ?? 0 }).toEqual({ ok: profile !== 'network-latency', differs: 0, unknown: 0 })

    await undoOnModel(model, plan)
    expect(snapshot(model)).toEqual(before)
  })

  it('gives the same plan twice', async () => {
    const model = modelHost(laptop())
    expect(await planProfile(model, 'gaming')).toEqual(await planProfile(model, 'gaming'))
  })

  it('makes each value of a profile say why and where from', async () => {
    for (const profile of builtInProfiles) for (const each of profile.settings) expect([each.why.length > 10, each.source.length > 4]).toEqual([true, true])
  })
})

describe('twins', () => {
  it('restores the ratio that was in force, because the bytes cannot be set back to 0', async () => {
    const model = modelHost(metalServer())
    const plan = await planProfile(model, profileOf([setting('vm.dirty_bytes', '268435456')]), { persist: false })
    expect(plan.steps.map((step) => step.undo)).toEqual([{ kind: 'restore', instead: ['/proc/sys/vm/dirty_ratio'] }])
    await applyToModel(model, plan)
    expect(attribute(model, '/proc/sys/vm/dirty_ratio')).toBe('0')
    await undoOnModel(model, plan)
    expect([attribute(model, '/proc/sys/vm/dirty_ratio'), attribute(model, '/proc/sys/vm/dirty_bytes')]).toEqual(['20', '0'])
  })

  it('restores bytes that were in force when a ratio is planned', async () => {
    const model = modelHost(metalServer())
    await model.fs.set('/proc/sys/vm/dirty_bytes', '1048576')
    const plan = await planProfile(model, profileOf([setting('vm.dirty_ratio', '40')]), { persist: false })
    await applyToModel(model, plan)
    await undoOnModel(model, plan)
    expect([attribute(model, '/proc/sys/vm/dirty_ratio'), attribute(model, '/proc/sys/vm/dirty_bytes')]).toEqual(['0', '1048576'])
  })

  it('keeps the later of two twins that a profile and an override ask for', async () => {
    const model = modelHost(metalServer())
    const plan = await planProfile(model, 'server', { set: { 'vm.dirty_ratio': 15 }, persist: false })
    expect(summaries(plan).filter((summary) => summary.startsWith('vm.dirty'))).toEqual(['vm.dirty_background_bytes 0 → 2147483648', 'vm.dirty_ratio 20 → 15'])
  })
})

describe('the I/O scheduler', () => {
  const wanted = profileOf([setting('block.nr-requests', '64'), setting('block.scheduler', 'bfq'), setting('block.wbt-latency', '1000')])

  it('goes first, and what it resets is set again even if it held the value', async () => {
    const model = modelHost(metalServer())
    const plan = await planProfile(model, wanted, { persist: false })
    expect(summaries(plan)).toEqual(['block.scheduler of sda mq-deadline → bfq', 'block.nr-requests of sda 64 → 64', 'block.wbt-latency of sda 75000 → 1000'])
    await applyToModel(model, plan)
    expect(attribute(model, '/sys/block/sda/queue/nr_requests')).toBe('64')
  })

  it('is put back with its queue depth, throttling and own parameters', async () => {
    const model = modelHost(metalServer())
    const before = snapshot(model)
    const plan = await planProfile(model, wanted, { persist: false })
    await applyToModel(model, plan)
    await undoOnModel(model, plan)
    expect(snapshot(model)).toEqual(before)
    expect(plan.steps[0]?.undo).toEqual({
      kind: 'restore',
      also: ['nr_requests', 'wbt_lat_usec', 'iosched/fifo_batch', 'iosched/read_expire'].map((name) => `/sys/block/sda/queue/${name}`),
    })
  })

  it('brings parameters that are set in the same plan', async () => {
    const model = modelHost(metalServer())
    await model.fs.set('/sys/block/sda/queue/scheduler', 'none')
    const own = profileOf([setting('/sys/block/sda/queue/iosched/read_expire', '100'), setting('block.scheduler', 'mq-deadline')])
    await applyToModel(model, await planProfile(model, own, { persist: false }))
    expect(attribute(model, '/sys/block/sda/queue/iosched/read_expire')).toBe('100')
    expect((await planProfile(model, own, { persist: false })).steps).toEqual([])
  })

  it('as the CPU’s governor: its hints are set after it and put back after it', async () => {
    const model = modelHost(laptop())
    const plan = await planProfile(
      model,
      profileOf([setting('cpufreq.energy-performance-preference', 'performance'), setting('cpufreq.governor', 'performance')]),
      { persist: false },
    )
    expect(plan.steps.map((step) => step.id)).toEqual([
      'set cpufreq.governor of policy0',
      'set cpufreq.governor of policy1',
      'set cpufreq.energy-performance-preference of policy0',
      'set cpufreq.energy-performance-preference of policy1',
    ])
    const before = snapshot(model)
    await applyToModel(model, plan)
    await undoOnModel(model, plan)
    expect(snapshot(model)).toEqual(before)
  })

  it('that the kernel does not offer is a note and no step', async () => {
    const model = modelHost(metalServer())
    const plan = await planProfile(model, profileOf([setting('block.scheduler', 'cfq')]), { persist: false })
    expect([plan.steps, plan.notes]).toEqual([
      [],
      [{ level: 'warning', subject: 'block.scheduler of sda', message: 'cannot be cfq here (offered: none mq-deadline kyber bfq)' }],
    ])
  })
})

describe('values that the kernel does not take as they are', () => {
  it('are not planned again where the kernel’s rule is known', async () => {
    const model = modelHost(metalServer())
    const own = profileOf([setting('block.read-ahead', '1025')])
    await applyToModel(model, await planProfile(model, own))
    expect(attribute(model, '/sys/block/sda/queue/read_ahead_kb')).toBe('1024')
    expect((await planProfile(model, own)).steps).toEqual([])
    expect((await verifyProfile(model, own)).counts).toEqual({ 'clamped by kernel': 1 })
  })

  it('are not planned again where the kernel answered so before, whatever its rule', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.nat(5000), async (asked, limit) => {
        const { files } = metalServer()
        const model = modelHost({ files, rules: { '/proc/sys/net/core/somaxconn': (value) => String(Math.min(Number(value), limit)) } })
        const own = profileOf([setting('net.core.somaxconn', String(asked))])
        const plan = await planProfile(model, own)
        const answers = kernelAnswers([{ plan, effective: await applyToModel(model, plan) }])
        expect((await planProfile(model, own, { answers })).steps).toEqual([])
        const status = (await verifyProfile(model, own, { answers })).settings[0]?.status
        expect(status).toBe(asked <= limit || asked === 1024 ? 'ok' : 'clamped by kernel')
      }),
      { numRuns: 50 },
    )
  })

  it('are planned again once the attribute holds something else', async () => {
    const model = modelHost(metalServer())
    const answers = [{ path: '/proc/sys/net/core/somaxconn', asked: '9999', got: '4096' }]
    await model.fs.set('/proc/sys/net/core/somaxconn', '512')
    expect(summaries(await planProfile(model, profileOf([setting('net.core.somaxconn', '9999')]), { answers, persist: false }))).toEqual([
      'net.core.somaxconn 512 → 9999',
    ])
  })

  it('forget an answer when the kernel takes the value later', () => {
    const step = { id: 'a', summary: 'a', risk: 'safe', action: { kind: 'set', path: '/proc/sys/a', value: '9' }, undo: { kind: 'restore' } } as const
    const plan: Plan = { version: 1, domain: 'tuning', host: 'model', steps: [step], reads: [], notes: [] }
    expect(kernelAnswers([{ plan, effective: { 1: '4' } }])).toEqual([{ path: '/proc/sys/a', asked: '9', got: '4' }])
    expect(
      kernelAnswers([
        { plan, effective: { 1: '4' } },
        { plan, effective: { 1: '9' } },
      ]),
    ).toEqual([])
  })
})

describe('bounds, shares and alternatives', () => {
  const value = async (wish: Profile['settings'][number], options = metalServer()): Promise<readonly string[]> =>
    summaries(await planProfile(modelHost(options), profileOf([wish]), { persist: false }))

  it.each([
    [setting('net.core.somaxconn', { atLeast: '2048' }), ['net.core.somaxconn 1024 → 2048']],
    [setting('net.core.somaxconn', { atLeast: '512' }), []],
    [setting('net.core.somaxconn', { atMost: '512' }), ['net.core.somaxconn 1024 → 512']],
    [setting('net.core.somaxconn', { atMost: '2048' }), []],
    [setting('net.ipv4.tcp_rmem', { atLeast: '8192 65536 16777216' }), ['net.ipv4.tcp_rmem 4096 131072 6291456 → 8192 131072 16777216']],
    [setting('kernel.shmmax', { atLeast: '4398046511104' }), []],
    [setting('thp.enabled', { firstOf: ['inherit', 'never'] }), ['thp.enabled madvise → never']],
    [setting('vm.dirty_bytes', { percentOfMemory: 10 }), ['vm.dirty_bytes 0 → 13508067328']],
    [setting('vm.dirty_bytes', { percentOfMemory: 10, atMostBytes: 5000 }), ['vm.dirty_bytes 0 → 4096']],
    [setting('vm.min_free_kbytes', { percentOfMemory: 1 }), ['vm.min_free_kbytes 67584 → 1319144']],
  ])('%o', async (wish, expected) => {
    expect(await value(wish)).toEqual(expected)
  })

  it('does not make a value persistent that is beyond its bound by itself', async () => {
    const plan = await planProfile(modelHost(metalServer()), profileOf([setting('net.core.somaxconn', { atLeast: '512' })]))
    expect(plan.steps).toEqual([])
  })
})

describe('what cannot be set', () => {
  it('is a note each: other kernels’ keys, missing hardware, read-only attributes', async () => {
    const own = profileOf([
      setting('kernel.numa_balancing', '0'),
      setting('cpufreq.governor', 'performance'),
      setting('kernel.nmi_watchdog', '1'),
      setting('kernel.sched_latency_ns', '1'),
    ])
    const plan = await planProfile(modelHost(smallGuest()), own)
    expect(plan.steps).toEqual([])
    expect(plan.notes.map((note) => `${note.level} ${note.subject}: ${note.message}`)).toEqual([
      'info cpufreq.governor: has no device here (there is no policy that it is for)',
      'info kernel.nmi_watchdog: can only be read here; it is 0, wanted is 1',
      'info kernel.numa_balancing: is not on this kernel (needs CONFIG_NUMA_BALANCING)',
      'info kernel.sched_latency_ns: is not on this kernel (until Linux 5.13, now sched.base-slice, needs CONFIG_SCHED_DEBUG)',
    ])
  })

  it('is refused if it is a mistake in an override', async () => {
    const failure = await planProfile(modelHost(smallGuest()), 'server', { set: { 'vm.swapiness': 5 } }).catch((error: unknown) => error)
    expect(isHostwrightError(failure, 'INVALID_INPUT') && [failure.message, failure.hint]).toEqual([
      'override: there is no tunable `vm.swapiness`',
      'Did you mean `vm.swappiness`?',
    ])
    await expect(planProfile(modelHost(smallGuest()), 'server', { set: { 'vm.swappiness': 500 } })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(planProfile(modelHost(smallGuest()), 'servr')).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'Did you mean `server`?' })
  })

  it('is left out if it cannot be left again, unless that is allowed', async () => {
    const own = profileOf([setting('kernel.kexec_load_disabled', '1')])
    const refused = await planProfile(modelHost(smallGuest()), own)
    expect([refused.steps.length, refused.notes[0]?.level]).toEqual([0, 'warning'])
    const allowed = await planProfile(modelHost(smallGuest()), own, { allowIrreversible: true, persist: false })
    expect(allowed.steps[0]?.undo).toEqual({ kind: 'none', reason: 'the kernel does not let kernel.kexec_load_disabled leave 1 before a reboot' })
  })
})

describe('a network namespace', () => {
  const lab: readonly [string, string, ModelOptions][] = [
    ['by how it is entered', '', { ...metalServer(), prefix: ['ip', 'netns', 'exec', 'lab'] }],
    [
      'by what the kernel shows',
      ', net.core.netdev_max_backlog',
      { files: Object.fromEntries(Object.entries(metalServer().files).filter(([path]) => !path.endsWith('netdev_max_backlog'))) },
    ],
  ]

  it.each(lab)('told %s: only its own values are planned, and no file', async (_, extra, options) => {
    const plan = await planProfile(modelHost(options), 'network-throughput')
    expect(plan.steps.every((step) => step.action.kind === 'set' && step.action.path.startsWith('/proc/sys/net/'))).toBe(true)
    expect(plan.steps.length).toBeGreaterThan(3)
    expect(plan.reads.every((read) => read.kind !== 'attribute' || read.path.startsWith('/proc/sys/net/'))).toBe(true)
    expect(plan.notes.filter((note) => note.subject === 'network namespace').map((note) => note.message)).toEqual([
      'these values belong to the whole machine and are left alone: cpufreq.governor, cpufreq.energy-performance-preference, cpu.energy-perf-bias, ' +
        'intel-pstate.min-perf-pct, cpufreq.boost, power.platform-profile, vm.swappiness, vm.dirty_bytes, vm.dirty_background_bytes, block.read-ahead' +
        extra,
      'nothing is made persistent: configuration files belong to the whole machine',
    ])
  })
})

describe('an administrator’s later file', () => {
  const admin = (text: string): ModelOptions => ({ ...metalServer(), files: { ...metalServer().files, '/etc/sysctl.d/99-app.conf': text } })

  it('wins: the value is left alone, and file and line are named', async () => {
    const model = modelHost(admin('# ours\nvm.swappiness = 30\n'))
    const plan = await planProfile(model, 'server')
    expect(summaries(plan).some((summary) => summary.startsWith('vm.swappiness'))).toBe(false)
    expect(plan.notes.find((note) => note.subject === 'vm.swappiness')).toEqual({
      level: 'warning',
      subject: 'vm.swappiness',
      message: 'is left alone: /etc/sysctl.d/99-app.conf:2 comes later at boot and decides otherwise; remove that line to have 10',
    })
    const verified = (await verifyProfile(model, 'server')).settings.find((each) => each.tunable === 'vm.swappiness')
    expect([verified?.status, verified?.detail]).toEqual(['overridden', '/etc/sysctl.d/99-app.conf:2'])
  })

  it('that agrees, or comes earlier, changes nothing', async () => {
    expect(summaries(await planProfile(modelHost(admin('vm.swappiness=10\n')), 'server'))).toContain('vm.swappiness 60 → 10')
    const early: ModelOptions = { ...metalServer(), files: { ...metalServer().files, '/etc/sysctl.d/10-app.conf': 'vm.swappiness=30\n' } }
    expect(summaries(await planProfile(modelHost(early), 'server'))).toContain('vm.swappiness 60 → 10')
  })
})

describe('verify', () => {
  it('never passes a misspelt key, and never fails for hardware that is not there', async () => {
    const result = await verifyProfile(
      modelHost(smallGuest()),
      profileOf([setting('vm.swapiness', '10'), setting('cpufreq.governor', 'performance'), setting('/sys/kernel/mm/transparent_hugepage/enbled', 'never')]),
    )
    expect(result.settings.map((each) => [each.tunable, each.status])).toEqual([
      ['vm.swapiness', 'unknown tunable'],
      ['cpufreq.governor', 'no such device'],
      ['/sys/kernel/mm/transparent_hugepage/enbled', 'unknown tunable'],
    ])
    expect(result.ok).toBe(false)
    expect((await verifyProfile(modelHost(smallGuest()), profileOf([setting('cpufreq.governor', 'performance')]))).ok).toBe(true)
  })

  it('tells what is wanted, what is held and where the wish is from', async () => {
    const result = await verifyProfile(modelHost(smallGuest()), profileOf([setting('vm.swappiness', '10'), setting('net.core.somaxconn', { atLeast: '512' })]))
    expect(result).toEqual({
      profile: 'own',
      ok: false,
      settings: [
        { tunable: 'vm.swappiness', path: '/proc/sys/vm/swappiness', want: '10', have: '60', status: 'differs', why: 'because', source: 'test' },
        { tunable: 'net.core.somaxconn', path: '/proc/sys/net/core/somaxconn', want: '≥ 512', have: '1024', status: 'ok', why: 'because', source: 'test' },
      ],
      boot: [],
      counts: { differs: 1, ok: 1 },
    })
  })

  it('compares parameters of the running kernel and options of loaded modules', async () => {
    const files = {
      ...smallGuest().files,
      '/proc/cmdline': 'ro skew_tick=1 tsc=unstable\n',
      '/sys/module/kvm/parameters/halt_poll_ns': '200000\n',
      '/sys/module/kvm/parameters/ignore_msrs': 'N\n',
    }
    const option = (name: string, value: string): NonNullable<Profile['moduleOptions']>[number] => ({
      module: 'kvm',
      option: name,
      value,
      why: 'w',
      source: 's',
    })
    const parameter = (text: string): NonNullable<Profile['commandLine']>[number] => ({ parameter: text, why: 'w', source: 's' })
    const own: Profile = {
      ...profileOf([]),
      commandLine: ['skew-tick=1', 'tsc=reliable', 'nosmt'].map(parameter),
      moduleOptions: [option('ignore_msrs', '0'), option('halt_poll_ns', '0'), { ...option('x', '1'), module: 'absent' }],
    }
    const { boot } = await verifyProfile(modelHost({ files }), own)
    expect(boot.map((each) => [each.name, each.state, each.have])).toEqual([
      ['skew-tick', 'ok', 'skew_tick=1'],
      ['tsc', 'differs', 'tsc=unstable'],
      ['nosmt', 'differs', undefined],
      ['kvm.ignore_msrs', 'ok', 'N'],
      ['kvm.halt_poll_ns', 'differs', '200000'],
      ['absent.x', 'no such device', undefined],
    ])
  })

  it('reads a profile in a handful of round trips', async () => {
    const model = modelHost(laptop())
    await verifyProfile(model, 'server')
    expect(model.roundTrips).toBeLessThanOrEqual(12)
  })
})
