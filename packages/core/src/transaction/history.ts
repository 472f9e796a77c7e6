import { HostwrightError, isHostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Plan } from '../plan.ts'
import { isTransactionId } from './identifier.ts'
import { runUndoScript } from './run-script.ts'
import { resolveStateDirectory } from './state-directory.ts'
import { unescapeText } from './step-script.ts'
import type { Leftover, TransactionRecord, TransactionState, TransactionSummary } from './transaction.ts'

/** Where transactions are looked for. */
export interface HistoryOptions {
  /** As given to `applyPlan`. */
  readonly stateDirectory?: string
}

/** The transactions of a host, newest first. A host that never had one gives an empty list. */
export async function listTransactions(host: Host, options: HistoryOptions = {}): Promise<readonly TransactionSummary[]> {
  const state = await resolveStateDirectory(host, options.stateDirectory)
  const ids = (await listIds(host, state)).toReversed()
  const texts = await host.fs.readMany(ids.flatMap((id) => ['meta', 'journal'].map((name) => inTree(host, `${state}/transactions/${id}/${name}`))))
  const holder = await findHolder(host, state)
  const summaries: TransactionSummary[] = []
  for (const [index, id] of ids.entries()) {
    summaries.push(
      await summarise(host, {
        id,
        directory: `${state}/transactions/${id}`,
        isHolder: id === holder,
        meta: texts[index * 2] ?? '',
        journal: texts[index * 2 + 1] ?? '',
      }),
    )
  }
  return summaries
}

/**
 * One transaction with its plan.
 *
 * @throws NOT_FOUND, and DATA_CORRUPT if its files cannot be understood
 */
export async function readTransaction(host: Host, id: string, options: HistoryOptions = {}): Promise<TransactionRecord> {
  const directory = await findTransaction(host, id, options)
  const full = directory.slice(directory.lastIndexOf('/') + 1)
  const [meta, journal, text] = await host.fs.readMany(['meta', 'journal', 'plan.json'].map((name) => inTree(host, `${directory}/${name}`)))
  let plan: Plan
  try {
    plan = JSON.parse(text ?? '') as Plan
  } catch (cause) {
    throw new HostwrightError('DATA_CORRUPT', `the plan of transaction ${full} cannot be read`, {
      subject: `${directory}/plan.json`,
      hint: 'Its undo.sh does not need the plan and can still be run.',
      cause,
    })
  }
  const isHolder = (await findHolder(host, directory.slice(0, directory.lastIndexOf('/transactions/')))) === full
  const summary = await summarise(host, { id: full, directory, isHolder, meta: meta ?? '', journal: journal ?? '' })
  const left = summary.left.map((each) => ({ ...each, summary: plan.steps[each.step - 1]?.summary ?? '' }))
  return { ...summary, left, plan, effective: effectiveValues(journal ?? ''), directory }
}

/** The directory of a transaction on its host. @throws NOT_FOUND */
export async function findTransaction(host: Host, id: string, options: HistoryOptions = {}): Promise<string> {
  const state = await resolveStateDirectory(host, options.stateDirectory)
  const matches = (await listIds(host, state)).filter((each) => each === id || (id.length >= 4 && each.endsWith(id)))
  if (matches.length === 1) return `${state}/transactions/${matches[0]}`
  throw new HostwrightError(
    'NOT_FOUND',
    matches.length === 0 ? `there is no transaction ${id} on ${host.label}` : `${id} fits ${matches.length} transactions`,
    {
      subject: id,
      hint: 'Run `hostwright history` to see them.',
    },
  )
}

/** The transaction that holds the host because it has not ended, if there is one. */
export async function findUnfinishedTransaction(host: Host, options: HistoryOptions = {}): Promise<TransactionSummary | undefined> {
  const state = await resolveStateDirectory(host, options.stateDirectory)
  const id = await findHolder(host, state)
  if (id === undefined) return undefined
  const directory = `${state}/transactions/${id}`
  const [meta, journal] = await host.fs.readMany(['meta', 'journal'].map((name) => inTree(host, `${directory}/${name}`)))
  if (meta === undefined) return undefined
  const summary = await summarise(host, { id, directory, isHolder: true, meta, journal: journal ?? '' })
  return ['committed', 'undone', 'prepared'].includes(summary.state) ? undefined : summary
}

/** A path as the host's `fs` sees it; the state directory is kept as the host's commands see it. */
export function inTree(host: Host, path: string): string {
  return host.root !== '' && path.startsWith(`${host.root}/`) ? path.slice(host.root.length) : path
}

async function listIds(host: Host, state: string): Promise<readonly string[]> {
  try {
    const entries = await host.fs.list(inTree(host, `${state}/transactions`))
    return entries.flatMap((entry) => (isTransactionId(entry.name) ? [entry.name] : []))
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND')) return []
    throw error
  }
}

/** The transaction that had the last turn: the only one whose journal may not tell yet how it ends. */
async function findHolder(host: Host, state: string): Promise<string | undefined> {
  try {
    const entries = await host.fs.list(inTree(host, state))
    const turns = entries.flatMap((entry) => (/^turn\.\d+$/u.test(entry.name) ? [Number(entry.name.slice(5))] : []))
    return turns.length === 0 ? undefined : await host.fs.readlink(inTree(host, `${state}/turn.${Math.max(...turns)}`))
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND')) return undefined
    throw error
  }
}

interface Files {
  readonly id: string
  readonly directory: string
  readonly isHolder: boolean
  readonly meta: string
  readonly journal: string
}

async function summarise(host: Host, files: Files): Promise<TransactionSummary> {
  const { id, directory, isHolder, meta, journal } = files
  const fields = new Map(meta.split('\n').map((line) => [line.slice(0, line.indexOf('=')), unescapeText(line.slice(line.indexOf('=') + 1))]))
  const read = readJournal(journal)
  let state: TransactionState | undefined = isHolder ? undefined : read.outcome
  let remainingMs: number | undefined
  if (state === undefined) {
    const answer = await runUndoScript(host, directory, ['status'])
    state = (answer.state ?? 'interrupted') as TransactionState
    if (state === 'awaiting-confirmation') remainingMs = Math.max(0, Number(answer.stateDetail))
  }
  return {
    id,
    state,
    time: fields.get('time') ?? '',
    who: fields.get('who') ?? '',
    host: fields.get('host') ?? '',
    domain: fields.get('domain') ?? '',
    stepCount: Number(fields.get('steps') ?? 0),
    begun: read.begun,
    left: read.left,
    ...(remainingMs === undefined ? {} : { remainingMs }),
    ...(read.reason === undefined ? {} : { reason: read.reason }),
  }
}

interface Journal {
  readonly begun: number
  readonly outcome: TransactionState | undefined
  readonly left: readonly Leftover[]
  readonly reason: string | undefined
}

/** Only whole lines count; the tail of an interrupted write does not end in ` .`. */
function readJournal(text: string): Journal {
  let begun = 0
  let outcome: TransactionState | undefined
  let reason: string | undefined
  const left = new Map<number, Leftover>()
  for (const line of text.split('\n')) {
    const match = /^(begin|outcome|left|undone|reason) (.*) \.$/su.exec(line)
    if (match === null) continue
    const [, kind, rest = ''] = match
    if (kind === 'begin') begun += 1
    if (kind === 'outcome') outcome = asOutcome(rest.slice(rest.indexOf(' ') + 1))
    if (kind === 'reason') reason = rest
    if (kind === 'undone') left.delete(Number(rest))
    if (kind === 'left') left.set(Number.parseInt(rest, 10), { step: Number.parseInt(rest, 10), summary: '', reason: rest.slice(rest.indexOf(' ') + 1) })
  }
  if (outcome === 'undone') left.delete(0)
  return { begun, outcome, reason, left: [...left.values()] }
}

function asOutcome(text: string): TransactionState | undefined {
  return text === 'committed' || text === 'undone' || text === 'undo-failed' ? text : undefined
}

function effectiveValues(journal: string): Readonly<Record<number, string>> {
  return Object.fromEntries(
    journal.split('\n').flatMap((line) => {
      const match = /^have (\d+) (.*) \.$/su.exec(line)
      return match === null ? [] : [[Number(match[1]), unescapeText(match[2] ?? '')]]
    }),
  )
}
