import type { View } from '@hostwright/core'
import { renderFields } from './fields.ts'
import { renderFindings } from './findings.ts'
import { renderPlan } from './plan.ts'
import { cellText, cellTone, paint, type Style } from './style.ts'
import { renderTable } from './table.ts'
import { wrap } from './wrap.ts'

/** How a view is drawn besides its style. */
export interface ViewOptions {
  /** The name of the program, for commands that findings offer. */
  readonly program: string
  /** Flags that the commands need to come to the same host. */
  readonly place?: readonly string[]
  readonly verbose?: boolean
  readonly explain?: boolean
}

/** A view in lines. */
export function renderView(view: View, style: Style, options: ViewOptions): string[] {
  switch (view.kind) {
    case 'table':
      return view.rows.length === 0 ? [view.empty ?? 'Nothing found.'] : renderTable(view.columns, view.rows, style)
    case 'fields':
      return renderFields(view.fields, style)
    case 'lines':
      return view.lines.flatMap((line) => wrapKeepingIndent(cellText(line), style.columns).map((text) => paint(style, text, cellTone(line))))
    case 'group':
      return renderGroup(view, style, options)
    case 'plan':
      return renderPlan(view.plan, style, options)
    case 'findings':
      return renderFindings(view.findings, style, options)
  }
}

/** Parts with a title are set off by a blank line from what stands before them. */
function renderGroup(view: Extract<View, { kind: 'group' }>, style: Style, options: ViewOptions): string[] {
  const { title } = view
  const lines = title === undefined ? [] : wrapKeepingIndent(cellText(title), style.columns).map((line) => paint(style, line, cellTone(title) ?? 'strong'))
  for (const [index, child] of view.children.entries()) {
    const drawn = renderView(child, style, options)
    const apart = (child.kind === 'group' && child.title !== undefined) || (index > 0 && view.children[index - 1]?.kind !== 'lines' && child.kind !== 'lines')
    if (drawn.length > 0 && apart && lines.length > 0 && index > 0) lines.push('')
    lines.push(...drawn)
  }
  return lines
}

function wrapKeepingIndent(text: string, columns: number): string[] {
  const indent = /^ */u.exec(text)?.[0] ?? ''
  if (columns === Infinity || indent.length > columns / 2) return [text]
  const [first = '', ...rest] = wrap(text.slice(indent.length), columns - indent.length)
  return [first, ...rest].map((line) => indent + line)
}
