import { isHostwrightError } from '@hostwright/core'
import { plain } from './plain.ts'
import { paint, type Style } from './style.ts'

/** An error as plain JSON. `INTERNAL` stands for a mistake in Hostwright or a plugin. */
export interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly subject?: string
  readonly hint?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** The JSON form of anything that was thrown. */
export function errorDocument(error: unknown): ErrorDocument {
  if (isHostwrightError(error)) {
    const { code, message, subject, hint, data } = error
    return { code, message, ...(subject === undefined ? {} : { subject }), ...(hint === undefined ? {} : { hint }), ...(data === undefined ? {} : { data }) }
  }
  return { code: 'INTERNAL', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
}

/** An error in lines: what failed, what to do now, and its causes if `verbose`. */
export function renderError(error: unknown, style: Style, verbose: boolean): string[] {
  const { message, hint, code } = errorDocument(error)
  const [first = '', ...rest] = plain(message, true).split('\n')
  const lines = [`${paint(style, '✖', 'bad')} ${first}`, ...rest.map((line) => `  ${line}`)]
  if (hint !== undefined)
    lines.push(
      ...plain(hint, true)
        .split('\n')
        .map((line) => `  ${line}`),
    )
  if (!verbose) return lines
  lines.push(paint(style, `  code ${code}`, 'dim'))
  for (let cause: unknown = error instanceof Error ? error.cause : undefined; cause instanceof Error; cause = cause.cause)
    lines.push(paint(style, `  because ${plain(cause.message)}`, 'dim'))
  if (code === 'INTERNAL' && error instanceof Error)
    lines.push(
      ...plain(error.stack ?? '', true)
        .split('\n')
        .slice(1)
        .map((line) => paint(style, line, 'dim')),
    )
  return lines
}
