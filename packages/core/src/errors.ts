/**
 * Every code that a {@link HostwrightError} can carry. The list is part of the API: a code keeps its meaning,
 * and `docs/errors.md` explains each one.
 */
export type ErrorCode =
  /** A value from outside (argument, file, plan) is not valid. Nothing was changed. */
  | 'INVALID_INPUT'
  /** Text or bytes do not follow their format; see {@link ParseError}. */
  | 'PARSE_ERROR'
  /** The named object (file, profile, transaction, host …) does not exist. */
  | 'NOT_FOUND'
  /** The object exists already. */
  | 'ALREADY_EXISTS'
  /** The caller may not do this: wrong user, missing capability, read-only attribute. */
  | 'PERMISSION_DENIED'
  /** This host, kernel or backend cannot do this. */
  | 'UNSUPPORTED'
  /** The host is not in the state that the plan was made from. Nothing was changed. */
  | 'CONFLICT'
  /** Another transaction holds the host. Nothing was changed. */
  | 'LOCKED'
  /** An earlier transaction did not end: it must be recovered first. Nothing was changed. */
  | 'RECOVERY_NEEDED'
  /** The time given for the work ran out; what was started was ended. */
  | 'TIMEOUT'
  /** The caller's signal aborted the work; what was started was ended. */
  | 'ABORTED'
  /** The program is not there. */
  | 'COMMAND_NOT_FOUND'
  /** The program ran and ended with a failure or a signal. */
  | 'COMMAND_FAILED'
  /** A command printed more than the caller allowed, or a file is larger than the caller allowed. */
  | 'OUTPUT_LIMIT'
  /** No connection could be made: refused, unreachable, or the name is unknown. */
  | 'CONNECTION_FAILED'
  /** A connection that had been made broke. */
  | 'CONNECTION_LOST'
  /** The host refused every key, agent identity and password that was offered. */
  | 'AUTHENTICATION_FAILED'
  /** The host's key is in no known_hosts file. */
  | 'HOST_KEY_UNKNOWN'
  /** The host's key differs from the one in known_hosts: a new installation, or someone in between. */
  | 'HOST_KEY_CHANGED'
  /** The file system or quota is full. */
  | 'NO_SPACE'
  /** The file system is mounted read-only. */
  | 'READ_ONLY'
  /** Input or output failed for another reason; the cause has the system's error. */
  | 'IO_ERROR'
  /** A step of a plan failed, and every step before it was undone. */
  | 'APPLY_FAILED'
  /** The undo did not restore everything; the details list what is left. It can be run again. */
  | 'UNDO_FAILED'
  /** A confirmation came too late, or for a transaction that does not wait for one. */
  | 'NOT_AWAITING'
  /** The confirmation came over the connection that applied the change, so it proves nothing. */
  | 'SAME_CONNECTION'
  /** A transaction's directory is damaged beyond what its undo script can repair. */
  | 'DATA_CORRUPT'
  /** A replayed or fake host was asked for something that it has no answer to. */
  | 'NOT_RECORDED'

/** What a {@link HostwrightError} is made of, besides its code and its message. */
export interface ErrorDetails {
  /** The object concerned: a path, host, profile, command, or `file:line:column`. */
  readonly subject?: string
  /** What to do now, as a full sentence or a command line. */
  readonly hint?: string
  /** The error that led to this one. */
  readonly cause?: unknown
  /** More facts, plain JSON, for programs. */
  readonly data?: Readonly<Record<string, unknown>>
}

/**
 * The one error class of Hostwright: a documented code, the object concerned, what to do now, and the cause.
 *
 * @example
 * ```ts
 * import { HostwrightError } from '@hostwright/core'
 *
 * const error = new HostwrightError('NOT_FOUND', 'no profile is called `servr`', { hint: 'Did you mean `server`?' })
 * console.log(error.code, error.hint)
 * ```
 */
export class HostwrightError extends Error {
  override readonly name: string = 'HostwrightError'
  readonly code: ErrorCode
  readonly subject: string | undefined
  readonly hint: string | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.subject = details.subject
    this.hint = details.hint
    this.data = details.data
  }

  /** The error as plain JSON, without its stack and cause. */
  toJSON(): { code: ErrorCode; message: string; subject?: string; hint?: string; data?: Readonly<Record<string, unknown>> } {
    return {
      code: this.code,
      message: this.message,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.data === undefined ? {} : { data: this.data }),
    }
  }
}

/** Where in a text something stands. Lines and columns count from 1, columns in characters. */
export interface SourcePosition {
  /** A file name or another name of the source. */
  readonly source: string
  readonly line: number
  readonly column: number
}

/** Text that does not follow its format: where, what was expected and what was found. */
export class ParseError extends HostwrightError {
  override readonly name: string = 'ParseError'
  readonly position: SourcePosition

  constructor(position: SourcePosition, message: string, details: ErrorDetails = {}) {
    const subject = `${position.source}:${position.line}:${position.column}`
    super('PARSE_ERROR', `${subject}: ${message}`, { subject, ...details })
    this.position = position
  }
}

/** Whether a value is a {@link HostwrightError}, with this code if one is given. Works across copies of the package. */
export function isHostwrightError(value: unknown, code?: ErrorCode): value is HostwrightError {
  if (!(value instanceof Error) || !('code' in value) || !('hint' in value)) return false
  return code === undefined || value.code === code
}
