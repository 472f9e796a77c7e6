import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { confirmTransaction, createPlanner, listTransactions, readAudit, readTransaction, rollbackTransaction, type Host } from '../../src/index.ts'
import { apply, createWorkbench, ending, everyAction, type Workbench } from '../support/workbench.ts'
import { kill, needsSsh, sshMissing, startSshServer } from './support/ssh-server.ts'

async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const slowPlan = async (host: Host, bench: Workbench, seconds: number): Promise<Awaited<ReturnType<typeof everyAction>>> => {
  const planner = createPlanner(host, 'test')
  await planner.write(bench.path('file'), 'new\n')
  planner.run(['sleep', String(seconds)], { summary: 'wait', undo: { kind: 'actions', actions: [] } })
  await planner.remove(bench.path('doomed'))
  return planner.finish()
}

describe.skipIf(sshMissing !== undefined)(needsSsh('a transaction over SSH'), () => {
  it('is applied, told in the history of the target, and rolled back', async () => {
    using bench = createWorkbench()
    await using server = await startSshServer()
    await using host = await server.connect()
    const before = bench.snapshot()
    const plan = await everyAction(host, bench)
    const { events, error } = await apply(host, plan, bench)
    expect(error).toBeUndefined()
    expect(events.filter((event) => event.type === 'step-done').length).toBe(plan.steps.length)
    expect((await everyAction(host, bench)).steps.map((step) => step.summary)).toEqual(['make a file'])
    const { id } = ending(events)
    expect(await readTransaction(host, id, bench)).toMatchObject({ state: 'committed', who: `${server.user} from 127.0.0.1`, host: host.label })
    await rollbackTransaction(host, id, bench)
    expect(bench.snapshot()).toEqual(before)
    expect((await readAudit(host, bench)).map((entry) => entry.event)).toEqual(['applying', 'committed', 'undone'])
  })

  it('is confirmed over a new connection only', async () => {
    using bench = createWorkbench()
    await using server = await startSshServer()
    await using host = await server.connect()
    const { error } = await apply(host, await everyAction(host, bench), { ...bench, confirmWithinMs: 60_000 })
    expect(error).toBeUndefined()
    await expect(confirmTransaction(host, bench)).rejects.toMatchObject({ code: 'SAME_CONNECTION' })
    await using fresh = await server.connect()
    expect((await confirmTransaction(fresh, bench)).state).toBe('committed')
  })

  it('is undone at most 100 ms after its deadline when the connection is cut and the server gone', async () => {
    using bench = createWorkbench()
    const server = await startSshServer()
    const host = await server.connect()
    try {
      const planner = createPlanner(host, 'test')
      await planner.set(bench.path('attribute'), '10')
      const { events } = await apply(host, planner.finish(), { ...bench, confirmWithinMs: 1500 })
      expect(ending(events).state).toBe('awaiting-confirmation')
      const deadline = Date.now() + ((await listTransactions(host, bench))[0]?.remainingMs ?? 0)
      for (const pid of server.sessions()) kill(pid, 'SIGKILL')
      await server.stop()
      expect(readFileSync(bench.path('attribute'), 'utf8')).toBe('10\n')
      await until(() => readFileSync(bench.path('attribute'), 'utf8') === '60\n')
      expect(Date.now() - deadline).toBeLessThan(150)
    } finally {
      await host[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    }
  })

  it('goes on to its end when the connection is cut while it is applied', async () => {
    using bench = createWorkbench()
    await using server = await startSshServer()
    const host = await server.connect()
    const running = apply(host, await slowPlan(host, bench, 1), bench)
    await until(() => readFileSync(bench.path('file'), 'utf8') === 'new\n')
    for (const pid of server.sessions()) kill(pid, 'SIGKILL')
    expect((await running).error).toMatchObject({ code: 'CONNECTION_LOST' })
    await until(() => !existsSync(bench.path('doomed')))
    await using fresh = await server.connect()
    await until(() => readFileSync(`${bench.stateDirectory}/audit.log`, 'utf8').includes('committed'))
    const [last] = await listTransactions(fresh, bench)
    expect(last?.state).toBe('committed')
    await host[Symbol.asyncDispose]()
  })

  it('is undone when the caller aborts it', async () => {
    using bench = createWorkbench()
    await using server = await startSshServer()
    await using host = await server.connect()
    const before = bench.snapshot()
    const controller = new AbortController()
    const running = apply(host, await slowPlan(host, bench, 30), { ...bench, signal: controller.signal })
    await until(() => readFileSync(bench.path('file'), 'utf8') === 'new\n')
    controller.abort()
    const { events } = await running
    expect(ending(events).state).toBe('undone')
    expect(bench.snapshot()).toEqual(before)
  })
})
