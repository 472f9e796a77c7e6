import { HostwrightError } from '@hostwright/core'
import type { Host, Plan, RunOptions, RunResult, Step } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { tryOperation } from '../src/operations/try.ts'
import type { Profile } from '../src/profile.ts'
import type { TrialEngine } from '../src/try/engine.ts'
import { seededRandom } from '../src/try/random.ts'
import { plotSamples } from '../src/try/trial-plot.ts'
import { trialView, trialWarnings } from '../src/try/trial-view.ts'
import { tryProfile } from '../src/try/try-profile.ts'
import type { TrialEvent, TrialOptions, TrialResult } from '../src/try/try-profile.ts'

const profile: Profile = {
  name: 'mine',
  summary: 'for a test',
  settings: [],
  commandLine: [{ parameter: 'skew_tick=1', why: 'x', source: 'y' }],
  origin: 'test',
}

const step: Step = {
  id: 'set /proc/sys/x',
  summary: '/proc/sys/x 1 → 2',
  risk: 'safe',
  action: { kind: 'set', path: '/proc/sys/x', value: '2' },
  undo: { kind: 'restore' },
}

interface Bench {
  readonly host: Host
  readonly engine: TrialEngine
  /** Whether the profile is applied. */
  applied: boolean
  readonly log: string[]
}

/** A host whose only command takes as long as `wallMs` says, and transactions that only remember whether they are applied. */
function bench(
  wallMs: (applied: boolean, run: number) => number,
  result: (applied: boolean, run: number) => Partial<RunResult> = () => ({}),
  steps: readonly Step[] = [step],
): Bench {
  let run = 0
  const self: Bench = {
    applied: false,
    log: [],
    host: {
      label: 'test',
      kind: 'fake',
      root: '',
      prefix: [],
      fs: {
        readMany: async (paths: readonly string[]) => paths.map((path) => (path === '/proc/loadavg' ? '0.50 0.40 0.30 1/99 1234\n' : undefined)),
        list: async () => [],
      },
      async run(argv: readonly string[], options: RunOptions = {}) {
        options.signal?.throwIfAborted()
        run += 1
        self.log.push(self.applied ? 'after' : 'before')
        return {
          argv,
          exitCode: 0,
          signal: undefined,
          durationMs: wallMs(self.applied, run),
          stdout: '',
          stderr: '',
          stdoutBytes: new Uint8Array(),
          ...result(self.applied, run),
        }
      },
    } as unknown as Host,
    engine: {
      plan: async (): Promise<Plan> => ({ version: 1, domain: 'tuning', host: 'test', steps, reads: [], notes: [] }),
      async *apply(_host, _plan, { confirmWithinMs }) {
        self.log.push(`apply ${confirmWithinMs}`)
        self.applied = true
        yield { type: 'finished', transaction: 'T1', state: 'awaiting-confirmation' }
      },
      async extend(_host, _id, ms) {
        self.log.push(`extend ${ms}`)
      },
      async rollback() {
        self.log.push('rollback')
        self.applied = false
      },
    },
  }
  return self
}

async function trial(subject: Bench, options: TrialOptions = {}): Promise<{ readonly events: readonly TrialEvent[]; readonly result: TrialResult }> {
  const events: TrialEvent[] = []
  for await (const event of tryProfile(subject.host, profile, ['work'], { engine: subject.engine, ...options })) events.push(event)
  const last = events.at(-1)
  if (last?.type !== 'trial-finished') throw new Error('no result')
  return { events, result: last.result }
}

describe('a trial', () => {
  it('measures each arm in its own state, by turns, and puts everything back', async () => {
    const subject = bench((applied, run) => (applied ? 80 : 100) + run / 10)
    const { events, result } = await trial(subject, { runs: 4, warmups: 1, seed: 3 })
    expect(result).toMatchObject({
      verdict: 'faster',
      profile: 'mine',
      command: ['work'],
      unit: 'ms',
      stoppedEarly: false,
      changes: ['/proc/sys/x 1 → 2'],
      leftOut: ['kernel command line: skew_tick=1'],
    })
    expect(result.percent.estimate).toBeGreaterThan(-21)
    expect(result.percent.estimate).toBeLessThan(-19)
    expect(result.runs.map((run) => run.arm)).toEqual(subject.log.filter((entry) => entry === 'after' || entry === 'before').slice(2))
    expect(result.runs.every((run) => run.value > 95 === (run.arm === 'before'))).toBe(true)
    expect(subject.applied).toBe(false)
    expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at))
    expect(events.filter((event) => event.type === 'profile-applied')).toHaveLength(subject.log.filter((entry) => entry === 'rollback').length)
    expect(result.environment).toMatchObject({ load: [0.5, 0.4, 0.3], stealPercent: null, governor: null })
  })

  it('applies the profile with a time after which it undoes itself', async () => {
    const subject = bench(() => 10_000)
    await trial(subject, { runs: 4, warmups: 0 })
    const times = subject.log.filter((entry) => entry.startsWith('apply')).map((entry) => Number(entry.slice(6)))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(15_000)
    expect(Math.max(...times)).toBe(60_000)
  })

  it('shows no difference where there is none', async () => {
    const random = seededRandom(5)
    const { result } = await trial(
      bench(() => 100 + random.next()),
      { runs: 8 },
    )
    expect(result.verdict).toBe('no difference shown')
  })

  it('does not take a drift for an effect', async () => {
    const { result } = await trial(
      bench((_applied, run) => 100 + run),
      { runs: 10 },
    )
    expect(result.verdict).toBe('no difference shown')
    expect(result.drift).toMatchObject({ significant: true })
    expect(result.drift.percent).toBeGreaterThan(10)
    expect(trialWarnings(result)[0]).toMatch(/^The values rose by 1\d\.\d % over the trial/u)
  })

  it('reads a number that the command prints, of which more is better', async () => {
    const subject = bench(
      () => 5,
      (applied, run) => ({ stdout: `warm 1 req/s\n${applied ? 1200 + run : 1000 + run} req/s\n` }),
    )
    const { result } = await trial(subject, { runs: 4, metric: { pattern: '([0-9]+) req/s', better: 'higher' } })
    expect(result).toMatchObject({ verdict: 'faster', unit: '' })
    expect(result.medianAfter).toBeGreaterThan(1200)
  })

  it('reads the CPU time that the shell tells, from bash and from any other', async () => {
    const bash = bench(
      () => 5,
      () => ({ stderr: 'noise\n\nhostwright-cpu-time 1.250 0.125\n' }),
    )
    expect((await trial(bash, { runs: 4, metric: 'cpu' })).result.medianBefore).toBe(1375)
    const dash = bench(
      () => 5,
      () => ({ stderr: '0m0.000000s 0m0.000000s\n1m0.500000s 0m0.250000s\n' }),
    )
    expect((await trial(dash, { runs: 4, metric: 'cpu' })).result.medianAfter).toBe(60_750)
  })

  it('stops when the time is over, and says so', async () => {
    let now = 0
    const subject = bench(() => {
      const until = Date.now() + 12
      while (Date.now() < until) now += 1
      return 12
    })
    const { result } = await trial(subject, { runs: 60, warmups: 0, maxDurationMs: 200 })
    expect(now).toBeGreaterThan(0)
    expect(result.stoppedEarly).toBe(true)
    expect(result.runs.length).toBeGreaterThan(1)
    expect(result.runs.length).toBeLessThan(60)
    expect(subject.applied).toBe(false)
  })
})

describe('a trial that fails', () => {
  it.each([
    ['as the host is', 2, false],
    ['with the profile', 3, true],
  ])('stops with a clear error when the command fails %s', async (side, failing, applied) => {
    const subject = bench(
      () => 1,
      (_applied, run) => (run === failing ? { exitCode: 3, stderr: 'disk on fire\n' } : {}),
    )
    await expect(trial(subject, { runs: 4, warmups: applied ? 2 : 2 })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: `run ${failing}, ${side}: \`work\` ended with exit code 3: disk on fire`,
    })
    expect(subject.applied).toBe(false)
  })

  it('puts everything back when the signal aborts', async () => {
    const controller = new AbortController()
    const subject = bench((applied) => {
      if (applied) controller.abort()
      return 1
    })
    await expect(trial(subject, { runs: 4, signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(subject.log.at(-1)).toBe('rollback')
    expect(subject.applied).toBe(false)
  })

  it('puts everything back when the consumer leaves', async () => {
    const subject = bench(() => 1)
    for await (const event of tryProfile(subject.host, profile, ['work'], { engine: subject.engine })) if (event.type === 'profile-applied') break
    expect(subject.log.at(-1)).toBe('rollback')
    expect(subject.applied).toBe(false)
  })

  it('reports an undo that failed rather than the command that failed', async () => {
    const subject = bench(
      () => 1,
      (applied) => (applied ? { exitCode: 1 } : {}),
    )
    const engine: TrialEngine = { ...subject.engine, rollback: () => Promise.reject(new HostwrightError('UNDO_FAILED', 'x is left')) }
    await expect(trial({ ...subject, engine }, { runs: 4 })).rejects.toMatchObject({ code: 'UNDO_FAILED' })
  })

  it('throws the measurements away when the profile could not be held any longer', async () => {
    const subject = bench(() => 30_000)
    const engine: TrialEngine = { ...subject.engine, extend: () => Promise.reject(new HostwrightError('NOT_AWAITING', 'it was undone')) }
    const realNow = Date.now
    let skew = 0
    Date.now = () => realNow() + skew
    try {
      const running = async (): Promise<void> => {
        for await (const event of tryProfile(subject.host, profile, ['work'], { engine, runs: 4 })) if (event.type === 'run-finished') skew += 45_000
      }
      await expect(running()).rejects.toMatchObject({ code: 'CONFLICT', cause: { code: 'NOT_AWAITING' } })
    } finally {
      Date.now = realNow
    }
    expect(subject.applied).toBe(false)
  })

  it('throws the measurements away when someone else changed the same settings', async () => {
    const subject = bench(() => 1)
    const engine: TrialEngine = { ...subject.engine, rollback: () => Promise.reject(new HostwrightError('CONFLICT', 'changed since')) }
    await expect(trial({ ...subject, engine }, { runs: 4 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('its measurements mean nothing') as string,
    })
  })

  it.each<[string, TrialOptions, string]>([
    ['too few runs', { runs: 3 }, '4 to 60 runs'],
    ['a level of 0', { alpha: 0 }, 'above 0'],
    ['a broken expression', { metric: { pattern: '(', better: 'lower' } }, 'no regular expression'],
    ['no time', { maxDurationMs: 0 }, 'longest duration'],
  ])('refuses %s before anything is changed', async (_name, options, message) => {
    const subject = bench(() => 1)
    await expect(trial(subject, options)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(message) as string })
    expect(subject.log).toEqual([])
  })

  it('refuses a profile that changes nothing, or that cannot be undone', async () => {
    await expect(trial(bench(() => 1, undefined, []))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('changes nothing') as string,
    })
    const oneWay: Step = { ...step, undo: { kind: 'none', reason: 'until reboot' } }
    await expect(trial(bench(() => 1, undefined, [oneWay]))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('cannot be undone') as string,
    })
  })

  it('says what was printed if the number is not in it', async () => {
    const subject = bench(
      () => 1,
      () => ({ stdout: 'fast' }),
    )
    await expect(trial(subject, { metric: { pattern: '([0-9]+) req', better: 'higher' } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'run 1, as the host is: `work` printed nothing that /([0-9]+) req/ matches',
    })
  })
})

describe('tuning try', () => {
  it('gives a result that follows its schema', async () => {
    const { result } = await trial(
      bench((applied, run) => (applied ? 80 : 100) + run / 100),
      { runs: 4, metric: 'wall' },
    )
    expect(tryOperation.output.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
  })

  it('needs a pattern for what the command prints', async () => {
    const { host } = bench(() => 1)
    const values: unknown = tryOperation.input.parse({ profile: 'server', command: ['x'], metric: 'output' })
    await expect(tryOperation.run?.({ host }, values)).rejects.toMatchObject({ code: 'INVALID_INPUT', subject: '--pattern' })
  })

  it.each([{ runs: 3 }, { alpha: 0 }, { warmups: -1 }, { metric: 'time' }])('refuses %j', (values) => {
    expect(tryOperation.input.safeParse({ profile: 'server', command: ['x'], ...values }).success).toBe(false)
  })
})

describe('the view of a trial', () => {
  it('draws both samples on one axis', () => {
    expect(plotSamples([1, 1, 1, 1, 2], [9, 10, 10], 10)).toEqual({ before: '█▂        ', after: '        ▂▄', from: 1, to: 10 })
    expect(plotSamples([5], [5], 5)).toEqual({ before: '  █  ', after: '  █  ', from: 5, to: 5 })
  })

  it('says the verdict first', async () => {
    const { result } = await trial(
      bench((applied, run) => (applied ? 80 : 100) + run / 100),
      { runs: 6 },
    )
    const view = trialView(result)
    const children = view.kind === 'group' ? view.children : []
    expect(children.map((child) => child.kind)).toEqual(['lines', 'lines', 'fields'])
    expect(children[0]).toEqual({ kind: 'lines', lines: [{ text: 'faster: `mine` takes 20.0 % off', tone: 'good' }] })
    expect(children[1]).toEqual({
      kind: 'lines',
      lines: [
        `as is         │${' '.repeat(47)}█│ median 100 ms`,
        `with profile  │█${' '.repeat(47)}│ median 80.1 ms`,
        { text: `               80.0 ms${' '.repeat(35)}100 ms`, tone: 'dim' },
      ],
    })
  })
})
