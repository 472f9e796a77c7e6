import type { Cell } from '@hostwright/core'
import { cellText, cellTone, paint, type Style } from './style.ts'
import { displayWidth, pad } from './width.ts'
import { wrap } from './wrap.ts'

/** Labels and values in two columns; long values go on below themselves. */
export function renderFields(fields: readonly (readonly [label: string, value: Cell])[], style: Style): string[] {
  const column = Math.max(0, ...fields.map(([label]) => displayWidth(label))) + 2
  const width = Math.max(20, style.columns - column)
  return fields.flatMap(([label, value]) => {
    const lines = wrap(cellText(value), width).map((line) => paint(style, line, cellTone(value)))
    return lines.map((line, index) => (index === 0 ? paint(style, pad(label, column), 'dim') : ' '.repeat(column)) + line).map((line) => line.trimEnd())
  })
}
