import type { Cell, View } from '../view.ts'

/**
 * How plain JSON looks to a person where an operation says nothing about it: a list of objects as a table, an object as
 * its fields, with what is nested below them.
 */
export function defaultView(value: unknown): View {
  if (Array.isArray(value)) return listView(value)
  if (isRecord(value)) return recordView(value)
  return { kind: 'lines', lines: value === undefined || value === null ? [] : String(value).split('\n') }
}

function listView(values: readonly unknown[]): View {
  if (values.length > 0 && values.every(isRecord)) {
    const keys = [...new Set(values.flatMap((value) => Object.keys(value)))].filter((key) => values.some((value) => isShort(value[key])))
    return {
      kind: 'table',
      columns: keys.map((key) => ({ title: label(key), align: values.every((value) => typeof (value[key] ?? 0) === 'number') ? 'right' : 'left', shrink: 1 })),
      rows: values.map((value) => keys.map((key) => cell(value[key]))),
    }
  }
  return { kind: 'lines', lines: values.map(cell) }
}

function recordView(value: Readonly<Record<string, unknown>>): View {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  const short = entries.filter(([, member]) => isShort(member))
  const long = entries.filter(([, member]) => !isShort(member))
  const fields: View = { kind: 'fields', fields: short.map(([key, member]) => [label(key), cell(member)]) }
  if (long.length === 0) return fields
  const groups: View[] = long.map(([key, member]) => ({ kind: 'group', title: { text: label(key), tone: 'strong' }, children: [defaultView(member)] }))
  return { kind: 'group', children: short.length === 0 ? groups : [fields, ...groups] }
}

function cell(value: unknown): Cell {
  if (value === undefined || value === null) return { text: '-', tone: 'dim' }
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value))
    return value.length === 0 ? { text: '-', tone: 'dim' } : value.map((member) => (isRecord(member) ? JSON.stringify(member) : String(member))).join(', ')
  return isRecord(value) ? JSON.stringify(value) : String(value)
}

function isShort(value: unknown): boolean {
  return Array.isArray(value) ? value.every((member) => typeof member !== 'object') : !isRecord(value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `sizeBytes` as `size bytes`. */
function label(key: string): string {
  return key.replaceAll(/(?<=[a-z\d])(?=[A-Z])/gu, ' ').toLowerCase()
}
