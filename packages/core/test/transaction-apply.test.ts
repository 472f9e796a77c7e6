import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPlanner, listTransactions, localHost, readAudit, readTransaction, rollbackTransaction, type Plan } from '../src/index.ts'
import { apply, createWorkbench, ending, everyAction } from './support/workbench.ts'

const failing = (plan: Plan): Plan => ({
  ...plan,
  steps: [
    ...plan.steps,
    {
      id: 'fail',
      summary: 'fail',
      risk: 'safe',
      action: { kind: 'run', argv: ['sh', '-c', 'echo no such luck; exit 3'] },
      undo: { kind: 'actions', actions: [] },
    },
  ],
})

describe('applyPlan', () => {
  it('applies every kind of action, after which planning gives no steps', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const { events, error } = await apply(host, await everyAction(host, bench), bench)
    expect(error).toBeUndefined()
    expect(ending(events).state).toBe('committed')
    expect(readFileSync(bench.path('file'), 'utf8')).toBe("new 'text' $HOME `x` \\n\n")
    expect(statSync(bench.path('file')).mode & 0o7777).toBe(0o600)
    expect(statSync(bench.path('new/deep/file.conf')).mode & 0o7777).toBe(0o644)
    expect(readFileSync(bench.path('binary'))).toEqual(Buffer.from(Uint8Array.from({ length: 300 }, (_, index) => 255 - (index % 256))))
    expect(readFileSync(bench.path('attribute'), 'utf8')).toBe('10\n')
    expect(Object.keys(bench.snapshot())).toContain('odd name\n\xff')
    expect((await everyAction(host, bench)).steps.map((step) => step.summary)).toEqual(['make a file'])
  })

  it('rolls a committed transaction back to the byte, mode and owner', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const { id } = ending((await apply(host, await everyAction(host, bench), bench)).events)
    expect(bench.snapshot()).not.toEqual(before)
    expect(await rollbackTransaction(host, id, bench)).toEqual({ transaction: id, state: 'undone', left: [] })
    expect(bench.snapshot()).toEqual(before)
    expect(await rollbackTransaction(host, id, bench)).toEqual({ transaction: id, state: 'undone', left: [] })
  })

  it('undoes the steps before one that fails, and says which failed and why', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const { events, error } = await apply(host, failing(await everyAction(host, bench)), bench)
    expect(bench.snapshot()).toEqual(before)
    expect(error).toMatchObject({ code: 'APPLY_FAILED', message: expect.stringContaining('no such luck') })
    expect(ending(events).state).toBe('undone')
    const [last] = await listTransactions(host, bench)
    expect(last).toMatchObject({ state: 'undone', begun: 11, reason: expect.stringContaining('step 11 failed') })
  })

  it('refuses a host that is not as the plan says, names the difference, and changes nothing', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const plan = await everyAction(host, bench)
    writeFileSync(bench.path('attribute'), '61\n')
    chmodSync(bench.path('file'), 0o644)
    const before = bench.snapshot()
    const { error } = await apply(host, plan, bench)
    expect(error).toMatchObject({
      code: 'CONFLICT',
      data: { conflicts: [`${bench.path('attribute')} was \`60\` and is \`61\``, `${bench.path('file')} was changed`] },
    })
    expect(bench.snapshot()).toEqual(before)
    expect(await listTransactions(host, bench)).toEqual([])
  })

  it('refuses to roll back what someone else changed since, unless forced, and then keeps their version', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const { id } = ending((await apply(host, await everyAction(host, bench), bench)).events)
    writeFileSync(bench.path('file'), 'by an administrator\n')
    const changed = bench.snapshot()
    await expect(rollbackTransaction(host, id, bench)).rejects.toMatchObject({ code: 'CONFLICT', data: { changed: [`path ${bench.path('file')}`] } })
    expect(bench.snapshot()).toEqual(changed)
    await rollbackTransaction(host, id, { ...bench, force: true })
    expect(bench.snapshot()).toEqual(before)
    expect(readFileSync(`${bench.stateDirectory}/transactions/${id}/foreign/2`, 'utf8')).toBe('by an administrator\n')
  })

  it('refuses to roll back an attribute that someone else set since, even one of which the kernel may take less than was asked for', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const planner = createPlanner(host, 'test')
    writeFileSync(bench.path('attribute'), '1\t2\n')
    await planner.set(bench.path('attribute'), '3 4', { onClamp: 'accept' })
    const { id } = ending((await apply(host, planner.finish(), bench)).events)
    writeFileSync(bench.path('attribute'), '3\t5\n')
    await expect(rollbackTransaction(host, id, bench)).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { changed: [`${bench.path('attribute')} holds \`3 5\``] },
    })
    writeFileSync(bench.path('attribute'), '3\t4\n')
    expect(await rollbackTransaction(host, id, bench)).toMatchObject({ state: 'undone' })
    expect(readFileSync(bench.path('attribute'), 'utf8').trimEnd()).toBe('1\t2')
  })

  it('reports what it could not put back, and can be run again once the cause is gone', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    planner.run(['true'], { summary: 'needs a tool', undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['cat', bench.path('tool')] }] } })
    await planner.set(bench.path('attribute'), '5')
    const { id } = ending((await apply(host, planner.finish(), bench)).events)
    await expect(rollbackTransaction(host, id, bench)).rejects.toMatchObject({
      code: 'UNDO_FAILED',
      data: { left: [{ step: 2, reason: expect.stringContaining('No such file') }] },
    })
    expect(bench.snapshot()).toEqual(before)
    expect(await readTransaction(host, id, bench)).toMatchObject({ state: 'undo-failed', left: [{ step: 2, summary: 'needs a tool' }] })
    expect((await apply(host, await everyAction(host, bench), bench)).error).toMatchObject({ code: 'RECOVERY_NEEDED' })
    writeFileSync(bench.path('tool'), '')
    expect(await rollbackTransaction(host, id, bench)).toEqual({ transaction: id, state: 'undone', left: [] })
    rmSync(bench.path('tool'))
    expect(await readTransaction(host, id, bench)).toMatchObject({ state: 'undone', left: [] })
  })

  it('restores the attributes that a step changes as a side effect, and a twin instead of the attribute itself', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.set(bench.path('selection'), 'never', { readBack: 'selection', onClamp: 'accept', undo: { kind: 'restore', also: [bench.path('words')] } })
    planner.run(['sh', '-c', 'echo reset >"$1"', 'sh', bench.path('words')], { summary: 'the side effect', undo: { kind: 'actions', actions: [] } })
    const plan = planner.finish()
    const { id } = ending((await apply(host, plan, bench)).events)
    expect(readFileSync(bench.path('words'), 'utf8')).toBe('reset\n')
    // A plain file does not put the brackets back as the kernel does, which the final comparison has to notice.
    await expect(rollbackTransaction(host, id, { ...bench, force: true })).rejects.toMatchObject({ code: 'UNDO_FAILED', data: { left: [{ step: 0 }] } })
    expect(readFileSync(bench.path('selection'), 'utf8')).toBe('madvise\n')
    expect(readFileSync(bench.path('words'), 'utf8')).toBe('4096\t131072\t6291456\n')
    writeFileSync(bench.path('selection'), 'always [madvise] never\n')
    await rollbackTransaction(host, id, bench)
    expect(bench.snapshot()).toEqual(before)
  })

  it('stops and undoes everything when the caller aborts', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    planner.run(['sleep', '30'], { summary: 'wait', undo: { kind: 'actions', actions: [] } })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const { events, error } = await apply(host, planner.finish(), { ...bench, signal: controller.signal })
    expect(error).toMatchObject({ code: 'ABORTED' })
    expect(ending(events).state).toBe('undone')
    expect(bench.snapshot()).toEqual(before)
  })

  it('refuses irreversible steps unless they are allowed, and never claims to have undone them', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const planner = createPlanner(host, 'test')
    await planner.set(bench.path('attribute'), '1', { undo: { kind: 'none', reason: 'one way until reboot' } })
    expect((await apply(host, planner.finish(), bench)).error).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('one way until reboot'),
    })
    const { id } = ending((await apply(host, planner.finish(), { ...bench, allowIrreversible: true })).events)
    await expect(rollbackTransaction(host, id, bench)).rejects.toMatchObject({
      code: 'UNDO_FAILED',
      data: { left: [{ step: 1, reason: 'irreversible: one way until reboot' }] },
    })
    expect((await apply(host, await everyAction(host, bench), bench)).error).toBeUndefined()
  })

  it('lets one transaction at a time onto a host', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const planner = createPlanner(host, 'test')
    planner.run(['sleep', '0.5'], { summary: 'take a while', undo: { kind: 'actions', actions: [] } })
    const other = await everyAction(host, bench)
    const slow = apply(host, planner.finish(), bench)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect((await apply(host, other, bench)).error).toMatchObject({ code: 'LOCKED' })
    expect((await slow).error).toBeUndefined()
    expect((await apply(host, other, bench)).error).toBeUndefined()
  })

  it('keeps a plan from being applied that could not be undone from what it has read', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const plan = await everyAction(host, bench)
    const cases: readonly [Plan, string][] = [
      [{ ...plan, reads: [] }, 'does not say what'],
      [{ ...plan, version: 2 as 1 }, 'version 2'],
      [{ ...plan, steps: plan.steps.map((step) => ({ ...step, undo: { kind: 'restore' } })) }, 'a command needs an undo'],
      [{ ...plan, steps: [{ ...plan.steps[0]!, action: { kind: 'set', path: '/proc/../etc/x', value: '1' } }] }, 'is not absolute'],
      [{ ...plan, steps: [{ ...plan.steps[0]!, action: { kind: 'set', path: bench.path('attribute'), value: '1\n2' } }] }, 'single line'],
    ]
    for (const [broken, message] of cases)
      expect((await apply(host, broken, bench)).error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(message) })
    expect(readdirSync(bench.directory)).not.toContain('made')
  })

  it('gives no transaction for a plan without steps', async () => {
    using bench = createWorkbench()
    const { events } = await apply(localHost(), createPlanner(localHost(), 'test').finish(), bench)
    expect(events.map((event) => event.type)).toEqual(['finished'])
    expect(await listTransactions(localHost(), bench)).toEqual([])
  })

  it('tells who did what in the history and the audit log', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const { id } = ending((await apply(host, await everyAction(host, bench), { ...bench, who: 'anna = "x"' })).events)
    await rollbackTransaction(host, id, bench)
    const record = await readTransaction(host, id.slice(-6), bench)
    expect(record).toMatchObject({ id, state: 'undone', who: 'anna = "x"', domain: 'test', stepCount: 10, begun: 10, effective: { 1: '10', 9: '1 2 3' } })
    expect(record.plan.steps.map((step) => step.id)).toEqual((await everyAction(host, bench)).steps.map((step) => step.id))
    expect((await readAudit(host, bench)).map((entry) => [entry.transaction, entry.event])).toEqual([
      [id, 'applying'],
      [id, 'committed'],
      [id, 'undone'],
    ])
    await expect(readTransaction(host, '01ZZZZZZZZZZZZZZZZZZZZZZZZ', bench)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
