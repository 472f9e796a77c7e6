import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributeEquals, createPlanner, fakeHost, mergePlans, readPathState, selectedWord, type FakeHost, type Plan } from '../src/index.ts'

const box = (): FakeHost =>
  fakeHost({
    label: 'box',
    files: {
      '/proc/sys/vm/swappiness': { attribute: '60\n' },
      '/proc/sys/net/ipv4/tcp_rmem': { attribute: '4096\t131072\t6291456\n' },
      '/sys/block/vda/queue/scheduler': { attribute: 'none [mq-deadline] kyber\n' },
      '/proc/irq/7/smp_affinity': { attribute: '00000000,0000000f\n' },
      '/sys/bus/rescan': { attribute: '' },
      '/etc/hosts': { content: 'localhost\n', mode: 0o600, uid: 3, gid: 4 },
      '/etc/binary': Uint8Array.of(0xff, 0),
      '/etc/link': { symlink: 'hosts' },
      '/etc/empty.d': { directory: {} },
      '/etc/full.d': { directory: { file: '' } },
    },
    commands: [{ argv: ['probe'], result: { stdout: 'state\n', exitCode: 3 } }],
  })

const swappiness = '/proc/sys/vm/swappiness'

describe('the planner', () => {
  it('plans an attribute that differs, with what it read and a summary', async () => {
    const planner = createPlanner(box(), 'tuning')
    expect(await planner.set(swappiness, '10', { why: 'a server', source: 'profile server', risk: 'disruptive', onClamp: 'accept' })).toBe('planned')
    expect(planner.finish()).toEqual({
      version: 1,
      domain: 'tuning',
      host: 'box',
      steps: [
        {
          id: `set ${swappiness}`,
          summary: `${swappiness} 60 → 10`,
          risk: 'disruptive',
          action: { kind: 'set', path: swappiness, value: '10', onClamp: 'accept' },
          undo: { kind: 'restore' },
          why: 'a server',
          source: 'profile server',
        },
      ],
      reads: [{ kind: 'attribute', path: swappiness, value: '60' }],
      notes: [],
    })
  })

  it('plans nothing where nothing differs, and says what is absent', async () => {
    const planner = createPlanner(box(), 'tuning')
    expect([
      await planner.set(swappiness, '60'),
      await planner.set('/proc/sys/net/ipv4/tcp_rmem', '4096 131072  6291456'),
      await planner.set('/sys/block/vda/queue/scheduler', 'mq-deadline', { readBack: 'selection' }),
      await planner.set('/proc/irq/7/smp_affinity', 'F', { readBack: 'mask' }),
      await planner.set('/proc/sys/none', '1'),
      await planner.write('/etc/hosts', 'localhost\n'),
      await planner.write('/etc/hosts', 'localhost\n', { mode: 0o600, uid: 3, gid: 4 }),
      await planner.write('/etc/binary', Uint8Array.of(0xff, 0)),
      await planner.remove('/etc/none'),
      await planner.link('/etc/link', 'hosts'),
    ]).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged', 'absent', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'unchanged'])
    const plan = planner.finish()
    expect(plan.steps).toEqual([])
    expect(plan.reads).toContainEqual({ kind: 'attribute', path: '/proc/sys/none', value: null })
    expect(plan.reads).toContainEqual({ kind: 'path', path: '/etc/none', state: { type: 'absent' } })
    expect(plan.reads).toContainEqual({
      kind: 'path',
      path: '/etc/hosts',
      state: { type: 'file', content: { text: 'localhost\n' }, mode: 0o600, uid: 3, gid: 4 },
    })
  })

  it('lets later wishes see the effect of earlier ones, and records the state before them', async () => {
    const planner = createPlanner(box(), 'test')
    expect([
      await planner.set(swappiness, '10'),
      await planner.set(swappiness, '10'),
      await planner.set(swappiness, '60'),
      await planner.write('/etc/new', 'a'),
      await planner.write('/etc/new', 'a'),
      await planner.remove('/etc/new'),
      await planner.remove('/etc/new'),
      await planner.link('/etc/new', 'x'),
      await planner.link('/etc/new', 'x'),
    ]).toEqual(['planned', 'unchanged', 'planned', 'planned', 'unchanged', 'planned', 'unchanged', 'planned', 'unchanged'])
    const plan = planner.finish()
    expect(plan.steps.map((step) => step.id)).toEqual([`set ${swappiness}`, `set ${swappiness} (2)`, 'write /etc/new', 'remove /etc/new', 'link /etc/new'])
    expect(plan.reads).toEqual([
      { kind: 'attribute', path: swappiness, value: '60' },
      { kind: 'path', path: '/etc/new', state: { type: 'absent' } },
    ])
  })

  it('plans what is forced although nothing differs, and write-only attributes without a read', async () => {
    const planner = createPlanner(box(), 'test')
    expect(await planner.set(swappiness, '60', { force: true })).toBe('planned')
    expect(await planner.set('/sys/bus/rescan', '1', { readBack: 'none' })).toBe('planned')
    const plan = planner.finish()
    expect(plan.steps.length).toBe(2)
    expect(plan.reads).toEqual([{ kind: 'attribute', path: swappiness, value: '60' }])
  })

  it('reads the attributes that an undo has to restore as well', async () => {
    const planner = createPlanner(box(), 'test')
    await planner.set('/sys/block/vda/queue/scheduler', 'none', {
      readBack: 'selection',
      undo: { kind: 'restore', also: [swappiness], instead: ['/proc/sys/none'] },
    })
    const plan = planner.finish()
    expect(plan.steps[0]?.summary).toBe('/sys/block/vda/queue/scheduler mq-deadline → none')
    expect(plan.reads.map((read) => (read.kind === 'attribute' ? [read.path, read.value] : read))).toEqual([
      ['/sys/block/vda/queue/scheduler', 'none [mq-deadline] kyber'],
      [swappiness, '60'],
      ['/proc/sys/none', null],
    ])
  })

  it('rewrites a file whose mode or owner differs', async () => {
    const planner = createPlanner(box(), 'test')
    expect([await planner.write('/etc/hosts', 'localhost\n', { mode: 0o644 }), await planner.write('/etc/hosts', 'localhost\n', { uid: 9 })]).toEqual([
      'planned',
      'planned',
    ])
    expect(planner.finish().steps[0]).toMatchObject({ id: 'write /etc/hosts', summary: 'rewrite /etc/hosts', action: { kind: 'write', mode: 0o644 } })
  })

  it('refuses to write, link or remove over a directory, but removes an empty one', async () => {
    const planner = createPlanner(box(), 'test')
    await expect(planner.write('/etc/full.d', 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT', subject: '/etc/full.d' })
    await expect(planner.link('/etc/full.d', 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(planner.remove('/etc/full.d')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await planner.remove('/etc/empty.d')).toBe('planned')
    expect(planner.finish().steps.map((step) => step.id)).toEqual(['remove /etc/empty.d'])
  })

  it('records the output of commands, and commands to run with their undo', async () => {
    const planner = createPlanner(box(), 'test')
    expect((await planner.readOutput(['probe'])).stdout).toBe('state\n')
    planner.run(['tool', 'on'], { summary: 'switch on', stdin: Uint8Array.of(0xff), okCodes: [0, 2], undo: { kind: 'none', reason: 'it cannot' } })
    planner.note('warning', 'tool', 'takes a while')
    expect(planner.finish()).toMatchObject({
      steps: [
        {
          id: 'run tool on',
          summary: 'switch on',
          action: { kind: 'run', argv: ['tool', 'on'], stdin: { base64: '/w==' }, okCodes: [0, 2] },
          undo: { kind: 'none', reason: 'it cannot' },
        },
      ],
      reads: [{ kind: 'output', argv: ['probe'], stdout: 'state\n', exitCode: 3 }],
      notes: [{ level: 'warning', subject: 'tool', message: 'takes a while' }],
    })
  })

  it('plans nothing on a host that already has what an earlier plan wanted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.string({ maxLength: 5 })), { maxLength: 6 }), async (wishes) => {
        const host = box()
        const last = new Map(wishes)
        const planAll = async (): Promise<Plan> => {
          const planner = createPlanner(host, 'test')
          for (const [name, content] of last) await planner.write(`/etc/${name}`, content)
          return planner.finish()
        }
        const plan = await planAll()
        for (const { action } of plan.steps) if (action.kind === 'write' && 'text' in action.content) await host.fs.write(action.path, action.content.text)
        expect((await planAll()).steps).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

describe('joining plans', () => {
  it('keeps the order, makes ids unique and keeps the first of equal reads', async () => {
    const planOf = async (domain: string, value: string): Promise<Plan> => {
      const planner = createPlanner(box(), domain)
      await planner.set(swappiness, value)
      await planner.readOutput(['probe'])
      planner.note('info', domain, 'planned')
      return planner.finish()
    }
    const merged = mergePlans([await planOf('tuning', '1'), await planOf('net', '2'), await planOf('tuning', '3')])
    expect([merged.domain, merged.host, merged.steps.map((step) => step.id), merged.reads.length, merged.notes.length]).toEqual([
      'tuning+net',
      'box',
      [`set ${swappiness}`, `set ${swappiness} (2)`, `set ${swappiness} (3)`],
      2,
      3,
    ])
    expect(() => mergePlans([])).toThrow(TypeError)
  })
})

describe('comparing attributes', () => {
  it('compares words, selections and masks, and nothing that cannot be read back', () => {
    expect([
      attributeEquals('1\t2\n', '1 2'),
      attributeEquals('1', '01'),
      attributeEquals('a [b] c', 'b', 'selection'),
      attributeEquals('a [b] c', 'a', 'selection'),
      attributeEquals('plain', 'plain', 'selection'),
      attributeEquals('00000000,000000ff', 'FF', 'mask'),
      attributeEquals('0', '00000000', 'mask'),
      attributeEquals('f', '1f', 'mask'),
      attributeEquals('1', '1', 'none'),
    ]).toEqual([true, false, true, false, true, true, true, false, false])
    expect([selectedWord('always [madvise] never'), selectedWord('none')]).toEqual(['madvise', undefined])
  })
})

describe('the state of a path', () => {
  it('is absent, a file, a link or a directory, without following a link', async () => {
    const host = box()
    expect(await Promise.all(['/etc/none', '/etc/hosts', '/etc/binary', '/etc/link', '/etc/empty.d'].map((path) => readPathState(host, path)))).toEqual([
      { type: 'absent' },
      { type: 'file', content: { text: 'localhost\n' }, mode: 0o600, uid: 3, gid: 4 },
      { type: 'file', content: { base64: '/wA=' }, mode: 0o644, uid: 0, gid: 0 },
      { type: 'symlink', target: 'hosts' },
      { type: 'directory', mode: 0o755, uid: 0, gid: 0 },
    ])
  })
})
