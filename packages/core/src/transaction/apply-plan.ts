import { HostwrightError, type ErrorCode } from '../errors.ts'
import { eventSequence } from '../event.ts'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { Host } from '../host.ts'
import type { Plan } from '../plan.ts'
import { bundleScript } from './apply-script.ts'
import { checkPlan } from './check-plan.ts'
import { createTransactionId } from './identifier.ts'
import { locatePlan } from './locate-plan.ts'
import { lockedError, runUndoScript } from './run-script.ts'
import { resolveStateDirectory } from './state-directory.ts'
import { unescapeText } from './step-script.ts'
import type { ApplyOptions, Leftover, TransactionEvent, TransactionState } from './transaction.ts'

const loader = `umask 077
S=$1
N=$S/transactions/.$2.new
mkdir -p "$S/transactions" && mkdir "$N" && cat >"$N/bundle" || { rm -rf "$N"; exit 90; }
exec /bin/sh "$N/bundle" "$S" "$3"`

/**
 * Applies a plan as one transaction: all steps or none. Everything that is needed to undo it lies on the host's disk before
 * the first step. Ends with an event `finished`; if the plan was not applied as a whole, it then throws.
 *
 * A plan without steps gives only `finished`, and no transaction.
 *
 * @throws `INVALID_INPUT` for a plan that cannot be applied, `CONFLICT` if the host is not as the plan says, `LOCKED` or
 * `RECOVERY_NEEDED` if another transaction holds the host, `READ_ONLY` or `PERMISSION_DENIED` if a step may not write what
 * it is to write; these or `NO_SPACE` if the transaction cannot be written down: nothing was changed then. `APPLY_FAILED` or `ABORTED`: everything was undone. `UNDO_FAILED`: the
 * details say what is left.
 */
export async function* applyPlan(host: Host, plan: Plan, options: ApplyOptions = {}): AsyncGenerator<TransactionEvent, void, undefined> {
  checkPlan(plan, options)
  const event = eventSequence<TransactionEvent>()
  const id = createTransactionId()
  if (plan.steps.length === 0) {
    yield event({ type: 'finished', transaction: '', state: 'committed', left: [] })
    return
  }
  throwIfAborted(options.signal)
  const state = await resolveStateDirectory(host, options.stateDirectory)
  const located = await locatePlan(host, plan)
  const bundle = bundleScript({
    id,
    plan: located.plan,
    prefix: host.prefix,
    root: located.root,
    time: new Date().toISOString(),
    createdDirectories: located.createdDirectories,
    who: options.who,
    confirmWithinMs: options.confirmWithinMs,
    keep: Math.max(50, options.keep ?? 200),
  })
  throwIfAborted(options.signal)
  const directory = `${state}/transactions/${id}`
  let aborting: Promise<unknown> | undefined
  const abort = (): void => {
    aborting = runUndoScript(host, directory, ['abort']).catch(() => undefined)
  }
  const run = host.stream(['/bin/sh', '-c', loader, 'hostwright', state, id, located.root], { stdin: encodeFileName(bundle) })
  run.end()
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    const outcome = yield* report(host, plan, options, { event, id, directory, lines: linesOf(run) })
    await run.exit.catch(() => undefined)
    if (outcome.error !== undefined) throw outcome.error
  } finally {
    options.signal?.removeEventListener('abort', abort)
    await aborting
  }
}

interface Running {
  readonly event: ReturnType<typeof eventSequence<TransactionEvent>>
  readonly id: string
  readonly directory: string
  readonly lines: AsyncIterable<{ readonly text: string; readonly from: 'stdout' | 'stderr' }>
}

async function* report(host: Host, plan: Plan, options: ApplyOptions, running: Running): AsyncGenerator<TransactionEvent, { error?: Error }, undefined> {
  const { event, id, directory } = running
  const left: Leftover[] = []
  const conflicts: string[] = []
  const stderr: string[] = []
  let state: TransactionState | undefined
  let failure: string | undefined
  let early: HostwrightError | undefined
  const step = (number: number): { step: number; id: string } => ({ step: number, id: plan.steps[number - 1]?.id ?? '' })
  for await (const line of running.lines) {
    if (line.from === 'stderr') stderr.push(line.text)
    const match = /^hw ([a-z]+)(?: (\S+))?(?: (.*))?$/su.exec(line.text)
    if (line.from === 'stderr' || match === null) continue
    const [, kind = '', first = '', rest = ''] = match
    const number = Number(first)
    switch (kind) {
      case 'prepared':
        yield event({ type: 'prepared', transaction: id, directory })
        break
      case 'armed':
        yield event({ type: 'armed', transaction: id, withinMs: options.confirmWithinMs ?? 0, survivesReboot: first === 'yes' })
        break
      case 'begun':
        yield event({ type: 'step-begun', ...step(number), summary: plan.steps[number - 1]?.summary ?? '' })
        break
      case 'ok':
        yield event({ type: 'step-done', ...step(number), ...(plan.steps[number - 1]?.action.kind === 'set' ? { have: unescapeText(rest) } : {}) })
        break
      case 'clamped':
        yield event({ type: 'step-done', ...step(number), have: unescapeText(rest), clamped: true })
        break
      case 'failed':
        failure = `${plan.steps[number - 1]?.summary ?? first}: ${rest}`
        yield event({ type: 'step-failed', ...step(number), message: rest })
        break
      case 'undone':
        yield event({ type: 'step-undone', ...step(number) })
        break
      case 'left':
        left.push({ step: number, summary: plan.steps[number - 1]?.summary ?? '', reason: rest })
        yield event({ type: 'step-left', ...step(number), message: rest })
        break
      case 'conflict':
        conflicts.push(describeConflict(plan, number, rest))
        break
      case 'conflicted':
        early = conflict(host, conflicts)
        break
      case 'denied':
        early ??= forbidden(host, plan, number, rest)
        break
      case 'locked':
        early = lockedError(host, first, rest)
        break
      case 'stopped':
        early = unwritable(host, directory, rest)
        break
      case 'state':
        state = first as TransactionState
        break
    }
  }
  if (early !== undefined) return { error: early }
  if (state === undefined) return { error: broken(host, id, directory, stderr.join(' ')) }
  yield event({ type: 'finished', transaction: id, state, left })
  const error = endError(host, { id, state, failure, left, aborted: options.signal?.aborted === true })
  return error === undefined ? {} : { error }
}

function endError(
  host: Host,
  end: { id: string; state: TransactionState; failure: string | undefined; left: readonly Leftover[]; aborted: boolean },
): HostwrightError | undefined {
  const { id, state, failure, left, aborted } = end
  if (state === 'committed' || state === 'awaiting-confirmation') return undefined
  const data = { transaction: id, left }
  if (state === 'undo-failed' || left.length > 0) {
    return new HostwrightError(
      'UNDO_FAILED',
      `${failure ?? 'The plan was stopped'}; not everything could be put back: ${left.map((each) => `${each.summary || 'state'}: ${each.reason}`).join('; ')}`,
      {
        subject: host.label,
        hint: `Run \`hostwright rollback ${id}\` once the cause is removed, or the transaction's undo.sh.`,
        data,
      },
    )
  }
  if (aborted) return new HostwrightError('ABORTED', 'The plan was stopped by request; every step was undone.', { subject: host.label, data })
  return new HostwrightError('APPLY_FAILED', failure === undefined ? 'The plan was stopped; every step was undone.' : `${failure}; every step was undone.`, {
    subject: host.label,
    data,
  })
}

function describeConflict(plan: Plan, index: number, have: string): string {
  const read = plan.reads[index]
  if (read === undefined) return `read ${index}`
  if (read.kind === 'output') return `\`${read.argv.join(' ')}\` prints something else`
  if (read.kind === 'path') return `${read.path} was changed`
  return `${read.path} was ${read.value === null ? 'absent' : `\`${read.value}\``} and is ${have === '' ? 'absent' : `\`${unescapeText(have)}\``}`
}

function conflict(host: Host, conflicts: readonly string[]): HostwrightError {
  return new HostwrightError('CONFLICT', `${host.label} is not as it was when the plan was made: ${conflicts.join('; ')}. Nothing was changed.`, {
    subject: host.label,
    hint: 'Make the plan again and review what is different.',
    data: { conflicts },
  })
}

function forbidden(host: Host, plan: Plan, number: number, reason: string): HostwrightError {
  const step = plan.steps[number - 1]
  const readOnly = /read-only/iu.test(reason)
  const path = step !== undefined && 'path' in step.action ? step.action.path : host.label
  const why = readOnly ? 'lies on a file system that is mounted read-only' : 'may not be written'
  return new HostwrightError(readOnly ? 'READ_ONLY' : 'PERMISSION_DENIED', `${step?.summary ?? ''}: ${path} ${why}. Nothing was changed.`, {
    subject: path,
    hint: readOnly ? 'Mount it so that it can be written, or leave the step out.' : 'Run as root, for example through `--host sudo`.',
    data: { host: host.label, step: step?.id ?? '', reason: reason.trim() },
  })
}

function unwritable(host: Host, directory: string, message: string): HostwrightError {
  const code: ErrorCode = /no space left|quota exceeded/iu.test(message)
    ? 'NO_SPACE'
    : /read-only/iu.test(message)
      ? 'READ_ONLY'
      : /denied|not permitted/iu.test(message)
        ? 'PERMISSION_DENIED'
        : 'IO_ERROR'
  return new HostwrightError(code, `The transaction could not be written to ${directory}: ${message.trim() || 'no reason given'}. Nothing was changed.`, {
    subject: directory,
    hint:
      code === 'PERMISSION_DENIED'
        ? 'Run as root, or give a state directory that you may write.'
        : 'Give a state directory on a file system that can be written.',
    data: { host: host.label },
  })
}

function broken(host: Host, id: string, directory: string, stderr: string): HostwrightError {
  if (stderr !== '' && /space|quota|read-only|denied|not permitted|File exists/iu.test(stderr)) return unwritable(host, directory, stderr)
  return new HostwrightError(
    'CONNECTION_LOST',
    `The process that applies the plan on ${host.label} ended or could not be heard any more${stderr === '' ? '' : `: ${stderr}`}.`,
    {
      subject: host.label,
      hint: `\`hostwright history ${id}\` tells how it ended; \`hostwright recover\` ends it if it was interrupted.`,
      data: { transaction: id },
    },
  )
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new HostwrightError('ABORTED', 'The plan was stopped by request before anything was changed.')
}

async function* linesOf(
  chunks: AsyncIterable<{ readonly type: 'stdout' | 'stderr'; readonly bytes: Uint8Array }>,
): AsyncGenerator<{ text: string; from: 'stdout' | 'stderr' }, void, undefined> {
  const rest = { stdout: new Uint8Array(0), stderr: new Uint8Array(0) }
  for await (const chunk of chunks) {
    let bytes = rest[chunk.type].length === 0 ? chunk.bytes : Uint8Array.from([...rest[chunk.type], ...chunk.bytes])
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10)) {
      yield { text: decodeFileName(bytes.subarray(0, end)), from: chunk.type }
      bytes = bytes.subarray(end + 1)
    }
    rest[chunk.type] = Uint8Array.from(bytes)
  }
  for (const from of ['stdout', 'stderr'] as const) if (rest[from].length > 0) yield { text: decodeFileName(rest[from]), from }
}
