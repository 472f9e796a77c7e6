import type { Severity } from '@hostwright/core'

/** What is wrong with a line. */
export type LintCode =
  /** The line is not well formed and does nothing. */
  | 'syntax'
  /** No kernel has this key. */
  | 'unknown-key'
  /** The kernel has it under another name or in another place. */
  | 'renamed'
  /** Kernels no longer have it. */
  | 'removed'
  /** Known, but this kernel, as it was built and with the modules and devices it has, does not have it. */
  | 'not-on-this-kernel'
  /** It can be set and changes nothing, or nothing reads the line. */
  | 'ineffective'
  /** The value is none that the kernel takes. */
  | 'out-of-range'
  /** A later line of another file sets another value. */
  | 'overridden'
  /** A later line of the same file sets another value. */
  | 'contradicts'
  /** The same value is set twice. */
  | 'duplicate'
  /** Two keys of which each resets the other are both set. */
  | 'twin-conflict'
  /** It cannot be taken back before a reboot. */
  | 'one-way'
  /** The running kernel has another value. */
  | 'differs-now'

/** One thing that the lint has to say about a line. */
export interface LintFinding {
  readonly file: string
  /** Counts from 1. */
  readonly line: number
  readonly column: number
  readonly severity: Exclude<Severity, 'ok'>
  readonly code: LintCode
  /** What the line sets: a sysctl name, `module.option` … */
  readonly key?: string
  /** One or two sentences. */
  readonly message: string
  /** What the line should be instead; the empty text means that it can go. */
  readonly fix?: string
}

const order: readonly LintFinding['severity'][] = ['error', 'warning', 'info']

/** Findings in the order of the files, then by line and column, the worst first at one place. */
export function sortFindings(findings: readonly LintFinding[], files: readonly string[]): readonly LintFinding[] {
  return findings.toSorted(
    (left, right) =>
      files.indexOf(left.file) - files.indexOf(right.file) ||
      left.line - right.line ||
      left.column - right.column ||
      order.indexOf(left.severity) - order.indexOf(right.severity),
  )
}
