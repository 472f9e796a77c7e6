import { quoteArgument, type Cell, type Column, type Finding, type Severity, type Tone } from '@hostwright/core'
import type { Style } from './style.ts'
import { renderTable } from './table.ts'

const order: readonly Severity[] = ['error', 'warning', 'info', 'ok']

/** How each severity is marked. */
export const severityMarks: Readonly<Record<Severity, { readonly mark: string; readonly tone: Tone }>> = {
  error: { mark: '✖', tone: 'bad' },
  warning: { mark: '▲', tone: 'warn' },
  info: { mark: '·', tone: 'accent' },
  ok: { mark: '✔', tone: 'good' },
}

const columns: readonly Column[] = [{ title: '' }, { title: '' }, { title: '', shrink: 1 }, { title: '', shrink: 3 }, { title: '', shrink: 2 }]

/** Findings, the worst first, with the command that helps; what is fine stands in one line at the end, or in full if `verbose`. */
export function renderFindings(findings: readonly Finding[], style: Style, options: { readonly program: string; readonly verbose?: boolean }): string[] {
  const shown = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity && (severity !== 'ok' || options.verbose === true)))
  const rows = shown.flatMap((finding): Cell[][] => {
    const { mark, tone } = severityMarks[finding.severity]
    const command = finding.command === undefined ? '' : [options.program, ...finding.command.map(quoteArgument)].join(' ')
    const evidence = options.verbose === true ? (finding.evidence ?? []) : []
    return [
      [{ text: mark, tone }, finding.domain, finding.subject, finding.message, { text: command, tone: 'accent' }],
      ...evidence.map((line): Cell[] => ['', '', '', { text: line, tone: 'dim' }, '']),
    ]
  })
  const fine = options.verbose === true ? [] : findings.filter(({ severity }) => severity === 'ok')
  const lines = renderTable(columns, rows, style, { indent: 2, marked: true })
  if (fine.length > 0)
    lines.push(
      ...renderTable(
        [{ title: '' }, { title: '', shrink: 1 }],
        [[{ text: '✔', tone: 'good' }, [...new Set(fine.map(({ subject }) => subject))].join(', ')]],
        style,
        { indent: 2, marked: true },
      ),
    )
  return lines
}
