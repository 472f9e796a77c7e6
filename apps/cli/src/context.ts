import type { AnyOperation, CommandCatalogue, Domain, OperationContext, View } from '@hostwright/core'

/** What an operation that spans domains gets besides its input. */
export interface SpanningContext extends OperationContext {
  readonly catalogue: CommandCatalogue
  readonly version: string
  /** Columns for text that is laid out by the operation itself. */
  readonly columns: number
  /** What relative file names are relative to. */
  readonly cwd: string
  /** The file of the desired state, if one was named. */
  readonly configFile?: string
  /** Where the host keeps its transactions, if not in the usual place. */
  readonly stateDirectory?: string
  /** Every domain, those of plugins included. */
  domains(): Promise<readonly Domain[]>
}

/** An operation that spans domains, and how the command treats it. */
export interface SpanningOperation {
  readonly operation: AnyOperation
  /** Its output has the one field `text`, which is printed as it is. */
  readonly verbatim?: boolean
  /** Works without a host. */
  readonly offline?: boolean
  /** What to do with its output, as words behind the program's name, and what that is good for. */
  next?(output: unknown): { readonly text: string; readonly words: readonly string[] } | undefined
  /** What it would do, for `--dry-run`, where there is no plan to show. */
  preview?(context: SpanningContext, input: unknown): Promise<View>
}
