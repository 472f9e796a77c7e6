import type { Cell, Content, Plan, Risk, Step, Tone } from '@hostwright/core'
import { describeAction, describeUndo, stateBefore, stepMark } from './action.ts'
import { diffLines, type DiffLine } from './diff.ts'
import { plain } from './plain.ts'
import { paint, type Style } from './style.ts'
import { renderRows, renderTable } from './table.ts'
import { wrap } from './wrap.ts'

/** How a plan is drawn. */
export interface PlanOptions {
  /** Show each action and its undo, and the differences of files in full. */
  readonly explain?: boolean
}

const riskTones: Readonly<Record<Risk, Tone>> = { safe: 'dim', disruptive: 'warn', destructive: 'bad' }
const markTones: Readonly<Record<string, Tone>> = { '+': 'good', '-': 'bad', '~': 'accent', '*': 'accent' }
const shownDiffLines = 12

/** A plan as a difference: a line for each step with its risk, the reason, and the changed lines of files; then notes and a count. */
export function renderPlan(plan: Plan, style: Style, options: PlanOptions = {}): string[] {
  const lines: string[] = []
  // One table for all steps, so that the risks stand below each other; what explains a step goes between its rows.
  const { body } = renderRows(
    [{ title: '' }, { title: '', shrink: 1 }, { title: '' }],
    plan.steps.map((step) => stepRow(plan, step)),
    style,
    { indent: 2, marked: true },
  )
  for (const [index, step] of plan.steps.entries()) lines.push(...(body[index] ?? []), ...stepDetails(plan, step, style, options))
  for (const note of plan.notes) {
    const [mark, tone] = note.level === 'warning' ? (['▲', 'warn'] as const) : (['·', 'accent'] as const)
    lines.push(
      ...renderTable([{ title: '' }, { title: '', shrink: 1 }], [[{ text: mark, tone }, `${note.subject}: ${note.message}`]], style, {
        indent: 2,
        marked: true,
      }),
    )
  }
  lines.push(summarizePlan(plan))
  return lines
}

/** How many changes there are and what is to be minded about them: `4 changes, 1 disruptive`. */
export function summarizePlan(plan: Plan): string {
  const count = plan.steps.length
  if (count === 0) return 'Nothing to change.'
  const parts = [`${count} ${count === 1 ? 'change' : 'changes'}`]
  for (const risk of ['disruptive', 'destructive'] as const) {
    const number = plan.steps.filter((step) => step.risk === risk).length
    if (number > 0) parts.push(`${number} ${risk}`)
  }
  const irreversible = plan.steps.filter(({ undo }) => undo.kind === 'none').length
  if (irreversible > 0) parts.push(`${irreversible} cannot be undone`)
  const reboot = plan.steps.filter(({ effect }) => effect === 'reboot').length
  if (reboot > 0) parts.push(`${reboot} after a reboot`)
  return `${parts.join(', ')}.`
}

function stepRow(plan: Plan, step: Step): Cell[] {
  const mark = stepMark(plan, step)
  const risk = `${step.risk}${step.undo.kind === 'none' ? ', no undo' : ''}${step.effect === 'reboot' ? ', after a reboot' : ''}`
  return [{ text: mark, tone: markTones[mark] ?? 'accent' }, step.summary, { text: risk, tone: riskTones[step.risk] }]
}

function stepDetails(plan: Plan, step: Step, style: Style, options: PlanOptions): string[] {
  const indent = ' '.repeat(4)
  const text = (line: string, tone: Tone): string[] =>
    wrap(plain(line), Math.max(20, style.columns - indent.length)).map((part) => indent + paint(style, part, tone))
  const lines: string[] = []
  if (step.why !== undefined || step.source !== undefined)
    lines.push(...text([step.why, step.source === undefined ? undefined : `(${step.source})`].filter((part) => part !== undefined).join(' '), 'dim'))
  if (step.undo.kind === 'none') lines.push(...text(`cannot be undone: ${step.undo.reason}`, 'warn'))
  lines.push(...fileDifference(plan, step, style, options).map((line) => indent + line))
  if (options.explain === true) {
    lines.push(...text(`does  ${describeAction(step.action)}`, 'accent'))
    for (const [index, line] of describeUndo(plan, step).entries()) lines.push(...text(`${index === 0 ? 'undo  ' : 'then  '}${line}`, 'accent'))
  }
  return lines
}

function fileDifference(plan: Plan, step: Step, style: Style, options: PlanOptions): string[] {
  const { action } = step
  if (action.kind !== 'write') return []
  const before = stateBefore(plan, step)
  const from = before?.type === 'file' ? textOf(before.content) : ''
  const to = textOf(action.content)
  if (from === undefined || to === undefined || before === undefined) return [paint(style, 'contents are not text', 'dim')]
  const difference = diffLines(from, to)
  const shown = options.explain === true ? difference : difference.slice(0, shownDiffLines)
  const lines = shown.map((line) => drawDiffLine(line, style))
  const rest = difference.length - shown.length
  return rest > 0 ? [...lines, paint(style, `… ${rest} more ${rest === 1 ? 'line' : 'lines'}: --explain shows all`, 'dim')] : lines
}

function drawDiffLine({ kind, text }: DiffLine, style: Style): string {
  if (kind === 'skipped') return paint(style, `  … ${text}`, 'dim')
  const mark = kind === 'added' ? '+' : kind === 'removed' ? '-' : ' '
  return paint(style, `${mark} ${plain(text)}`.trimEnd(), kind === 'added' ? 'good' : kind === 'removed' ? 'bad' : 'dim')
}

function textOf(content: Content): string | undefined {
  return 'text' in content ? content.text : undefined
}
