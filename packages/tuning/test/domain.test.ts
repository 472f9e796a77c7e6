import { deriveCommand } from '@hostwright/core'
import type { AnyOperation } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { domain, planProfile, tuningSchema } from '../src/index.ts'
import { laptop, metalServer } from './machines.ts'
import { applyToModel, modelHost } from './model-host.ts'
import type { ModelHost } from './model-host.ts'

const operation = (name: string): AnyOperation => {
  const found = domain.operations.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no operation ${name}`)
  return found
}

async function ask(host: ModelHost, name: string, input: Readonly<Record<string, unknown>> = {}): Promise<{ output: unknown; pending: boolean }> {
  const query = operation(name)
  if (query.kind !== 'query') throw new Error(`${name} is no query`)
  const values: unknown = query.input.parse(input)
  const output: unknown = query.output.parse(await query.run({ host }, values))
  expect(JSON.parse(JSON.stringify(output))).toEqual(output)
  query.view?.(output, values)
  return { output, pending: query.pending?.(output) === true }
}

async function change(host: ModelHost, name: string, input: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const found = operation(name)
  if (found.kind !== 'change' || found.plan === undefined) throw new Error(`${name} has no plan`)
  const plan = await found.plan({ host }, found.input.parse(input))
  await applyToModel(host, plan)
  return plan.steps.map((step) => step.summary)
}

describe('the operations', () => {
  it('derive commands, each with a name of its own and a summary without full stop', () => {
    const commands = domain.operations.map((each) => deriveCommand(each, 'tuning'))
    expect(new Set(commands.map((command) => command.name)).size).toBe(commands.length)
    expect(commands.map((command) => command.name)).toEqual(
      expect.arrayContaining(
        [
          'list',
          'show',
          'recommend',
          'explain',
          'plan',
          'apply',
          'remove',
          'verify',
          'lint',
          'try',
          'zram',
          'zswap',
          'isolate',
          'irq',
          'steering',
          'power',
        ].map((verb) => `tuning ${verb}`),
      ),
    )
    expect(domain.operations.filter((each) => each.summary.endsWith('.') || !each.name.startsWith('tuning '))).toEqual([])
  })

  it('apply a profile, after which verify and plan have nothing pending, and remove its files again', async () => {
    const host = modelHost(metalServer())
    expect((await ask(host, 'tuning verify', { profile: 'server' })).pending).toBe(true)
    expect(await change(host, 'tuning apply', { profile: 'server', except: ['block.*'], set: ['vm.swappiness=5'] })).toEqual([
      'vm.dirty_bytes 0 → 8589934592',
      'vm.dirty_background_bytes 0 → 2147483648',
      'net.core.somaxconn 1024 → 2048',
      'vm.swappiness 60 → 5',
      'create /etc/sysctl.d/60-hostwright-tuning.conf',
    ])
    const adapted = { except: ['block.*'], set: ['vm.swappiness=5'] }
    expect((await ask(host, 'tuning verify', adapted)).pending).toBe(false)
    expect((await ask(host, 'tuning plan', adapted)).pending).toBe(false)
    expect((await ask(host, 'tuning list')).output).toMatchObject({
      profiles: expect.arrayContaining([expect.objectContaining({ name: 'server', active: true })]),
    })
    expect(await change(host, 'tuning remove', {})).toEqual(['remove /etc/sysctl.d/60-hostwright-tuning.conf'])
  })

  it('explain profiles and tunables, and mistyped names of either', async () => {
    const host = modelHost(laptop())
    expect((await ask(host, 'tuning explain', { subject: 'mobile' })).output).toMatchObject({
      kind: 'profile',
      changes: expect.arrayContaining([
        expect.objectContaining({
          tunable: 'cpufreq.energy-performance-preference',
          instances: ['policy0', 'policy1'],
          have: 'balance_performance',
          want: 'balance_power',
        }),
      ]),
      notHere: expect.arrayContaining([{ tunable: 'cpufreq.boost', reason: 'no such device: the hardware or driver that has it is not here' }]),
    })
    expect((await ask(host, 'tuning explain', { subject: 'vm.dirty_bytes' })).output).toMatchObject({
      kind: 'tunable',
      values: [{ value: '0' }],
      traps: ['Writing it zeroes vm.dirty_ratio, and the other way round.'],
      profiles: expect.arrayContaining([expect.objectContaining({ profile: 'server', value: '40 % of memory, at most 8589934592 bytes' })]),
    })
    await expect(ask(host, 'tuning explain', { subject: 'vm.swapiness' })).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'Did you mean `vm.swappiness`?' })
    await expect(ask(host, 'tuning show', { profile: 'mobil' })).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'Did you mean `mobile`?' })
  })

  it('take profiles from files of the host, with the line of each value', async () => {
    const host = modelHost({
      ...metalServer(),
      files: { ...metalServer().files, '/etc/hostwright/profiles/db.yaml': 'extends: database\nset:\n  vm.swappiness: 2\n' },
    })
    expect((await ask(host, 'tuning show', { profile: 'db' })).output).toMatchObject({
      merged: ['server', 'database', 'db'],
      settings: expect.arrayContaining([expect.objectContaining({ value: '2', source: '/etc/hostwright/profiles/db.yaml:3' })]),
    })
    expect((await ask(host, 'tuning plan', { profile: '/etc/hostwright/profiles/db.yaml' })).pending).toBe(true)
    await expect(ask(host, 'tuning plan', { profile: '/etc/nothing.yaml' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ask(host, 'tuning plan', { profile: 'db', set: ['nonsense'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('show the rest as well', async () => {
    const host = modelHost(laptop())
    for (const name of ['tuning recommend', 'tuning power', 'tuning lint', 'tuning list']) await ask(host, name)
  })
})

describe('the section of host.yaml', () => {
  const section = domain.section
  if (section === undefined) throw new Error('no section')
  const source = { locate: (path: readonly (string | number)[]): string => `host.yaml:${path.join('.')}` }

  it('plans profile, overrides and own profiles with the place of each, and has nothing left to do after it', async () => {
    const host = modelHost(metalServer())
    const desired: unknown = tuningSchema.parse({
      profile: 'ours',
      profiles: { ours: { extends: 'server', set: { 'net.core.somaxconn': 4096 } } },
      set: { 'vm.swappiness': { value: 5, why: 'measured' }, 'block.scheduler': [{ value: 'bfq', on: { rotational: true } }] },
      except: ['block.read-ahead'],
    })
    const plan = await section.plan(host, desired, source)
    expect(plan.steps.filter((step) => step.action.kind === 'set').map((step) => [step.summary, step.why, step.source])).toEqual([
      ['block.scheduler of sda mq-deadline → bfq', 'chosen for this host', 'host.yaml:set.block.scheduler'],
      ['vm.dirty_bytes 0 → 8589934592', expect.any(String), 'tuned 2.28 throughput-performance (40 %, without the limit)'],
      ['vm.dirty_background_bytes 0 → 2147483648', expect.any(String), 'tuned 2.28 throughput-performance (10 %, without the limit)'],
      ['net.core.somaxconn 1024 → 4096', 'chosen for this host', 'host.yaml:profiles.ours.set.net.core.somaxconn'],
      ['vm.swappiness 60 → 5', 'measured', 'host.yaml:set.vm.swappiness'],
    ])
    await applyToModel(host, plan)
    expect((await section.plan(host, desired, source)).steps).toEqual([])
    expect(await section.observe(host)).toEqual({ profile: 'ours' })
  })

  it('plans values without a profile, and nothing for an empty section', async () => {
    const host = modelHost(metalServer())
    expect((await section.plan(host, tuningSchema.parse({ set: { 'vm.swappiness': 5 }, persist: false }), source)).steps.map((step) => step.summary)).toEqual([
      'vm.swappiness 60 → 5',
    ])
    expect((await section.plan(host, tuningSchema.parse({}))).steps).toEqual([])
  })

  it('refuses unknown keys and values of the wrong kind', () => {
    for (const input of [{ profil: 'x' }, { profile: 5 }, { set: { a: { atLest: 1 } } }, { zram: { priority: -2 } }, { zswap: {} }])
      expect(tuningSchema.safeParse(input).success).toBe(false)
  })

  it('finds drift with the plan against it, an edited file, and a later file that overrides', async () => {
    const host = modelHost(metalServer())
    await applyToModel(host, await planProfile(host, 'server'))
    const findings = async (): Promise<readonly string[]> =>
      ((await section.findings?.(host)) ?? []).filter((each) => each.id !== 'tuning/lint').map((each) => `${each.severity} ${each.id} ${each.subject}`)
    expect(await findings()).toEqual(['ok tuning/profile profile server'])
    await host.fs.set('/proc/sys/vm/swappiness', '99')
    const [drift] = (await section.findings?.(host)) ?? []
    expect([drift?.id, drift?.evidence, drift?.plan?.steps.map((step) => step.summary)]).toEqual([
      'tuning/drift',
      ['vm.swappiness is 99, not 10'],
      ['vm.swappiness 99 → 10'],
    ])
    await host.fs.write('/etc/sysctl.d/99-z.conf', 'vm.swappiness=99\n')
    expect(await findings()).toContain('warning tuning/sysctl-overridden vm.swappiness')
    const file = '/etc/sysctl.d/60-hostwright-tuning.conf'
    await host.fs.write(file, `${await host.fs.readText(file)}# mine\n`)
    expect(await findings()).toContain(`warning tuning/file-edited ${file}`)
  })

  it('suggests a profile where none is applied', async () => {
    const [first] = (await section.findings?.(modelHost(metalServer()))) ?? []
    expect([first?.id, first?.severity, (first?.plan?.steps.length ?? 0) > 0]).toEqual(['tuning/no-profile', 'info', true])
  })
})
