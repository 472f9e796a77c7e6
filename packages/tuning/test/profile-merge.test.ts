import { describe, expect, it } from 'vitest'
import { builtInProfiles, getProfile, listProfiles, parseProfile, readProfileFile, resolveProfile, tunables } from '../src/index.ts'
import type { Profile } from '../src/index.ts'
import { modelHost } from './model-host.ts'

function profile(name: string, values: Readonly<Record<string, string>>, rest: Partial<Profile> = {}): Profile {
  return {
    name,
    summary: name,
    origin: `${name}.yaml`,
    settings: Object.entries(values).map(([tunable, value]) => ({ tunable, value, why: 'w', source: name })),
    ...rest,
  }
}

const values = (resolved: ReturnType<typeof resolveProfile>): readonly string[] =>
  resolved.settings.map((setting) => `${setting.tunable}=${String(setting.value)} (${setting.source})`)

describe('built-in profiles', () => {
  it('are twelve, and name only tunables that are known', () => {
    const ids = new Set(tunables().map((tunable) => tunable.id))
    expect(builtInProfiles.map((each) => each.name)).toEqual([
      'balanced',
      'desktop',
      'gaming',
      'workstation',
      'server',
      'network-latency',
      'network-throughput',
      'mobile',
      'ai',
      'virtual-guest',
      'virtual-host',
      'database',
    ])
    expect(builtInProfiles.flatMap((each) => each.settings).filter((setting) => !ids.has(setting.tunable))).toEqual([])
  })

  it('ask for values that fit the range of their tunable', async () => {
    const { findTunable, validateValue } = await import('../src/index.ts')
    for (const { settings } of builtInProfiles) {
      for (const { tunable, value } of settings) {
        const known = findTunable(tunable)
        const given = typeof value === 'string' ? [value] : 'atLeast' in value ? [value.atLeast] : 'atMost' in value ? [value.atMost] : []
        for (const each of given) expect(known === undefined ? undefined : validateValue(known, each)).toBe(each)
      }
    }
  })
})

describe('merging', () => {
  it('goes depth first and takes each profile once, and later values win', () => {
    const a = profile('a', { x: '1', y: '1', z: '1' })
    const b = profile('b', { y: '2' }, { includes: ['a'] })
    const c = profile('c', { z: '3' }, { includes: ['a'] })
    const d = profile('d', { w: '4' }, { includes: ['b', 'c'] })
    const resolved = resolveProfile('d', { profiles: [d, c, b, a] })
    expect(resolved.merged).toEqual(['a', 'b', 'c', 'd'])
    expect(values(resolved)).toEqual(['x=1 (a)', 'y=2 (b)', 'z=3 (c)', 'w=4 (d)'])
  })

  it('keeps values for different devices apart, and puts a replaced one last', () => {
    const spinning = { rotational: true }
    const base = profile(
      'base',
      {},
      {
        settings: [
          { tunable: 's', on: spinning, value: '1', why: '', source: 'base' },
          { tunable: 's', value: '2', why: '', source: 'base' },
        ],
      },
    )
    const top = profile('top', {}, { includes: ['base'], settings: [{ tunable: 's', on: spinning, value: '3', why: '', source: 'top' }] })
    expect(values(resolveProfile('top', { profiles: [base, top] }))).toEqual(['s=2 (base)', 's=3 (top)'])
  })

  it('leaves out what is excepted, but not what the profile sets itself', () => {
    const own = profile('own', { 'vm.swappiness': '7' }, { includes: ['server'], except: ['vm.*', 'cpu*', 'intel*', 'power.*'] })
    expect(values(resolveProfile(own)).map((text) => text.split('=')[0])).toEqual(['net.core.somaxconn', 'block.read-ahead', 'vm.swappiness'])
  })

  it('lets a profile extend the built-in one of the same name', () => {
    const own = profile('server', { 'vm.swappiness': '7' }, { includes: ['server'] })
    const resolved = resolveProfile('server', { profiles: [own] })
    expect(resolved.merged).toEqual(['server', 'server'])
    expect(values(resolved).at(-1)).toBe('vm.swappiness=7 (server)')
    expect(listProfiles({ profiles: [own] }).filter((each) => each.name === 'server')).toEqual([own])
  })

  it('refuses cycles with the way around', () => {
    const profiles = [profile('a', {}, { includes: ['b'] }), profile('b', {}, { includes: ['c'] }), profile('c', {}, { includes: ['a'] })]
    expect(() => resolveProfile('a', { profiles })).toThrow('profile `a` includes itself: a → b → c → a')
    expect(() => resolveProfile('x', { profiles: [profile('x', {}, { includes: ['x'] })] })).toThrow('includes itself: x → x')
  })

  it('refuses unknown names with the nearest one', () => {
    expect(() => getProfile('gamign')).toThrow(expect.objectContaining({ code: 'NOT_FOUND', hint: 'Did you mean `gaming`?' }))
    const own = profile('own', {}, { includes: ['sever'] })
    expect(() => resolveProfile(own)).toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        message: 'profile `own` (own.yaml) includes `sever`, which does not exist',
        hint: 'Did you mean `server`?',
      }),
    )
  })

  it('merges kernel parameters by name and module options by module and option', () => {
    const parameter = (text: string): { parameter: string; why: string; source: string } => ({ parameter: text, why: '', source: '' })
    const option = (value: string): { module: string; option: string; value: string; why: string; source: string } => ({
      module: 'kvm',
      option: 'x',
      value,
      why: '',
      source: '',
    })
    const base = profile('base', {}, { commandLine: [parameter('tsc=reliable'), parameter('quiet')], moduleOptions: [option('1')] })
    const top = profile('top', {}, { includes: ['base'], except: ['quiet'], commandLine: [parameter('tsc=unstable')], moduleOptions: [option('2')] })
    const resolved = resolveProfile('top', { profiles: [base, top] })
    expect([resolved.commandLine.map((each) => each.parameter), resolved.moduleOptions.map((each) => each.value)]).toEqual([['tsc=unstable'], ['2']])
  })
})

describe('a profile file', () => {
  const text = `# for the database hosts
summary: Our database hosts
extends: [server, network-throughput]
set:
  vm.swappiness: 1
  net.core.somaxconn: { atLeast: 8192 }
  block.scheduler:
    - { value: mq-deadline, on: { rotational: true }, why: "seeks" }
    - { value: { firstOf: [none] }, on: { transport: [nvme] } }
  kernel.numa_balancing: false
except: [cpufreq.*]
commandLine:
  - skew_tick=1
  - { parameter: nosmt, why: security }
moduleOptions:
  kvm.halt_poll_ns: 0
`

  it('gives the name of the file, values in the kernel’s words, and the line of each', async () => {
    const host = modelHost({ files: { '/etc/hostwright/profiles/db.yaml': text } })
    const source = (line: number): string => `/etc/hostwright/profiles/db.yaml:${line}`
    const origin = '/etc/hostwright/profiles/db.yaml'
    const why = 'chosen for this host'
    expect(await readProfileFile(host.fs, origin)).toEqual({
      name: 'db',
      summary: 'Our database hosts',
      origin,
      includes: ['server', 'network-throughput'],
      except: ['cpufreq.*'],
      settings: [
        { tunable: 'vm.swappiness', value: '1', why, source: source(5) },
        { tunable: 'net.core.somaxconn', value: { atLeast: '8192' }, why, source: source(6) },
        { tunable: 'block.scheduler', value: 'mq-deadline', on: { rotational: true }, why: 'seeks', source: source(7) },
        { tunable: 'block.scheduler', value: { firstOf: ['none'] }, on: { transport: ['nvme'] }, why, source: source(7) },
        { tunable: 'kernel.numa_balancing', value: '0', why, source: source(10) },
      ],
      commandLine: [
        { parameter: 'skew_tick=1', why, source: origin },
        { parameter: 'nosmt', why: 'security', source: origin },
      ],
      moduleOptions: [{ module: 'kvm', option: 'halt_poll_ns', value: '0', why, source: origin }],
    })
  })

  it('may be JSON', async () => {
    expect((await parseProfile('j', '{"extends":"server","set":{"vm.swappiness":1}}', 'j.json')).includes).toEqual(['server'])
  })

  it.each([
    ['set:\n  vm.swappiness: [\n', 'p.yaml:3:1', undefined],
    ['summary: x\nexcpet: [a]\n', 'p.yaml:2:1: there is no key `excpet`', 'Did you mean `except`?'],
    ['set:\n  vm.swappiness: { atLest: 5 }\n', 'p.yaml:2:3: set.vm.swappiness', undefined],
    ['extends: 5\n', 'p.yaml:1:1: extends', undefined],
    ['- a\n', 'p.yaml:1:1: the profile', undefined],
    ['a: &a [*b]\n', 'p.yaml:1:', undefined],
  ])('%j is refused with its place', async (content, message, hint) => {
    const failure: unknown = await parseProfile('p', content, 'p.yaml').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PARSE_ERROR', message: expect.stringContaining(message), ...(hint === undefined ? {} : { hint }) })
  })
})
