import type { Cell, Column } from '@hostwright/core'
import { cellText, cellTone, paint, type Style } from './style.ts'
import { displayWidth, pad } from './width.ts'
import { wrap } from './wrap.ts'

const gap = 2
const narrowest = 8
/** A column is not made narrower than this while its cells can stand below the row. */
const readableWidth = 16

/** How a table is drawn besides what its columns say. */
export interface TableOptions {
  /** Spaces before each line. */
  readonly indent?: number
  /** The first column is a mark: one space behind it instead of two. */
  readonly marked?: boolean
  /** Whether the titles are drawn; default: if there are any. */
  readonly titles?: boolean
}

/**
 * A table in lines; see {@link renderRows}. Columns that could only be narrowed beyond reading, those with the largest number
 * first, give up their place: their cells stand below the row instead, each behind its title.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: Style, options: TableOptions = {}): string[] {
  const below = columnsBelow(columns, rows, style, options)
  const beside = columns.map((_, index) => index).filter((index) => !below.includes(index))
  const { head, body } = renderRows(
    beside.map((index) => columns[index] ?? { title: '' }),
    rows.map((row) => beside.map((index) => row[index] ?? '')),
    style,
    options,
  )
  const titled = drawsTitles(columns, options)
  return [
    ...head,
    ...body.flatMap((lines, number) => [...lines, ...below.flatMap((index) => cellBelow(columns[index], rows[number]?.[index] ?? '', titled, style, options))]),
  ]
}

/** The columns, by their index, that leave the others room if their cells stand below the row. */
function columnsBelow(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: Style, options: TableOptions): readonly number[] {
  const natural = naturalWidths(columns, rows, drawsTitles(columns, options))
  const ranks = [...new Set(columns.map(({ shrink = 0 }) => shrink))].filter((rank) => rank > 0).toSorted((a, b) => b - a)
  const limits = [Infinity, ...ranks]
  const readable = (limit: number): boolean => {
    const kept = columns.flatMap((column, index) => ((column.shrink ?? 0) < limit ? [index] : []))
    const available = availableWidth(kept.length, style, options)
    const widths = fitWidths(
      kept.map((index) => columns[index] ?? { title: '' }),
      kept.map((index) => natural[index] ?? 0),
      available,
    )
    return (
      widths.reduce((sum, width) => sum + width, 0) <= available && kept.every((index, at) => (widths[at] ?? 0) >= Math.min(natural[index] ?? 0, readableWidth))
    )
  }
  const limit = limits.find((each) => readable(each)) ?? limits.at(-1) ?? Infinity
  const chosen = columns.flatMap(({ shrink = 0 }, index) => (shrink >= limit ? [index] : []))
  return chosen.length === columns.length ? chosen.slice(1) : chosen
}

function cellBelow(column: Column | undefined, cell: Cell, titled: boolean, style: Style, options: TableOptions): readonly string[] {
  const text = cellText(cell)
  if (text === '') return []
  const indent = (options.indent ?? 0) + 4
  const label = titled && column !== undefined && column.title !== '' ? `${column.title}: ` : ''
  return wrap(label + text, Math.max(20, style.columns - indent)).map((line, number) => {
    const own = number === 0 ? label.slice(0, line.length) : ''
    return ' '.repeat(indent) + paint(style, own, 'dim') + paint(style, line.slice(own.length), cellTone(cell))
  })
}

function drawsTitles(columns: readonly Column[], options: TableOptions): boolean {
  return options.titles ?? columns.some(({ title }) => title !== '')
}

function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[], titles: boolean): number[] {
  return columns.map((column, index) => Math.max(titles ? displayWidth(column.title) : 0, ...rows.map((row) => displayWidth(cellText(row[index] ?? '')))))
}

function availableWidth(columnCount: number, style: Style, options: TableOptions): number {
  return style.columns - (options.indent ?? 0) - gap * (columnCount - 1) + (options.marked === true ? 1 : 0)
}

/**
 * The lines of a table: those of its titles, and for each row its own. If it is too wide, columns that may shrink are narrowed, those with the largest number first, and
 * their cells wrapped; what then still does not fit runs over the edge rather than being cut.
 */
export function renderRows(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  options: TableOptions = {},
): { readonly head: readonly string[]; readonly body: readonly (readonly string[])[] } {
  const indent = ' '.repeat(options.indent ?? 0)
  const titles = drawsTitles(columns, options)
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index] ?? '')))
  const widths = fitWidths(columns, naturalWidths(columns, rows, titles), availableWidth(columns.length, style, options))
  const line = (pieces: readonly string[], tones: readonly Cell[]): string =>
    indent +
    pieces
      .map((piece, index) => {
        const cell = tones[index]
        const filled = pad(piece, widths[index] ?? 0, columns[index]?.align)
        const blank = filled.length - filled.trimEnd().length
        const last = index === pieces.length - 1
        return (
          paint(style, filled.trimEnd(), cell === undefined ? undefined : cellTone(cell)) +
          (last ? '' : filled.slice(filled.length - blank) + ' '.repeat(index === 0 && options.marked === true ? 1 : gap))
        )
      })
      .join('')
  const body = rows.map((row, number) => {
    const cells = columns.map((_, index) => wrap(texts[number]?.[index] ?? '', widths[index] ?? 0))
    const height = Math.max(1, ...cells.map((cell) => cell.length))
    return Array.from({ length: height }, (_, at) =>
      line(
        cells.map((cell) => cell[at] ?? ''),
        columns.map((__, index) => row[index] ?? ''),
      ).trimEnd(),
    )
  })
  const head = titles
    ? [
        line(
          columns.map(({ title }) => title),
          columns.map(({ title }) => ({ text: title, tone: 'dim' })),
        ).trimEnd(),
      ]
    : []
  return { head, body }
}

/** The widths of columns that may have `available` columns together. */
function fitWidths(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  const ranks = [...new Set(columns.map(({ shrink = 0 }) => shrink))].filter((rank) => rank > 0).toSorted((a, b) => b - a)
  for (const rank of ranks) {
    const members = columns.flatMap(({ shrink = 0 }, index) => (shrink === rank ? [index] : []))
    while (excess > 0) {
      const widest = members.reduce((best, index) => ((widths[index] ?? 0) > (widths[best] ?? 0) ? index : best), members[0] ?? 0)
      const width = widths[widest] ?? 0
      if (width <= narrowest) break
      const next = Math.max(narrowest, ...members.filter((index) => index !== widest).map((index) => widths[index] ?? 0))
      const cut = Math.min(excess, Math.max(1, width - next), width - narrowest)
      widths[widest] = width - cut
      excess -= cut
    }
  }
  return widths
}
