import { quoteArgument, type Cell, type Column, type Finding, type Severity, type Tone } from '@hostwright/core'
import { plain } from './plain.ts'
import { paint, type Style } from './style.ts'
import { renderRows, renderTable } from './table.ts'
import { displayWidth } from './width.ts'
import type { ViewOptions } from './view.ts'
import { wrap } from './wrap.ts'

const order: readonly Severity[] = ['error', 'warning', 'info', 'ok']

/** How each severity is marked. */
export const severityMarks: Readonly<Record<Severity, { readonly mark: string; readonly tone: Tone }>> = {
  error: { mark: '✖', tone: 'bad' },
  warning: { mark: '▲', tone: 'warn' },
  info: { mark: '·', tone: 'accent' },
  ok: { mark: '✔', tone: 'good' },
}

/** The least width of a message beside its command, and beside its subject. */
const besideCommand = 40
const besideSubject = 30

/**
 * Findings, the worst first, with the command that helps; what is fine stands in one line at the end, or in full if `verbose`.
 * Where a line is too narrow for all of a finding, its command goes below it, and then its message too. A command is never broken:
 * it is there to be copied.
 */
export function renderFindings(findings: readonly Finding[], style: Style, options: Pick<ViewOptions, 'program' | 'place' | 'verbose'>): string[] {
  const verbose = options.verbose === true
  const shown = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity && (severity !== 'ok' || verbose)))
  const told = shown.map((finding): Told => ({
    ...severityMarks[finding.severity],
    finding,
    command: finding.command === undefined ? '' : plain([options.program, ...finding.command, ...(options.place ?? [])].map(quoteArgument).join(' ')),
    evidence: verbose ? (finding.evidence ?? []) : [],
  }))
  const lines = drawing(told, style)(told, style)
  const fine = verbose ? [] : findings.filter(({ severity }) => severity === 'ok')
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

interface Told {
  readonly finding: Finding
  readonly mark: string
  readonly tone: Tone
  readonly command: string
  readonly evidence: readonly string[]
}

/** The most compact drawing that leaves the messages readable. */
function drawing(told: readonly Told[], style: Style): (told: readonly Told[], style: Style) => string[] {
  const widest = (text: (each: Told) => string): number => Math.max(0, ...told.map((each) => displayWidth(plain(text(each)))))
  const message = widest(({ finding }) => finding.message)
  const left = style.columns - 2 - 2 - (widest(({ finding }) => finding.domain) + 2) - (widest(({ finding }) => finding.subject) + 2)
  const command = widest((each) => each.command)
  if (left - (command === 0 ? 0 : command + 2) >= Math.min(message, besideCommand)) return inOneLine
  return left >= Math.min(message, besideSubject) ? withCommandBelow : withMessageBelow
}

function inOneLine(told: readonly Told[], style: Style): string[] {
  const rows = told.flatMap(({ mark, tone, finding, command, evidence }): Cell[][] => [
    [{ text: mark, tone }, finding.domain, finding.subject, finding.message, { text: command, tone: 'accent' }],
    ...evidence.map((line): Cell[] => ['', '', '', { text: line, tone: 'dim' }, '']),
  ])
  return renderTable([{ title: '' }, { title: '' }, { title: '' }, { title: '', shrink: 1 }, { title: '' }], rows, style, { indent: 2, marked: true })
}

function withCommandBelow(told: readonly Told[], style: Style): string[] {
  const rows = told.flatMap(({ mark, tone, finding, evidence }): Cell[][] => [
    [{ text: mark, tone }, finding.domain, finding.subject, finding.message],
    ...evidence.map((line): Cell[] => ['', '', '', { text: line, tone: 'dim' }]),
  ])
  const columns: readonly Column[] = [{ title: '' }, { title: '' }, { title: '' }, { title: '', shrink: 1 }]
  const { body } = renderRows(columns, rows, style, { indent: 2, marked: true })
  const width = (text: (finding: Finding) => string): number => Math.max(0, ...told.map(({ finding }) => displayWidth(plain(text(finding)))))
  const indent = ' '.repeat(2 + 2 + width(({ domain }) => domain) + 2 + width(({ subject }) => subject) + 2)
  let row = 0
  return told.flatMap(({ command, evidence }) => {
    const own = body.slice(row, (row += 1 + evidence.length))
    return [...own.flat(), ...(command === '' ? [] : [indent + paint(style, command, 'accent')])]
  })
}

function withMessageBelow(told: readonly Told[], style: Style): string[] {
  const width = Math.max(20, style.columns - 4)
  return told.flatMap(({ mark, tone, finding, command, evidence }) => [
    `  ${paint(style, mark, tone)} ${plain(finding.domain)}  ${plain(finding.subject)}`,
    ...wrap(plain(finding.message), width).map((line) => `    ${line}`),
    ...evidence.flatMap((each) => wrap(plain(each), width).map((line) => `    ${paint(style, line, 'dim')}`)),
    ...(command === '' ? [] : [`    ${paint(style, command, 'accent')}`]),
  ])
}
