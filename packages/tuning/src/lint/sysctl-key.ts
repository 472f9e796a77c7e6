import { isHostwrightError } from '@hostwright/core'
import { isShellPattern } from '../shell-pattern.ts'
import { findMisnomer, findTunable, locateTunable, suggestTunable, sysctlName, sysctlPath } from '../tunable-table.ts'
import { validateValue } from '../tunable-value.ts'
import type { Tunable } from '../tunable.ts'
import { isAtLeast, type KernelView } from './kernel-view.ts'
import type { LintFinding } from './lint-finding.ts'

/** A finding about a key or its value; whoever asked knows the place. */
export interface Verdict extends Pick<LintFinding, 'severity' | 'code' | 'message'> {
  /** The sysctl that should stand there instead. */
  readonly useKey?: string
  /** The line can go. */
  readonly drop?: boolean
  /** The finding is about the value. */
  readonly aboutValue?: boolean
}

/** What is wrong with setting a sysctl, other lines left aside. */
export async function judgeSysctl(view: KernelView, path: string, value: string): Promise<readonly Verdict[]> {
  const name = sysctlName(path) ?? path
  const tunable = locateTunable(path)?.tunable
  if (isShellPattern(path)) return tunable === undefined ? [] : valueVerdicts(view, tunable, value)
  const there = view.live ? await view.fs.exists(path) : undefined
  if (tunable === undefined) return there === true ? [] : unknownVerdicts(view, name)
  const verdicts = there === true ? [] : absentVerdicts(view, tunable, path, there)
  const gone = verdicts.some(({ code }) => code === 'removed' || code === 'renamed')
  return gone ? verdicts : [...verdicts, ...valueVerdicts(view, tunable, value)]
}

/** Verdicts on a line as findings, with the line as it should be. */
export function verdictFindings(
  place: { readonly file: string; readonly line: number; readonly column: number; readonly valueColumn: number; readonly key: string },
  raw: string,
  verdicts: readonly Verdict[],
): readonly LintFinding[] {
  const { file, line, column, valueColumn, key } = place
  return verdicts.map(({ severity, code, message, useKey: better, drop, aboutValue }) => ({
    file,
    line,
    column: aboutValue === true ? valueColumn : column,
    severity,
    code,
    key,
    message,
    ...(better === undefined ? {} : { fix: raw.slice(0, column - 1) + better + raw.slice(column - 1 + key.length) }),
    ...(drop === true ? { fix: '' } : {}),
  }))
}

function unknownVerdicts(view: KernelView, name: string): readonly Verdict[] {
  const misnomer = findMisnomer(name)
  if (misnomer !== undefined) {
    const meant = misnomer.meant === undefined ? undefined : findTunable(misnomer.meant)
    const message = `No kernel has \`${name}\`. ${misnomer.explanation}`
    return [{ severity: 'error', code: 'unknown-key', message, ...useKey(meant) }]
  }
  const nearest = suggestTunable(name)
  if (nearest !== undefined) {
    const message = `\`${name}\` is not known${view.live ? ' and this kernel does not have it' : ''}. Did you mean \`${nearest}\`?`
    return [{ severity: 'error', code: 'unknown-key', message, ...useKey(findTunable(nearest), nearest) }]
  }
  // Nothing tells a vendor's key from a mistake where no kernel can be asked.
  return view.live ? [{ severity: 'warning', code: 'unknown-key', message: `This kernel does not have \`${name}\`, and it is not known from others.` }] : []
}

function absentVerdicts(view: KernelView, tunable: Tunable, path: string, there: boolean | undefined): readonly Verdict[] {
  if (tunable.until !== undefined && (isAtLeast(view, tunable.until) ?? true)) {
    const moved = tunable.movedTo === undefined ? undefined : (findTunable(tunable.movedTo)?.path ?? tunable.movedTo)
    const since = `Linux ${tunable.until} no longer has \`${tunable.id}\`.`
    if (moved === undefined) return [{ severity: 'warning', code: 'removed', message: `${since} ${tunable.meaning}`, drop: true }]
    const target = sysctlName(moved) ?? moved
    return [{ severity: 'warning', code: 'renamed', message: `${since} It is \`${target}\` now. ${tunable.meaning}`, ...renamedKey(tunable) }]
  }
  if (tunable.since !== undefined && isAtLeast(view, tunable.since) === false) {
    return [{ severity: 'warning', code: 'not-on-this-kernel', message: `\`${tunable.id}\` is there from Linux ${tunable.since} on; this is ${view.release}.` }]
  }
  if (there !== false) return []
  return [{ severity: 'info', code: 'not-on-this-kernel', message: `\`${sysctlName(path) ?? path}\` is not there now${absenceReason(tunable)}.` }]
}

function absenceReason(tunable: Tunable): string {
  if (tunable.module !== undefined) return `: it comes with the module ${tunable.module}, which has to be loaded before (modules-load.d)`
  if (tunable.per === 'interface') return ': no interface of that name is there yet'
  if (tunable.config !== undefined) return `: it needs a kernel built with ${tunable.config}`
  if (tunable.hardware === true) return ': it needs hardware or a kernel that this is not'
  return tunable.namespace === undefined ? ' (a network namespace does not have the keys of the whole system)' : ''
}

function valueVerdicts(view: KernelView, tunable: Tunable, value: string): readonly Verdict[] {
  const verdicts: Verdict[] = []
  const { ineffectiveSince, oneWay } = tunable
  if (tunable.readOnly === true) {
    return [{ severity: 'error', code: 'ineffective', message: `\`${tunable.id}\` can only be read. ${tunable.meaning}`, drop: true }]
  }
  if (ineffectiveSince !== undefined && (isAtLeast(view, ineffectiveSince) ?? true)) {
    verdicts.push({
      severity: 'warning',
      code: 'ineffective',
      message: `\`${tunable.id}\` changes nothing since Linux ${ineffectiveSince}. ${tunable.meaning}`,
      drop: true,
    })
  }
  if (tunable.readBack === 'none') {
    verdicts.push({ severity: 'warning', code: 'ineffective', message: `\`${tunable.id}\` is an action and not a setting. ${tunable.meaning}`, drop: true })
  }
  try {
    const written = validateValue(tunable, value)
    if (oneWay?.includes(written) === true) {
      verdicts.push({
        severity: 'warning',
        code: 'one-way',
        message: `\`${tunable.id} = ${written}\` cannot be taken back before a reboot. ${tunable.meaning}`,
      })
    }
  } catch (error) {
    if (!isHostwrightError(error, 'INVALID_INPUT')) throw error
    verdicts.push({ severity: 'error', code: 'out-of-range', message: `${error.message}.`, aboutValue: true })
  }
  return verdicts
}

function useKey(tunable: Tunable | undefined, name: string | undefined = tunable?.id): { readonly useKey?: string } {
  return tunable === undefined || name === undefined || !tunable.path.startsWith('/proc/sys/') || name.includes('{') ? {} : { useKey: name }
}

/** A successor takes the same value only where it is a sysctl of the same kind. */
function renamedKey(tunable: Tunable): { readonly useKey?: string; readonly drop?: boolean } {
  const target = tunable.movedTo === undefined ? undefined : findTunable(tunable.movedTo)
  if (target === undefined || sysctlPath(target.id) === undefined || !target.path.startsWith('/proc/sys/')) return { drop: true }
  return target.type === tunable.type && target.meaning !== '' ? { useKey: target.id } : {}
}
