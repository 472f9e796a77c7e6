import type { AnyOperation, Command, GlobalValues } from '@hostwright/core'
import type { SpanningContext, SpanningOperation } from './context.ts'
import type { Style } from './render/style.ts'
import type { Terminal } from './terminal.ts'

/** A command on its way: what was asked, with what it needs to be done and told. */
export interface Invocation {
  /** The arguments behind the program's name, as they were given. */
  readonly argv: readonly string[]
  readonly command: Command
  readonly operation: AnyOperation
  /** Present if the operation spans domains. */
  readonly spanning?: SpanningOperation
  /** Checked against the operation's schema. */
  readonly input: unknown
  readonly globals: GlobalValues
  readonly context: SpanningContext
  readonly terminal: Terminal
  readonly style: Style
}

/** How a command ended: its exit code and what `--json` gives. */
export interface Outcome {
  readonly exitCode: number
  readonly data: unknown
}
