import { attributeEquals } from '@hostwright/core'
import { isShellPattern } from '../shell-pattern.ts'
import { shorten } from '../sysctl-file.ts'
import type { ResolvedFile, ResolvedSysctl, SysctlAssignment } from '../sysctl-resolution.ts'
import { locateTunable } from '../tunable-table.ts'
import type { KernelView } from './kernel-view.ts'
import type { LintFinding } from './lint-finding.ts'
import { judgeSysctl, verdictFindings } from './sysctl-key.ts'

/** What to say about sysctl files that are read together. */
export async function lintSysctlFiles(
  view: KernelView,
  files: readonly ResolvedFile[],
  keys: ReadonlyMap<string, ResolvedSysctl>,
): Promise<readonly LintFinding[]> {
  const texts = new Map(files.map((file) => [file.path, file.text.split('\n')]))
  const single = files.map(async (file) => [
    ...file.problems.map((problem): LintFinding => ({ file: file.path, severity: 'error', code: 'syntax', ...problem })),
    ...unreadFinding(file),
    ...(await Promise.all(file.lines.map((line) => lintLine(view, line, texts.get(line.file) ?? [])))).flat(),
  ])
  const findings = [...(await Promise.all(single)).flat(), ...conflicts(keys), ...twins(keys), ...patterns(files, keys)]
  // A line that cannot hold differs from the running kernel for a reason that has been said.
  const explained = new Set(findings.filter(({ severity }) => severity !== 'info').map(({ file, line }) => `${file}:${line}`))
  return [...findings, ...(await running(view, keys)).filter(({ file, line }) => !explained.has(`${file}:${line}`))]
}

async function lintLine(view: KernelView, assignment: SysctlAssignment, text: readonly string[]): Promise<readonly LintFinding[]> {
  const { file, line, column, valueColumn, key, path, value } = assignment
  const place = { file, line, column, key }
  if (value === undefined) return []
  if (value === '' && locateTunable(path)?.tunable.type !== 'string') {
    return [{ ...place, column: valueColumn, severity: 'error', code: 'syntax', message: `\`${shorten(key)}\` has no value` }]
  }
  return verdictFindings(assignment, text[line - 1] ?? '', await judgeSysctl(view, path, value))
}

function unreadFinding(file: ResolvedFile): readonly LintFinding[] {
  const hidden = file.hides.map((path): LintFinding => ({
    file: path,
    line: 1,
    column: 1,
    severity: 'info',
    code: 'ineffective',
    message: `Nothing reads this file: ${file.path} has the same name and goes first.`,
  }))
  const [first] = file.lines
  if (file.unread !== true || first === undefined) return hidden
  const message = 'systemd-sysctl reads only sysctl.d, so nothing reads this file. Move its lines to a file such as /etc/sysctl.d/99-local.conf.'
  return [...hidden, { file: file.path, line: first.line, column: 1, severity: 'warning', code: 'ineffective', message }]
}

/** Lines that lose against another of the same key. */
function conflicts(keys: ReadonlyMap<string, ResolvedSysctl>): readonly LintFinding[] {
  const findings: LintFinding[] = []
  for (const { path, name, winner, losers } of keys.values()) {
    for (const loser of losers) {
      // A pattern that gives way to a named key is what it is for.
      if (loser.value === undefined || isShellPattern(loser.path)) continue
      const place = { file: loser.file, line: loser.line, column: loser.column, key: loser.key }
      const same = attributeEquals(loser.value, winner.value, readBackOf(path))
      const where = loser.file === winner.file ? `line ${winner.line}` : `${winner.file}:${winner.line}`
      if (same) findings.push({ ...place, severity: 'info', code: 'duplicate', message: `\`${name}\` has the same value in ${where}.`, fix: '' })
      else if (loser.file === winner.file)
        findings.push({ ...place, severity: 'warning', code: 'contradicts', message: `\`${name}\` is ${winner.value} in ${where}, which decides.`, fix: '' })
      // That an administrator's file goes before a distribution's is as it should be.
      else
        findings.push({
          ...place,
          severity: isVendorFile(loser.file) ? 'info' : 'warning',
          code: 'overridden',
          message: `\`${name}\` is overridden by ${where}, which sets ${winner.value}.`,
          fix: '',
        })
    }
  }
  return findings
}

/** Pairs of which the second, when it is written, resets the first. */
function twins(keys: ReadonlyMap<string, ResolvedSysctl>): readonly LintFinding[] {
  const findings: LintFinding[] = []
  const order = [...keys.keys()]
  for (const { path, name, winner } of keys.values()) {
    const twin = locateTunable(path)?.tunable.twin
    const other = twin === undefined ? undefined : keys.get(locateTunable(twin)?.path ?? '')
    if (other === undefined || order.indexOf(path) > order.indexOf(other.path)) continue
    const where = winner.file === other.winner.file ? `line ${other.winner.line}` : `${other.winner.file}:${other.winner.line}`
    const message = `\`${name}\` is set back to 0 when \`${other.name}\` is written (${where}): only one of the two can hold.`
    findings.push({
      file: winner.file,
      line: winner.line,
      column: winner.column,
      key: winner.key,
      severity: 'warning',
      code: 'twin-conflict',
      message,
      fix: '',
    })
  }
  return findings
}

/** Patterns that no key fits. */
function patterns(files: readonly ResolvedFile[], keys: ReadonlyMap<string, ResolvedSysctl>): readonly LintFinding[] {
  const used = new Set([...keys.values()].flatMap(({ winner, losers }) => [winner, ...losers].map(({ file, line }) => `${file}:${line}`)))
  return files
    .filter((file) => file.unread !== true)
    .flatMap((file) => file.lines)
    .filter((line) => line.value !== undefined && isShellPattern(line.path) && !used.has(`${line.file}:${line.line}`))
    .map(({ file, line, column, key }) => ({ file, line, column, key, severity: 'info', code: 'ineffective', message: `No key fits \`${shorten(key)}\` now.` }))
}

/** Keys that decide and that the running kernel has otherwise. */
async function running(view: KernelView, keys: ReadonlyMap<string, ResolvedSysctl>): Promise<readonly LintFinding[]> {
  const all = view.live ? [...keys.values()] : []
  const texts = await view.fs.readMany(all.map(({ path }) => path))
  return all.flatMap(({ path, name, winner }, index): LintFinding[] => {
    const have = texts[index]
    const tunable = locateTunable(path)?.tunable
    if (have === undefined || tunable?.readBack === 'none' || tunable?.readOnly === true || attributeEquals(have, winner.value, tunable?.readBack)) return []
    const message = `The running kernel has \`${name}\` at ${shorten(have.trim().replaceAll(/\s+/gu, ' '))}, not ${shorten(winner.value)}.`
    return [{ file: winner.file, line: winner.line, column: winner.valueColumn, key: winner.key, severity: 'info', code: 'differs-now', message }]
  })
}

function isVendorFile(path: string): boolean {
  return path.startsWith('/usr/lib/') || path.startsWith('/lib/')
}

function readBackOf(path: string): 'value' | 'selection' | 'mask' | 'none' {
  const readBack = locateTunable(path)?.tunable.readBack
  return readBack === undefined || readBack === 'none' ? 'value' : readBack
}
