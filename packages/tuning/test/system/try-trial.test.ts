import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findUnfinishedTransaction, listTransactions, localHost, networkNamespace, prefixHost } from '@hostwright/core'
import type { Host } from '@hostwright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '../../src/profile.ts'
import { measureRun } from '../../src/try/measure.ts'
import { transactionEngine } from '../../src/try/transaction-engine.ts'
import { tryProfile } from '../../src/try/try-profile.ts'
import type { TrialOptions, TrialResult } from '../../src/try/try-profile.ts'

const canNamespace = process.getuid?.() === 0 && existsSync('/usr/sbin/ip')

/** Takes 20 ms with a long queue of connections, else 45 ms. */
const workload = ['/bin/sh', '-c', 'if [ "$(cat /proc/sys/net/core/somaxconn)" -ge 8000 ]; then sleep 0.02; else sleep 0.045; fi']

function profileOf(settings: Readonly<Record<string, string>>): Profile {
  return {
    name: 'trial',
    summary: 'for a trial',
    settings: Object.entries(settings).map(([tunable, value]) => ({ tunable, value, why: 'to try it', source: 'test' })),
    origin: 'test',
  }
}

const helps = profileOf({ 'net.core.somaxconn': '8192', 'net.ipv4.tcp_fastopen': '3' })

describe.skipIf(!canNamespace)('a trial in a network namespace (needs root and iproute2)', () => {
  const name = `hwtry${process.pid}`
  let host: Host
  let stateDirectory = ''
  let values = ''

  async function readValues(): Promise<string> {
    return (await host.run(['cat', '/proc/sys/net/core/somaxconn', '/proc/sys/net/ipv4/tcp_fastopen'])).stdout
  }

  async function trial(profile: Profile, argv: readonly string[], options: TrialOptions = {}): Promise<TrialResult | undefined> {
    let result: TrialResult | undefined
    for await (const event of tryProfile(host, profile, argv, { engine: transactionEngine({ stateDirectory }), ...options }))
      if (event.type === 'trial-finished') result = event.result
    return result
  }

  beforeAll(async () => {
    execFileSync('ip', ['netns', 'add', name])
    stateDirectory = mkdtempSync(join(tmpdir(), 'hostwright-try-'))
    host = prefixHost(localHost(), networkNamespace(name))
    await host.run(['sh', '-c', 'echo 512 > /proc/sys/net/core/somaxconn; echo 1 > /proc/sys/net/ipv4/tcp_fastopen'])
    values = await readValues()
  })

  afterAll(async () => {
    await host[Symbol.asyncDispose]()
    execFileSync('ip', ['netns', 'del', name])
    rmSync(stateDirectory, { recursive: true })
  })

  it('finds out that a profile helps, and puts everything back', async () => {
    const result = await trial(helps, workload, { runs: 6 })
    expect(result).toMatchObject({ verdict: 'faster', stoppedEarly: false, profile: 'trial' })
    expect(result?.percent.estimate).toBeLessThan(-15)
    expect(result?.runs).toHaveLength(12)
    expect(result?.changes).toHaveLength(2)
    expect(await readValues()).toBe(values)
    expect((await listTransactions(host, { stateDirectory })).every((transaction) => transaction.state === 'undone')).toBe(true)
  })

  it('shows no difference where the command does not depend on the profile', async () => {
    const counter = join(stateDirectory, 'counter')
    const argv = ['/bin/sh', '-c', `n=$(cat ${counter} 2>/dev/null || echo 0); echo $((n + 1)) >${counter}; echo "score $((1000 + n * 7919 % 13))"`]
    expect(await trial(helps, argv, { runs: 8, metric: { pattern: 'score (\\d+)', better: 'higher' } })).toMatchObject({ verdict: 'no difference shown' })
    expect(await readValues()).toBe(values)
  })

  it('puts everything back when the command fails with the profile', async () => {
    const fails = ['/bin/sh', '-c', 'test "$(cat /proc/sys/net/core/somaxconn)" -lt 8000 || { echo too long >&2; exit 4; }']
    await expect(trial(helps, fails, { runs: 4 })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringMatching(/^run 2, with the profile: .*exit code 4: too long$/u) as string,
    })
    expect(await readValues()).toBe(values)
  })

  it('puts everything back when it is aborted in the middle of a run', async () => {
    const controller = new AbortController()
    const running = trial(helps, ['sleep', '30'], { runs: 4, warmups: 0, signal: controller.signal })
    await until(async () => (await readValues()) !== values)
    controller.abort()
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await readValues()).toBe(values)
  })

  it('throws its measurements away and puts everything back when someone else changes the same values', async () => {
    const meddles = ['/bin/sh', '-c', 'test "$(cat /proc/sys/net/core/somaxconn)" -lt 8000 || echo 9000 > /proc/sys/net/core/somaxconn']
    await expect(trial(helps, meddles, { runs: 4 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('(/proc/sys/net/core/somaxconn changed), so that its measurements mean nothing') as string,
    })
    expect(await readValues()).toBe(values)
  })

  it('undoes itself after kill -9', async () => {
    const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
    const program = `
      import { localHost, networkNamespace, prefixHost } from '@hostwright/core'
      import { tryProfile } from ${source('try/try-profile.ts')}
      import { transactionEngine } from ${source('try/transaction-engine.ts')}
      const host = prefixHost(localHost(), networkNamespace(${JSON.stringify(name)}))
      const engine = transactionEngine({ stateDirectory: ${JSON.stringify(stateDirectory)} })
      for await (const event of tryProfile(host, ${JSON.stringify(helps)}, ['sleep', '0.2'], { runs: 60, engine })) console.log(event.type)`
    const child = spawn(process.execPath, ['--conditions=@hostwright/source', '--input-type=module-typescript', '--no-warnings', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await until(async () => (await readValues()) !== values)
    child.kill('SIGKILL')
    await ended
    expect(await readValues()).not.toBe(values)
    expect(await findUnfinishedTransaction(host, { stateDirectory })).toMatchObject({ state: 'awaiting-confirmation' })
    await until(async () => (await readValues()) === values, 25_000)
    await until(async () => (await findUnfinishedTransaction(host, { stateDirectory })) === undefined, 5000)
  })
})

describe('a measured run', () => {
  it('has the CPU time of the command and what it starts', async () => {
    await using host = localHost()
    const busy = await measureRun(host, ['/bin/sh', '-c', 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sleep 0.2'], 'cpu', { timeoutMs: 20_000 })
    expect(busy.value).toBeGreaterThan(5)
    expect(busy.value).toBeLessThan(busy.wallMs - 150)
    expect((await measureRun(host, ['sleep', '0.1'], 'cpu', { timeoutMs: 5000 })).value).toBeLessThan(80)
  })

  it('passes arguments, output and exit code through', async () => {
    await using host = localHost()
    expect((await measureRun(host, ['printf', '%s', 'a b "42"'], { pattern: '"(\\d+)"', better: 'lower' }, { timeoutMs: 5000 })).value).toBe(42)
    await expect(measureRun(host, ['sh', '-c', 'exit 7'], 'cpu', { timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: '`sh -c exit 7` ended with exit code 7',
    })
    await expect(measureRun(host, ['sleep', '5'], 'wall', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  })
})

async function until(condition: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time')
    await sleep(50)
  }
}
