import type { TunedSystem } from './runtime.ts'

/** What a function gives: its text, or why there is none. Without a text tuned leaves the call standing as it is. */
export type FunctionResult = { readonly text: string } | { readonly failed: string; readonly notRun?: true }

/** A function of tuned's profiles. */
export interface TunedFunction {
  /** Least and most arguments; `most` 0 is any number. */
  readonly least: number
  readonly most: number
  run(args: readonly string[], system: TunedSystem, where: string): Promise<FunctionResult> | FunctionResult
}

/** A function's text. */
export function text(value: string): FunctionResult {
  return { text: value }
}

/** Why a function has no text. */
export function failed(reason: string): FunctionResult {
  return { failed: reason }
}
