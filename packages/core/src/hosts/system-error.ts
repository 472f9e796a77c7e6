import { HostwrightError, type ErrorCode } from '../errors.ts'
import { plainText } from './plain-text.ts'

/** What a backend was doing when the system refused. */
export interface SystemFailure {
  /** The errno name, such as `ENOENT`. */
  readonly errno: string
  /** What was done, as a verb: `read`, `write`, `set` … */
  readonly verb: string
  readonly path: string
  readonly cause?: unknown
}

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'NOT_FOUND',
  ENOTDIR: 'NOT_FOUND',
  EEXIST: 'ALREADY_EXISTS',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
  ENOSPC: 'NO_SPACE',
  EDQUOT: 'NO_SPACE',
  EROFS: 'READ_ONLY',
  EOPNOTSUPP: 'UNSUPPORTED',
  ENOTSUP: 'UNSUPPORTED',
  ENOSYS: 'UNSUPPORTED',
  EISDIR: 'INVALID_INPUT',
  ENOTEMPTY: 'INVALID_INPUT',
  ENAMETOOLONG: 'INVALID_INPUT',
  EXDEV: 'INVALID_INPUT',
}

/** What a kernel attribute answers to a value that it does not take. */
const refusals: ReadonlySet<string> = new Set(['EINVAL', 'ERANGE', 'EDOM', 'EOVERFLOW', 'E2BIG'])

const wording: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'it exists already',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOTEMPTY: 'the directory is not empty',
  ENAMETOOLONG: 'the name is too long',
  EXDEV: 'the two paths are on different file systems',
  EINVAL: 'invalid argument',
  ERANGE: 'the value is out of range',
  EBUSY: 'it is in use',
  EIO: 'input/output error',
  EAGAIN: 'nothing can be read from it now',
  ELOOP: 'too many levels of symbolic links',
  ETXTBSY: 'the program is being executed',
  EOPNOTSUPP: 'the operation is not supported',
  ENOTSUP: 'the operation is not supported',
  ENOSYS: 'the kernel does not have this operation',
}

/** The {@link HostwrightError} for a failed file operation: a code, the path as subject, and a hint. */
export function fileError(failure: SystemFailure): HostwrightError {
  const { errno, verb, path } = failure
  const shown = plainText(path)
  const hint = hintFor(failure)
  return new HostwrightError(codeFor(failure), `cannot ${verb} ${shown}: ${reasonFor(failure)}`, {
    subject: path,
    ...(hint === undefined ? {} : { hint }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
    data: { errno },
  })
}

/** The errno name that a thrown value of Node carries, or `undefined`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/u.test(error.code) ? error.code : undefined
}

/** Turns what a system call of Node threw into a {@link HostwrightError}; a programmer's mistake stays as it is. */
export function fromSystemError(error: unknown, verb: string, path: string): unknown {
  const errno = errnoOf(error)
  if (errno === undefined || errno.startsWith('ERR_')) return error
  return fileError({ errno, verb, path, cause: error })
}

function codeFor({ errno, verb }: SystemFailure): ErrorCode {
  if (verb === 'set' && refusals.has(errno)) return 'INVALID_INPUT'
  if (verb === 'read the link' && errno === 'EINVAL') return 'INVALID_INPUT'
  return codes[errno] ?? 'IO_ERROR'
}

function reasonFor({ errno, verb }: SystemFailure): string {
  if (verb === 'set' && errno === 'EINVAL') return 'the kernel refuses the value (EINVAL)'
  if (verb === 'read the link' && errno === 'EINVAL') return 'it is not a symbolic link'
  const words = wording[errno]
  return words === undefined ? `the system says ${errno}` : `${words} (${errno})`
}

/** The error for a file that holds more than may be read of it. */
export function fileTooLarge(path: string, maxBytes: number): HostwrightError {
  return new HostwrightError('OUTPUT_LIMIT', `${plainText(path)} holds more than ${maxBytes} bytes`, {
    subject: path,
    hint: 'Read a part of it with `offset` and `length`, or allow more with `maxBytes`.',
    data: { maxBytes },
  })
}

function hintFor({ errno, verb, path }: SystemFailure): string | undefined {
  const attribute = path.startsWith('/proc/') || path.startsWith('/sys/')
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
      return attribute
        ? 'This kernel has no such attribute, or its module is not loaded.'
        : verb === 'write'
          ? 'Create its directory first.'
          : 'Check the path, and that each of its directories exists.'
    case 'EACCES':
    case 'EPERM':
      return attribute ? 'The attribute may be read-only, or changing it may need root.' : 'Run as root, or as the owner of the file.'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Free some space on the file system and try again.'
    case 'EROFS':
      return 'Mount the file system for writing first.'
    case 'EXDEV':
      return 'Copy the file and remove the old one instead.'
    case 'ENOTEMPTY':
      return 'Remove its entries first.'
    case 'EBUSY':
      return verb === 'write' ? 'If a file is mounted at this path, as containers do, unmount it first: it cannot be replaced as a whole.' : undefined
    case 'EINVAL':
      return verb === 'set' ? 'Read the attribute to see the form of its values, and the kernel log for a reason.' : undefined
    default:
      return undefined
  }
}
