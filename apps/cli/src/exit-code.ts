import { isHostwrightError, type ErrorCode } from '@hostwright/core'

/** What the exit code of the command says. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unsupported: 3,
  pending: 4,
  undone: 5,
  undoFailed: 6,
  cancelled: 130,
} as const

/** The exit codes with their meaning, for the manual. */
export const exitCodeMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [exitCodes.done, 'Done; or nothing had to be done.'],
  [exitCodes.failed, 'Failed; nothing was changed unless the message says so.'],
  [exitCodes.usage, 'The command line, a configuration or another input is not valid. Nothing was changed.'],
  [exitCodes.unsupported, 'This host, kernel or backend cannot do it. Nothing was changed.'],
  [exitCodes.pending, 'Under --check: changes are pending.'],
  [exitCodes.undone, 'A step failed, and everything was undone.'],
  [exitCodes.undoFailed, 'A step failed, and the undo is incomplete; the message lists what is left.'],
  [exitCodes.cancelled, 'Cancelled by a signal; what had been changed was undone.'],
]

const codes: Readonly<Partial<Record<ErrorCode, number>>> = {
  INVALID_INPUT: exitCodes.usage,
  PARSE_ERROR: exitCodes.usage,
  UNSUPPORTED: exitCodes.unsupported,
  APPLY_FAILED: exitCodes.undone,
  UNDO_FAILED: exitCodes.undoFailed,
  ABORTED: exitCodes.cancelled,
}

/** The exit code for something that was thrown. */
export function exitCodeFor(error: unknown): number {
  return (isHostwrightError(error) ? codes[error.code] : undefined) ?? exitCodes.failed
}
