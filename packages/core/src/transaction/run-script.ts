import { HostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Leftover } from './transaction.ts'

/** What `undo.sh` said. */
export interface ScriptAnswer {
  /** The last `state` that it printed, with what follows it. */
  readonly state: string | undefined
  readonly stateDetail: string
  readonly refused: string | undefined
  readonly locked: { readonly id: string; readonly how: string } | undefined
  readonly changed: readonly string[]
  readonly left: readonly Leftover[]
  readonly busy: boolean
  readonly extendedCentiseconds: number | undefined
  readonly exitCode: number | undefined
  readonly stderr: string
}

/** Runs a transaction's `undo.sh` on its host. */
export async function runUndoScript(host: Host, directory: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ScriptAnswer> {
  const result = await host.run(['/bin/sh', `${directory}/undo.sh`, ...argv], { check: false, env })
  const lines = result.stdout.split('\n').flatMap((line) => (line.startsWith('hw ') ? [line.slice(3)] : []))
  const find = (word: string): string | undefined => lines.findLast((line) => line === word || line.startsWith(`${word} `))?.slice(word.length + 1)
  const [state, ...detail] = (find('state') ?? '').split(' ')
  const [id = '', how = ''] = (find('locked') ?? '').split(' ')
  const extended = find('extended')
  return {
    state: state === '' ? undefined : state,
    stateDetail: detail.join(' '),
    refused: find('refused'),
    locked: id === '' ? undefined : { id, how },
    changed: lines.flatMap((line) => (line.startsWith('changed ') ? [line.slice(8)] : [])),
    left: lines.flatMap((line) => {
      const match = /^left (\d+) (.*)$/su.exec(line)
      return match === null ? [] : [{ step: Number(match[1]), summary: '', reason: match[2] ?? '' }]
    }),
    busy: lines.includes('busy'),
    extendedCentiseconds: extended === undefined ? undefined : Number(extended),
    exitCode: result.exitCode,
    stderr: result.stderr,
  }
}

/** The error for a host that another transaction holds. */
export function lockedError(host: Host, id: string, how: string): HostwrightError {
  const details = { subject: host.label, data: { transaction: id, state: how } }
  if (how === 'awaiting') {
    return new HostwrightError('LOCKED', `Transaction ${id} on ${host.label} still waits for its confirmation. Nothing was changed.`, {
      ...details,
      hint: 'Run `hostwright confirm` to keep it, or `hostwright rollback` to undo it, first.',
    })
  }
  if (how === 'applying') {
    return new HostwrightError('LOCKED', `Transaction ${id} is being applied on ${host.label}. Nothing was changed.`, {
      ...details,
      hint: 'Wait until it has ended; `hostwright history` shows it.',
    })
  }
  if (how === 'undo-failed') {
    return new HostwrightError('RECOVERY_NEEDED', `Transaction ${id} on ${host.label} could not be undone as a whole. Nothing was changed.`, {
      ...details,
      hint: `Run \`hostwright history ${id}\` to see what is left, and \`hostwright rollback ${id}\` to try again.`,
    })
  }
  return new HostwrightError('RECOVERY_NEEDED', `Transaction ${id} on ${host.label} was interrupted. Nothing was changed.`, {
    ...details,
    hint: 'Run `hostwright recover` to end it.',
  })
}
