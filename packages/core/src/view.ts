import type { Finding } from './finding.ts'
import type { Plan } from './plan.ts'

/** Meaning of a piece of text; a renderer chooses colours, weights or nothing for it. */
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'strong' | 'accent'

/** Text with or without a tone. */
export type Cell = string | { readonly text: string; readonly tone: Tone }

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Narrowed first when the table is too wide; the largest number goes first. Default 0: never narrowed. */
  readonly shrink?: number
}

/**
 * What an operation's output looks like to a person, as data: the terminal, the dashboard and the REPL each draw it.
 */
export type View =
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[]; readonly empty?: string }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [label: string, value: Cell])[] }
  | { readonly kind: 'lines'; readonly lines: readonly Cell[] }
  | { readonly kind: 'group'; readonly title?: Cell; readonly children: readonly View[] }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
