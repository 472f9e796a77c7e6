import { sysctlPath } from './tunable-table.ts'

/** A line of a sysctl file that sets something. */
export interface SysctlLine {
  /** Counts from 1, as `column` does. */
  readonly line: number
  /** Where the key begins. */
  readonly column: number
  /** As it is written, without the hyphen before it. */
  readonly key: string
  /** Below `/proc/sys`; may hold a shell pattern. */
  readonly path: string
  /** `undefined`: the line keeps a pattern elsewhere from setting this key. */
  readonly value: string | undefined
  readonly valueColumn: number
  /** Began with a hyphen: failing to set it is no error. */
  readonly ignoresErrors: boolean
}

/** A line that does nothing because it is not well formed. */
export interface FileProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** What a configuration file says. */
export interface SysctlFile {
  readonly lines: readonly SysctlLine[]
  readonly problems: readonly FileProblem[]
}

/**
 * Parses a sysctl file as systemd-sysctl does: `key = value`, `-key = value`, `-key`, comments in lines that begin with `#` or `;`.
 * Never fails: what is not well formed is among the problems, with its place.
 *
 * Source: `man 5 sysctl.d`, `man 5 sysctl.conf`.
 */
export function parseSysctlFile(text: string): SysctlFile {
  const lines: SysctlLine[] = []
  const problems: FileProblem[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim()
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue
    const line = index + 1
    const start = raw.length - raw.trimStart().length
    const column = start + 1
    const equals = raw.indexOf('=')
    const ignoresErrors = content.startsWith('-')
    if (equals === -1 && !ignoresErrors) {
      problems.push({ line, column, message: `\`${shorten(content)}\` is not an assignment: expected \`key = value\`` })
      continue
    }
    const before = raw.slice(start + (ignoresErrors ? 1 : 0), equals === -1 ? undefined : equals)
    const key = before.trim()
    const keyColumn = column + (ignoresErrors ? 1 : 0) + (before.length - before.trimStart().length)
    const path = key === '' || /\s/u.test(key) ? undefined : sysctlPath(key)
    if (path === undefined) {
      problems.push({ line, column: keyColumn, message: key === '' ? 'There is no key before the `=`' : `\`${shorten(key)}\` cannot be a key` })
      continue
    }
    const after = equals === -1 ? '' : raw.slice(equals + 1)
    const value = equals === -1 ? undefined : after.trim()
    const valueColumn = equals === -1 ? raw.length + 1 : equals + 2 + (after.length - after.trimStart().length)
    lines.push({ line, column: keyColumn, key, path, value, valueColumn, ignoresErrors })
  }
  return { lines, problems }
}

/** A text for a message: one line of at most 60 characters. */
export function shorten(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ')
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain
}
