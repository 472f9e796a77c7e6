import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { confirmTransaction, createPlanner, listTransactions, localHost, prefixHost, recoverTransactions, rollbackTransaction } from '../../src/index.ts'
import { apply, createWorkbench, ending, everyAction, type Workbench } from '../support/workbench.ts'
import { killWorkers } from './support/killing.ts'

const script = fileURLToPath(new URL('support/apply-and-wait.ts', import.meta.url))
const command = (bench: Workbench, withinMs: number): string[] => [
  process.execPath,
  '--conditions=@hostwright/source',
  script,
  bench.path('attribute'),
  bench.stateDirectory,
  String(withinMs),
]

describe('a transaction that waits for its confirmation', () => {
  it('is undone at most 100 ms after its deadline when its caller is killed', async () => {
    using bench = createWorkbench()
    const caller = await start(bench, 1500)
    caller.kill('SIGKILL')
    expect(await lateness(bench)).toBeLessThan(100)
  })

  it('is undone in time when the whole process group of its caller is killed', async () => {
    using bench = createWorkbench()
    const caller = await start(bench, 1500)
    process.kill(-(caller.pid ?? 0), 'SIGKILL')
    expect(await lateness(bench)).toBeLessThan(100)
  })

  it('is undone in time through a storm of signals to the caller, its group and the watchdog', async () => {
    using bench = createWorkbench()
    const caller = await start(bench, 2000)
    const watchdog = watchdogPid(bench)
    const storm = setInterval(() => {
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGALRM'] as const) {
        for (const target of [watchdog, -watchdog, -(caller.pid ?? 0)]) {
          try {
            process.kill(target, signal)
          } catch {
            // Gone already.
          }
        }
      }
    }, 5)
    try {
      expect(await lateness(bench)).toBeLessThan(100)
    } finally {
      clearInterval(storm)
    }
  })

  it('is undone in time when the terminal of its caller is closed', async () => {
    using bench = createWorkbench()
    const terminal = spawn(
      'script',
      [
        '--quiet',
        '--command',
        command(bench, 1500)
          .map((word) => `'${word}'`)
          .join(' '),
        '/dev/null',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    await said(terminal, 'awaiting-confirmation')
    terminal.kill('SIGKILL')
    expect(await lateness(bench)).toBeLessThan(100)
  })

  it('is kept when it is confirmed, and its watchdog goes away', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const { events } = await apply(host, await everyAction(host, bench), { ...bench, confirmWithinMs: 1000 })
    const watchdog = watchdogPid(bench)
    expect(await confirmTransaction(host, bench)).toEqual({ transaction: ending(events).id, state: 'committed', left: [] })
    await new Promise((resolve) => setTimeout(resolve, 1300))
    expect(readFileSync(bench.path('attribute'), 'utf8')).toBe('10\n')
    expect(isRunning(watchdog)).toBe(false)
    await expect(confirmTransaction(host, { ...bench, id: ending(events).id })).rejects.toMatchObject({ code: 'NOT_AWAITING' })
    await expect(confirmTransaction(host, bench)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('gets more time when the confirmation is extended, and is undone when that has passed', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.set(bench.path('attribute'), '10')
    const plan = planner.finish()
    await apply(host, plan, { ...bench, confirmWithinMs: 1000 })
    expect(await confirmTransaction(host, { ...bench, extendMs: 2000 })).toMatchObject({ state: 'awaiting-confirmation', remainingMs: 2000 })
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(readFileSync(bench.path('attribute'), 'utf8')).toBe('10\n')
    expect((await apply(host, plan, bench)).error).toMatchObject({ code: 'LOCKED', hint: expect.stringContaining('confirm') })
    expect(await lateness(bench)).toBeLessThan(100)
    await until(() => readFileSync(`${bench.stateDirectory}/audit.log`, 'utf8').includes('undone'))
    expect(bench.snapshot()).toEqual(before)
    expect((await apply(host, plan, { ...bench, confirmWithinMs: 60_000 })).error).toBeUndefined()
    await confirmTransaction(host, bench)
  })

  it('is kept or undone as a whole when confirmation and deadline meet', async () => {
    const host = localHost()
    for (let round = 0; round < 8; round += 1) {
      using bench = createWorkbench()
      const planner = createPlanner(host, 'test')
      await planner.set(bench.path('attribute'), '10')
      await apply(host, planner.finish(), { ...bench, confirmWithinMs: 1000 })
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, remainingMs(bench) - 12 + round * 2)))
      const confirmed = await confirmTransaction(host, bench).then(
        () => true,
        () => false,
      )
      await new Promise((resolve) => setTimeout(resolve, 300))
      const [last] = await listTransactions(host, bench)
      expect([readFileSync(bench.path('attribute'), 'utf8'), last?.state]).toEqual(confirmed ? ['10\n', 'committed'] : ['60\n', 'undone'])
    }
  })

  it('cannot be confirmed over the SSH connection that applied it', async () => {
    using bench = createWorkbench()
    const plan = await everyAction(localHost(), bench)
    const over = (port: number): ReturnType<typeof localHost> => prefixHost(localHost(), ['env', `SSH_CONNECTION=192.0.2.7 ${port} 192.0.2.1 22`])
    await apply(over(5000), plan, { ...bench, confirmWithinMs: 60_000 })
    await expect(confirmTransaction(over(5000), bench)).rejects.toMatchObject({ code: 'SAME_CONNECTION' })
    expect((await confirmTransaction(over(5001), bench)).state).toBe('committed')
    expect((await listTransactions(localHost(), bench))[0]?.who).toBe('root from 192.0.2.7')
  })

  it('is undone at once when the process that applies it dies half-way', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    planner.run(['sleep', '30'], { summary: 'wait', undo: { kind: 'actions', actions: [] } })
    const running = apply(host, planner.finish(), { ...bench, confirmWithinMs: 60_000 })
    await until(() => readFileSync(bench.path('file'), 'utf8') === 'new\n')
    killWorkers(bench.stateDirectory, { spareWatchdog: true })
    expect((await running).error).toMatchObject({ code: 'CONNECTION_LOST' })
    await until(() => readFileSync(bench.path('file'), 'utf8') !== 'new\n')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(bench.snapshot()).toEqual(before)
  })

  it('ends the command that the killed process left running before it is undone', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    planner.run(['sh', '-c', 'trap "" TERM; sleep 1; sleep 1; echo late >"$1"', 'sh', bench.path('made')], {
      summary: 'write late',
      undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['rm', '-f', bench.path('made')] }] },
    })
    const running = apply(host, planner.finish(), bench)
    const journals = (): string =>
      !existsSync(`${bench.stateDirectory}/transactions`)
        ? ''
        : readdirSync(`${bench.stateDirectory}/transactions`)
            .filter((name) => !name.startsWith('.'))
            .map((id) => readFileSync(`${bench.stateDirectory}/transactions/${id}/journal`, 'utf8'))
            .join('')
    await until(() => journals().includes('child '))
    killWorkers(bench.stateDirectory)
    await running
    expect(await recoverTransactions(host, bench)).toMatchObject({ state: 'undone' })
    await new Promise((resolve) => setTimeout(resolve, 2200))
    expect(bench.snapshot()).toEqual(before)
  })

  it('gets a new watchdog from recovery when its own was killed', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const planner = createPlanner(host, 'test')
    await planner.set(bench.path('attribute'), '10')
    await apply(host, planner.finish(), { ...bench, confirmWithinMs: 1500 })
    process.kill(watchdogPid(bench), 'SIGKILL')
    expect(await recoverTransactions(host, bench)).toMatchObject({ state: 'awaiting-confirmation' })
    expect(await lateness(bench)).toBeLessThan(100)
  })

  it('can be rolled back before its deadline', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const { events } = await apply(host, await everyAction(host, bench), { ...bench, confirmWithinMs: 60_000 })
    await rollbackTransaction(host, ending(events).id, bench)
    expect(bench.snapshot()).toEqual(before)
  })
})

async function start(bench: Workbench, withinMs: number): Promise<ChildProcess> {
  const [program = '', ...argv] = command(bench, withinMs)
  const caller = spawn(program, argv, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  await said(caller, 'awaiting-confirmation')
  return caller
}

function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      if (seen.includes(text)) resolve()
    })
    child.on('exit', (code) => reject(new Error(`ended with ${code} after saying ${JSON.stringify(seen)}`)))
  })
}

function lastLink(bench: Workbench, name: string): string {
  const id = readlinkSync(`${bench.stateDirectory}/turn.1`)
  let value = ''
  for (let number = 1; ; number += 1) {
    try {
      value = readlinkSync(`${bench.stateDirectory}/transactions/${id}/${name}.${number}`)
    } catch {
      return value
    }
  }
}

function watchdogPid(bench: Workbench): number {
  return Number(lastLink(bench, 'watchdog').split(':')[0])
}

/** A process that has ended but that its parent has not collected does not run. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

function remainingMs(bench: Workbench): number {
  const deadline = Number(lastLink(bench, 'decision').split(':')[1])
  return deadline * 10 - uptimeMs()
}

function uptimeMs(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000
}

/** Milliseconds between the deadline and the moment at which the attribute has its old value again. */
async function lateness(bench: Workbench): Promise<number> {
  const deadline = Number(lastLink(bench, 'decision').split(':')[1]) * 10
  await until(() => readFileSync(bench.path('attribute'), 'utf8') === '60\n')
  return uptimeMs() - deadline
}

async function until(condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
