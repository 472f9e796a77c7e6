import { HostwrightError, isHostwrightError } from '@hostwright/core'
import type { Host, Plan } from '@hostwright/core'
import type { TrialApplyEvent, TrialEngine } from './engine.ts'

/** A profile that is applied for a while. It is undone by `release`, or by itself if nothing prolongs it any more. */
export interface Hold {
  readonly transaction: string
  /** Makes sure that it is not undone by itself within this time. */
  reserve(ms: number): Promise<void>
  /**
   * Puts everything back.
   *
   * @throws `CONFLICT` if it was not in force the whole time, or someone else changed the same things; they are put back then too
   */
  release(): Promise<void>
}

/**
 * Applies a plan for a while. Should this process die, the transaction's own watchdog undoes it when the time is over. The time is
 * long enough for what `reserve` announces, so that a measured run is not disturbed; only if a run takes longer, more is asked for.
 */
export async function holdPlan(
  host: Host,
  plan: Plan,
  engine: TrialEngine,
  options: { readonly withinMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Hold> {
  const { withinMs, signal } = options
  let last: TrialApplyEvent | undefined
  for await (const event of engine.apply(host, plan, { confirmWithinMs: withinMs, ...(signal === undefined ? {} : { signal }) })) last = event
  const transaction = last?.transaction
  if (last?.type !== 'finished' || last.state !== 'awaiting-confirmation' || transaction === undefined) {
    throw new HostwrightError('APPLY_FAILED', `the profile could not be applied for the trial: the transaction is ${last?.state ?? 'not there'}`, {
      subject: host.label,
    })
  }
  let deadline = Date.now() + withinMs
  const paths = plan.steps.flatMap(({ action }) => (action.kind === 'set' && action.readBack !== 'none' ? [action.path] : []))
  const applied = await host.fs.readMany(paths).catch(async (error: unknown) => {
    await engine.rollback(host, transaction)
    throw error
  })
  let lease = withinMs
  let failure: unknown
  let timer: NodeJS.Timeout | undefined
  let extending: Promise<void> = Promise.resolve()
  const extend = async (ms: number): Promise<void> => {
    try {
      await engine.extend(host, transaction, ms)
      deadline = Date.now() + ms
    } catch (error) {
      failure ??= error
    }
  }
  const watch = (): void => {
    clearTimeout(timer)
    if (failure !== undefined) return
    timer = setTimeout(
      () => {
        extending = extend(lease).then(watch)
      },
      Math.max(100, deadline - Date.now() - lease / 3),
    )
  }
  watch()
  return {
    transaction,
    async reserve(ms) {
      if (deadline - Date.now() < ms) {
        lease = Math.max(lease, ms)
        await extend(lease)
        watch()
      }
      if (failure !== undefined) throw lost(host, failure)
    },
    async release() {
      clearTimeout(timer)
      await extending
      clearTimeout(timer)
      const late = Date.now() > deadline
      const now = await host.fs.readMany(paths).catch((error: unknown): readonly undefined[] => {
        failure ??= error
        return []
      })
      try {
        await engine.rollback(host, transaction)
      } catch (error) {
        if (isHostwrightError(error, 'CONFLICT')) throw lost(host, error)
        throw error
      }
      const changed = paths.filter((_, index) => now[index] !== applied[index])
      if (failure !== undefined || late || changed.length > 0) throw lost(host, failure, changed)
    },
  }
}

function lost(host: Host, cause: unknown, changed: readonly string[] = []): HostwrightError {
  const what = changed.length === 0 ? '' : ` (${changed.join(', ')} changed)`
  return new HostwrightError(
    'CONFLICT',
    `the profile did not stay applied for as long as the trial needed it${what}, so that its measurements mean nothing; everything was put back`,
    {
      subject: changed[0] ?? host.label,
      hint: 'Something else changes the same settings: the command itself, or a service; `hostwright doctor` names those that do.',
      cause,
    },
  )
}
