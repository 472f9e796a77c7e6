import { eventSequence, HostwrightError } from '@hostwright/core'
import type { EventBase, Host } from '@hostwright/core'
import { chooseSettings } from '../profile-choice.ts'
import type { ProfileChoice } from '../profile-choice.ts'
import type { Profile } from '../profile.ts'
import { transactionEngine } from './transaction-engine.ts'
import { trialPlan } from './trial-plan.ts'
import type { TrialEngine } from './engine.ts'
import { readCpuTicks, readTrialEnvironment, stolenPercent } from './environment.ts'
import type { TrialEnvironment } from './environment.ts'
import { holdPlan } from './hold.ts'
import type { Hold } from './hold.ts'
import { measureRun, metricExpression } from './measure.ts'
import type { TrialMetric } from './measure.ts'
import { runsInARow, trialSchedule } from './schedule.ts'
import type { Arm } from './schedule.ts'
import { compareSamples, median, trendOf } from './statistics.ts'
import type { Comparison } from './statistics.ts'

/** How a trial is made. */
export interface TrialOptions {
  /** Measured runs of each arm, 4 to 60. Default 10. */
  readonly runs?: number
  /** Runs of each arm that come first and are not counted. Default 1. */
  readonly warmups?: number
  /** Default `wall`: the time that passes. */
  readonly metric?: TrialMetric
  /** How often a trial may report a difference where there is none. Default 0.05. */
  readonly alpha?: number
  /** No run is begun after this time, and none may take longer than what is left of it. Default one hour. */
  readonly maxDurationMs?: number
  /** Decides the order of the runs. Default 1; the same seed gives the same order. */
  readonly seed?: number
  readonly signal?: AbortSignal
  /** Profiles of the user, and what to leave out of or to change in the one that is tried. */
  readonly choice?: ProfileChoice
  /** How the profile is applied and undone. Default: as a transaction of the core, which survives the death of this process. */
  readonly engine?: TrialEngine
}

/** A run that counts. */
export interface TrialRun {
  readonly arm: Arm
  readonly value: number
  readonly wallMs: number
}

/** What a trial found. Plain JSON. */
export interface TrialResult extends Comparison {
  readonly profile: string
  readonly command: readonly string[]
  readonly metric: TrialMetric
  readonly unit: 'ms' | ''
  readonly seed: number
  /** In the order in which they were made. */
  readonly runs: readonly TrialRun[]
  /** The time was over before all runs were made. */
  readonly stoppedEarly: boolean
  /** Whether the values rose or fell over the trial, whatever the arm. The order of the runs keeps that out of the comparison. */
  readonly drift: { readonly tau: number; readonly p: number; readonly percent: number; readonly significant: boolean }
  /** What the profile changed. */
  readonly changes: readonly string[]
  /** Parts of the profile that a trial cannot show. */
  readonly leftOut: readonly string[]
  readonly environment: TrialEnvironment & { readonly stealPercent: number | null; readonly loadAfter: readonly number[] }
}

/** What happens in a trial. */
export type TrialEvent =
  | (EventBase & { readonly type: 'trial-planned'; readonly changes: readonly string[]; readonly schedule: readonly Arm[] })
  | (EventBase & { readonly type: 'profile-applied'; readonly transaction: string })
  | (EventBase & { readonly type: 'profile-undone'; readonly transaction: string })
  | (EventBase & {
      readonly type: 'run-finished'
      readonly arm: Arm
      readonly warmup: boolean
      readonly done: number
      readonly total: number
      readonly value: number
    })
  | (EventBase & { readonly type: 'trial-finished'; readonly result: TrialResult })

/** The first time that a profile is held, in which it is not known yet how long a run takes. */
const firstHoldMs = 15_000

/** If this process dies, the profile stays for so long at most. */
const longestHoldMs = 60_000

/**
 * Runs a command by turns as the host is and with a profile applied, and says whether the profile helped: in randomised blocks, so
 * that what changes with time weighs on both sides, and with a rank test, so that outliers do not decide. Nothing is kept: each time
 * the profile is applied as a transaction that undoes itself if this process dies, and it is undone before the next run without it, at the
 * end, and when the command fails, the signal aborts or the consumer leaves the loop. The last event is `trial-finished`.
 *
 * @throws `INVALID_INPUT` (an option, a profile that changes nothing here or that cannot be undone), `COMMAND_FAILED` (in either arm),
 * `TIMEOUT` (a run took longer than the time that was left), `ABORTED`, `CONFLICT` (something else changed the settings meanwhile),
 * `UNDO_FAILED`, and those of `applyPlan`
 */
export async function* tryProfile(
  host: Host,
  profile: string | Profile,
  argv: readonly string[],
  options: TrialOptions = {},
): AsyncGenerator<TrialEvent, void, undefined> {
  const settings = checkOptions(argv, options)
  const { runs, warmups, metric, alpha, maxDurationMs, seed, signal } = settings
  const engine = options.engine ?? transactionEngine()
  const event = eventSequence<TrialEvent>()
  const choice = options.choice ?? {}
  const chosen = chooseSettings(profile, choice)
  const { plan, leftOut } = trialPlan(chosen, await engine.plan(host, profile, choice))
  const schedule = trialSchedule(runs, seed)
  const order = [...Array.from({ length: warmups }, (): Arm => 'before'), ...Array.from({ length: warmups }, (): Arm => 'after'), ...schedule]
  const changes = plan.steps.map((step) => step.summary)
  yield event({ type: 'trial-planned', changes, schedule })

  const environment = await readTrialEnvironment(host.fs)
  const ticks = await readCpuTicks(host.fs)
  const started = Date.now()
  const measured: TrialRun[] = []
  let hold: Hold | undefined
  let longestMs = 0
  let stoppedEarly = false
  try {
    for (const [index, arm] of order.entries()) {
      signal?.throwIfAborted()
      const leftMs = maxDurationMs - (Date.now() - started)
      stoppedEarly = index >= 2 * warmups && leftMs < 1.5 * longestMs
      if (stoppedEarly || leftMs <= 0) break
      if (arm === 'before' && hold !== undefined) {
        const { transaction } = hold
        const released = hold
        hold = undefined
        await released.release()
        yield event({ type: 'profile-undone', transaction })
      }
      if (arm === 'after') {
        const neededMs = Math.min(longestHoldMs, Math.max(firstHoldMs, 3 * longestMs * runsInARow(order, index)))
        if (hold === undefined) {
          hold = await holdPlan(host, plan, engine, { withinMs: neededMs, signal })
          yield event({ type: 'profile-applied', transaction: hold.transaction })
        } else await hold.reserve(Math.min(longestHoldMs / 2, 2 * longestMs + 1000))
      }
      const { value, wallMs } = await inArm(arm, index + 1, measureRun(host, argv, metric, { timeoutMs: leftMs, signal }))
      longestMs = Math.max(longestMs, wallMs)
      const warmup = index < 2 * warmups
      if (!warmup) measured.push({ arm, value, wallMs })
      yield event({ type: 'run-finished', arm, warmup, done: index + 1, total: order.length, value })
    }
    if (hold !== undefined) {
      const { transaction } = hold
      const released = hold
      hold = undefined
      await released.release()
      yield event({ type: 'profile-undone', transaction })
    }
  } catch (error) {
    throw abortError(error, signal)
  } finally {
    // Reached with a hold only when something failed or the consumer left; a failing undo is then the worse news.
    await hold?.release()
  }
  const { load: loadAfter } = await readTrialEnvironment(host.fs)
  const better = typeof metric === 'string' ? 'lower' : metric.better
  const values = (arm: Arm): number[] => measured.filter((run) => run.arm === arm).map((run) => run.value)
  if (values('before').length === 0 || values('after').length === 0) {
    throw new HostwrightError('TIMEOUT', `the time of ${Math.round(maxDurationMs / 1000)} s was over before both sides of the trial had a measured run`, {
      subject: argv[0] ?? '',
      hint: 'Give it more time, or a shorter command.',
    })
  }
  const result: TrialResult = {
    ...compareSamples(values('before'), values('after'), { alpha, better }),
    profile: chosen.profile.name,
    command: argv,
    metric,
    unit: typeof metric === 'string' ? 'ms' : '',
    seed,
    runs: measured,
    stoppedEarly,
    drift: driftOf(measured),
    changes,
    leftOut,
    environment: { ...environment, stealPercent: stolenPercent(ticks, await readCpuTicks(host.fs)), loadAfter },
  }
  yield event({ type: 'trial-finished', result })
}

function checkOptions(
  argv: readonly string[],
  options: TrialOptions,
): Required<Omit<TrialOptions, 'signal' | 'engine' | 'choice'>> & Pick<TrialOptions, 'signal'> {
  const { runs = 10, warmups = 1, metric = 'wall', alpha = 0.05, maxDurationMs = 3_600_000, seed = 1, signal } = options
  const refuse = (message: string): never => {
    throw new HostwrightError('INVALID_INPUT', message)
  }
  if (argv.length === 0) refuse('a trial needs a command to run, after `--`')
  if (!Number.isInteger(runs) || runs < 4 || runs > 60) refuse(`a trial has 4 to 60 runs of each arm, not ${runs}: with fewer, no difference could be shown`)
  if (!Number.isInteger(warmups) || warmups < 0 || warmups > 20) refuse(`a trial has 0 to 20 warm-up runs, not ${warmups}`)
  if (!(alpha > 0 && alpha <= 0.5)) refuse(`the level is above 0 and at most 0.5, not ${alpha}`)
  if (!(maxDurationMs > 0)) refuse(`the longest duration is above 0 ms, not ${maxDurationMs}`)
  if (typeof metric !== 'string') metricExpression(metric.pattern)
  return { runs, warmups, metric, alpha, maxDurationMs, seed, ...(signal === undefined ? {} : { signal }) }
}

function driftOf(runs: readonly TrialRun[]): TrialResult['drift'] {
  const middle = (arm: Arm): number => median(runs.filter((run) => run.arm === arm).map((run) => run.value))
  const middles: Readonly<Record<Arm, number>> = { before: middle('before'), after: middle('after') }
  const { tau, p, change } = trendOf(runs.map((run) => run.value - middles[run.arm]))
  return { tau, p, percent: middles.before === 0 ? 0 : (100 * change) / Math.abs(middles.before), significant: p < 0.01 }
}

/** Says in which arm a run failed. */
async function inArm<T>(arm: Arm, number: number, run: Promise<T>): Promise<T> {
  try {
    return await run
  } catch (error) {
    if (!(error instanceof HostwrightError) || !['COMMAND_FAILED', 'INVALID_INPUT', 'TIMEOUT'].includes(error.code)) throw error
    const side = arm === 'before' ? 'as the host is' : 'with the profile'
    throw new HostwrightError(error.code, `run ${number}, ${side}: ${error.message}`, {
      ...(error.subject === undefined ? {} : { subject: error.subject }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.data === undefined ? {} : { data: error.data }),
      cause: error,
    })
  }
}

function abortError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted !== true || error instanceof HostwrightError) return error
  return new HostwrightError('ABORTED', 'the trial was aborted; everything was put back', { cause: error })
}
