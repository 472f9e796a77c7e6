import { posix } from 'node:path'
import type * as z from 'zod'
import type { EventBase } from './event.ts'
import type { Host } from './host.ts'
import type { Plan } from './plan.ts'
import type { View } from './view.ts'

/** What an operation gets besides its input. */
export interface OperationContext {
  readonly host: Host
  readonly signal?: AbortSignal
  /** Takes events of long work (progress and the like). */
  readonly report?: (event: EventBase) => void
  /** Where the host keeps its transactions, if not in the usual place. */
  readonly stateDirectory?: string
  /** The directory of the host in which the user stands; missing if that is another machine or not known. */
  readonly directory?: string
}

/** A path of the user's as an absolute one: a relative path starts where the user stands, and stays as it is where that is not known. */
export function pathOnHost(context: Pick<OperationContext, 'directory'>, path: string): string {
  return context.directory === undefined ? path : posix.resolve(context.directory, path)
}

/** What query and change operations have in common. */
export interface OperationBase<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  /** The words of the command: `tuning profile show`. */
  readonly name: string
  /** One line, no full stop, in the imperative: `Show what a profile sets`. */
  readonly summary: string
  /** Paragraphs for the manual page. */
  readonly description?: string
  /** The parameters. Each field's `.describe()` is its help text, `.default()` its default. */
  readonly input: I
  /** Fields of the input that are given without a flag, in order. The last one may be an array: it takes the rest. */
  readonly positionals?: readonly string[]
  /** The last positional takes everything after `--` as it is, as an argv. */
  readonly passthrough?: boolean
  /** What comes back, as plain JSON. */
  readonly output: O
  /** Command lines for help and manual, as argv after `hostwright`, with what each does. */
  readonly examples?: readonly { readonly argv: readonly string[]; readonly text: string }[]
  /** Values that a field can have here, for completion. */
  complete?(context: OperationContext, field: string, typed: string): Promise<readonly string[]>
  /** How the output looks to a person; default: derived from the shape of the output. */
  view?(output: z.output<O>, input: z.output<I>): View
  /** Exit code 4 under `--check` if this says that changes are pending; for queries that find drift. */
  pending?(output: z.output<O>): boolean
}

/** An operation that changes nothing. */
export interface QueryOperation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> extends OperationBase<I, O> {
  readonly kind: 'query'
  run(context: OperationContext, input: z.output<I>): Promise<z.output<O>>
}

/** An operation that changes the host, through a plan, or (such as a measured trial) by itself with its own undo. */
export interface ChangeOperation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> extends OperationBase<I, O> {
  readonly kind: 'change'
  /** The change as a plan; whoever calls the operation applies it. */
  plan?(context: OperationContext, input: z.output<I>): Promise<Plan>
  /** Does it, where there is no plan; where there is one, gives what is to be seen if `changes` says no. */
  run?(context: OperationContext, input: z.output<I>): Promise<z.output<O>>
  /** For an operation that only reads with some inputs: whether this input asks for a change. Default: always. */
  changes?(input: z.output<I>): boolean
}

/**
 * One thing that one can ask of Hostwright. Command line, help, completion, manual, HTTP routes, forms and the REPL are
 * derived from it.
 */
export type Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> = QueryOperation<I, O> | ChangeOperation<I, O>

// Methods are bivariant, so operations of any input fit a list.
/** An operation whose types are no longer known, as it stands in a domain's list. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyOperation = Operation<any, any>

/** Gives an operation its types; returns it unchanged. */
export function defineOperation<I extends z.ZodObject, O extends z.ZodType>(operation: Operation<I, O>): Operation<I, O> {
  return operation
}
