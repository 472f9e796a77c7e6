import { isHostwrightError, type ErrorCode } from './errors.ts'
import type { FileTree } from './file-tree.ts'

/** What says that this file is not for us; a lost connection is not among them. */
const unreadable: readonly ErrorCode[] = ['NOT_FOUND', 'PERMISSION_DENIED', 'IO_ERROR', 'INVALID_INPUT', 'UNSUPPORTED']

/**
 * The names in a directory, sorted by bytes; none if it is not there or cannot be listed, as is usual below `/proc` and `/sys`.
 *
 * @throws the codes of the transport
 */
export async function listNames(fs: FileTree, path: string): Promise<readonly string[]> {
  try {
    return (await fs.list(path)).map((entry) => entry.name)
  } catch (error) {
    if (isUnreadable(error)) return []
    throw error
  }
}

/**
 * Where a symbolic link points, as it is stored; `undefined` if there is none or it cannot be read.
 *
 * @throws the codes of the transport
 */
export async function findLinkTarget(fs: FileTree, path: string): Promise<string | undefined> {
  try {
    return await fs.readlink(path)
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

/**
 * The first bytes of a file; `undefined` if it is not there or cannot be read.
 *
 * @throws the codes of the transport
 */
export async function findBytes(fs: FileTree, path: string, length: number, offset = 0): Promise<Uint8Array | undefined> {
  try {
    return await fs.read(path, { offset, length })
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

function isUnreadable(error: unknown): boolean {
  return isHostwrightError(error) && unreadable.includes(error.code)
}
