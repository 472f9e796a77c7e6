import type { Cell, Tone } from '@hostwright/core'
import { plain } from './plain.ts'

/** How output is drawn. */
export interface Style {
  /** Columns to draw in; `Infinity` where nothing has to fit, such as into a pipe. */
  readonly columns: number
  /** Whether tones become colours. */
  readonly color: boolean
}

const codes: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  dim: [2, 22],
  strong: [1, 22],
  accent: [36, 39],
}

/** The text in its tone; as it is where there are no colours. The text must be plain. */
export function paint(style: Style, text: string, tone: Tone | undefined): string {
  if (!style.color || tone === undefined || text === '') return text
  const [on, off] = codes[tone]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/** The text of a cell without control characters. */
export function cellText(cell: Cell): string {
  return plain(typeof cell === 'string' ? cell : cell.text)
}

/** The tone of a cell, if it has one. */
export function cellTone(cell: Cell): Tone | undefined {
  return typeof cell === 'string' ? undefined : cell.tone
}

/** What a terminal and its environment ask for: no colours under NO_COLOR, `TERM=dumb` or into a pipe, unless told otherwise. */
export function wantsColor(choice: 'auto' | 'always' | 'never', isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (choice !== 'auto') return choice === 'always'
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

/** The columns to draw in: `COLUMNS` if it is set, else the terminal's, else no limit. */
export function columnsOf(terminalColumns: number | undefined, env: Readonly<Record<string, string | undefined>>): number {
  const wanted = Number(env['COLUMNS'])
  if (Number.isSafeInteger(wanted) && wanted > 0) return Math.max(20, wanted)
  return terminalColumns === undefined || terminalColumns === 0 ? Infinity : Math.max(20, terminalColumns)
}
