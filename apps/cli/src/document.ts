import type { Terminal } from './terminal.ts'
import type { ErrorDocument } from './render/error.ts'

/** What stands in every JSON document that the command prints as its last line. */
export interface ResultDocument {
  readonly type: 'result'
  /** Of this form; it rises when a field changes its meaning or goes away. */
  readonly version: 1
  readonly ok: boolean
  /** The words of the command; empty if they could not be made out. */
  readonly command: string
  /** The host that it worked on; absent if it needed none or did not get that far. */
  readonly host?: string
  readonly exitCode: number
  /** The operation's output, if it went well. */
  readonly data?: unknown
  /** What went wrong, if it did not. */
  readonly error?: ErrorDocument
}

/** Prints the result of a command as JSON: one line, spread over several for a person at a terminal. */
export function writeResult(terminal: Terminal, result: Omit<ResultDocument, 'type' | 'version'>): void {
  const document: ResultDocument = { type: 'result', version: 1, ...result }
  terminal.stdout.write(`${JSON.stringify(document, undefined, terminal.stdout.isTerminal ? 2 : undefined)}\n`)
}

/** Prints a member of a sequence: always one line. */
export function writeEvent(terminal: Terminal, event: unknown): void {
  terminal.stdout.write(`${JSON.stringify(event)}\n`)
}
