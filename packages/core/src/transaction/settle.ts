import { HostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Plan } from '../plan.ts'
import { findTransaction, findUnfinishedTransaction, inTree, listTransactions, readTransaction, type HistoryOptions } from './history.ts'
import { lockedError, runUndoScript, type ScriptAnswer } from './run-script.ts'
import { resolveStateDirectory } from './state-directory.ts'
import { unescapeText } from './step-script.ts'
import type { Leftover, TransactionState } from './transaction.ts'

/** How a transaction stands after it was confirmed, rolled back or recovered. */
export interface Settlement {
  readonly transaction: string
  readonly state: TransactionState
  readonly left: readonly Leftover[]
  /** Milliseconds until it is undone, if it still awaits confirmation. */
  readonly remainingMs?: number
}

/** Which transaction to confirm, and how. */
export interface ConfirmOptions extends HistoryOptions {
  /** Default: the one that awaits confirmation. */
  readonly id?: string
  /** Do not keep the change yet: move the deadline to this many milliseconds from now. */
  readonly extendMs?: number
  /** Accept the confirmation from the SSH connection that applied the change, although that proves nothing. */
  readonly sameConnection?: boolean
}

/**
 * Keeps the changes of the transaction that awaits confirmation, or gives it more time.
 *
 * @throws `NOT_FOUND` if none awaits confirmation, `NOT_AWAITING` if it is too late or too early, `SAME_CONNECTION`, `READ_ONLY`
 */
export async function confirmTransaction(host: Host, options: ConfirmOptions = {}): Promise<Settlement> {
  const id = options.id ?? (await findUnfinishedTransaction(host, options))?.id
  if (id === undefined)
    throw new HostwrightError('NOT_FOUND', `no transaction on ${host.label} awaits confirmation`, {
      subject: host.label,
      hint: 'Run `hostwright history` to see how the last one ended.',
    })
  const directory = await findTransaction(host, id, options)
  const env = options.sameConnection === true ? { HW_SAME_CONNECTION: '1' } : {}
  const argv = options.extendMs === undefined ? ['confirm'] : ['extend', String(Math.max(1, Math.round(options.extendMs / 10)))]
  const answer = await runUndoScript(host, directory, argv, env)
  if (answer.refused !== undefined) throw refusal(host, id, answer.refused)
  if (answer.extendedCentiseconds !== undefined)
    return { transaction: id, state: 'awaiting-confirmation', left: [], remainingMs: answer.extendedCentiseconds * 10 }
  if (answer.state !== 'committed') throw unexpected(host, directory, answer)
  return { transaction: id, state: 'committed', left: [] }
}

/** Which transaction to undo, and how. */
export interface RollbackOptions extends HistoryOptions {
  /** Undo even what someone else has changed since. */
  readonly force?: boolean
}

/**
 * Puts everything back that a transaction changed: one that was committed, that awaits confirmation, or whose undo failed.
 *
 * @throws `NOT_FOUND`, `CONFLICT` if what it changed was changed again since (nothing is touched then), `LOCKED` and
 * `RECOVERY_NEEDED` for another transaction, `UNDO_FAILED` with what is left
 */
export async function rollbackTransaction(host: Host, id: string, options: RollbackOptions = {}): Promise<Settlement> {
  const directory = await findTransaction(host, id, options)
  const transaction = directory.slice(directory.lastIndexOf('/') + 1)
  const answer = await runUndoScript(host, directory, ['rollback'], options.force === true ? { HW_FORCE: '1' } : {})
  if (answer.locked !== undefined) throw lockedError(host, answer.locked.id, answer.locked.how)
  if (answer.changed.length > 0) {
    const { plan } = await readTransaction(host, id, options)
    const changed = answer.changed.map((line) => describeChanged(line, plan))
    throw new HostwrightError(
      'CONFLICT',
      `What transaction ${transaction} changed on ${host.label} was changed again since: ${changed.join('; ')}. Nothing was put back.`,
      {
        subject: transaction,
        hint: 'Undo the later change first, or use --force to put back the state from before this transaction.',
        data: { changed },
      },
    )
  }
  return settled(host, directory, transaction, answer)
}

/**
 * Ends the transaction that a crash interrupted: one that was being applied is undone, one that was being undone is undone to
 * the end, one that had been decided is completed. One that awaits its confirmation keeps waiting, with a new watchdog if needed.
 *
 * @returns what was recovered; `undefined` if nothing had to be
 * @throws `UNDO_FAILED`, `LOCKED` if a process is still at work on it
 */
export async function recoverTransactions(host: Host, options: HistoryOptions = {}): Promise<Settlement | undefined> {
  const unfinished = (await listTransactions(host, options)).filter((each) => !['committed', 'undone'].includes(each.state))
  let last: Settlement | undefined
  for (const { id, state } of unfinished) {
    const directory = await findTransaction(host, id, options)
    const answer = state === 'undo-failed' ? await runUndoScript(host, directory, ['rollback']) : await runUndoScript(host, directory, ['recover'])
    if (answer.busy || answer.locked !== undefined) throw lockedError(host, id, 'applying')
    last = settled(host, directory, id, answer)
  }
  await removeAbandoned(host, options)
  return last
}

/** `/proc/sys/vm/swappiness holds 30`, from what the script said of a step. */
function describeChanged(line: string, plan: Plan): string {
  const [, verdict, number, have = ''] = /^(differs|absent) (\d+) ?(.*)$/su.exec(line) ?? []
  const action = number === undefined ? undefined : plan.steps[Number(number) - 1]?.action
  if (action === undefined || !('path' in action)) return line
  return verdict === 'absent' ? `${action.path} is not there any more` : `${action.path} holds \`${unescapeText(have).replaceAll(/\s+/gu, ' ')}\``
}

async function removeAbandoned(host: Host, options: HistoryOptions): Promise<void> {
  const state = await resolveStateDirectory(host, options.stateDirectory)
  if (!(await host.fs.exists(inTree(host, `${state}/transactions`)))) return
  await host.run(
    ['find', `${state}/transactions`, '-maxdepth', '1', '(', '-name', '.*.new', '-o', '-name', '.*.old', ')', '-mmin', '+10', '-exec', 'rm', '-rf', '{}', '+'],
    { check: false },
  )
}

function settled(host: Host, directory: string, transaction: string, answer: ScriptAnswer): Settlement {
  const { state } = answer
  if (state === 'undo-failed' || (state === 'undone' && answer.left.length > 0)) {
    throw new HostwrightError(
      'UNDO_FAILED',
      `Transaction ${transaction} on ${host.label} could not be undone as a whole: ${answer.left.map((each) => `step ${each.step}: ${each.reason}`).join('; ')}`,
      {
        subject: transaction,
        hint: `Remove the cause and run \`hostwright rollback ${transaction}\` again.`,
        data: { transaction, left: answer.left },
      },
    )
  }
  if (state === 'committed' || state === 'undone' || state === 'awaiting-confirmation') return { transaction, state, left: [] }
  throw unexpected(host, directory, answer)
}

function refusal(host: Host, id: string, why: string): HostwrightError {
  if (why === 'same-connection') {
    return new HostwrightError(
      'SAME_CONNECTION',
      `This is the SSH connection that applied transaction ${id}, so it does not show that a new one can be made.`,
      { subject: host.label, hint: 'Confirm from a new login.' },
    )
  }
  if (why === 'read-only')
    return new HostwrightError('READ_ONLY', `The confirmation of transaction ${id} could not be written down; it will be undone at its deadline.`, {
      subject: host.label,
    })
  const reasons: Record<string, string> = {
    committed: 'it is already kept',
    undone: 'it was undone',
    undoing: 'it is being undone',
    expired: 'its deadline has passed',
    rebooted: 'the host was booted since',
    applying: 'its steps are still being applied',
  }
  return new HostwrightError('NOT_AWAITING', `Transaction ${id} on ${host.label} cannot be confirmed: ${reasons[why] ?? why}.`, {
    subject: id,
    hint: 'Run `hostwright history` to see how it ended.',
  })
}

function unexpected(host: Host, directory: string, answer: ScriptAnswer): HostwrightError {
  return new HostwrightError(
    'DATA_CORRUPT',
    `${directory}/undo.sh on ${host.label} ended with ${answer.exitCode ?? 'a signal'} and said nothing that can be understood: ${answer.stderr.trim()}`,
    {
      subject: directory,
      hint: 'Look at the files there; `before/` holds the files that were replaced.',
    },
  )
}
