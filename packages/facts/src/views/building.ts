import { formatSize, type Cell, type Column, type View } from '@hostwright/core'

/** Names and values; those without a value are left out. */
export function fieldsView(fields: readonly (readonly [label: string, value: Cell | undefined])[]): View {
  return { kind: 'fields', fields: fields.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value] as const])) }
}

/** A table; a title that starts with `#` is aligned to the right. Later columns give way first where the terminal is narrow. */
export function tableView(titles: readonly string[], rows: readonly (readonly (Cell | undefined)[])[], empty: string): View {
  // A column in which no row has anything would only take room.
  const used = titles.map((_, column) => rows.some((row) => row[column] !== undefined && row[column] !== ''))
  const columns: readonly Column[] = titles
    .map((title, index) => (title.startsWith('#') ? { title: title.slice(1), align: 'right' as const } : { title, shrink: index }))
    .filter((_, index) => used[index])
  return { kind: 'table', columns, rows: rows.map((row) => titles.flatMap((_, index) => (used[index] === true ? [row[index] ?? ''] : []))), empty }
}

/** A size for people, or nothing. */
export function sizeCell(bytes: number | undefined): string | undefined {
  return bytes === undefined ? undefined : formatSize(bytes)
}
