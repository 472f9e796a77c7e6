import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import {
  close,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { HostwrightError } from '../errors.ts'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { WriteOptions } from '../file-tree.ts'
import { plainText } from './plain-text.ts'
import { errnoOf, fileError, fromSystemError } from './system-error.ts'

/**
 * Replaces or creates a file as a whole: a file beside it is written, synced and renamed over it, then the directory is
 * synced. A symbolic link at the path stays, and the file that it leads to is replaced.
 */
export async function replaceFile(path: string, content: Uint8Array, options: WriteOptions): Promise<void> {
  let temporary: Buffer | undefined
  let fd: number | undefined
  try {
    const { native, before } = followLinks(path)
    const directory = native.subarray(0, Math.max(native.lastIndexOf(0x2f), 1))
    const candidate = Buffer.concat([directory, Buffer.from(`/.hostwright-${randomBytes(8).toString('hex')}`)])
    fd = openSync(candidate, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
    temporary = candidate
    for (let written = 0; written < content.length;) written += writeSync(fd, content, written)
    applyOwner(fd, before, options)
    await sync(fd)
    closeSync(fd)
    fd = undefined
    renameSync(temporary, native)
    temporary = undefined
    await syncDirectory(directory)
  } catch (error) {
    throw fromSystemError(error, 'write', path)
  } finally {
    if (fd !== undefined) close(fd, () => {})
    if (temporary !== undefined) removeQuietly(temporary)
  }
}

/** The path that symbolic links at the end of the given one lead to, and what is there. */
function followLinks(path: string): { readonly native: Buffer; readonly before: Stats | undefined } {
  let native = Buffer.from(encodeFileName(path))
  for (let links = 0; links <= 40; links += 1) {
    const before = lstatSync(native, { throwIfNoEntry: false })
    if (before === undefined || before.isFile()) return { native, before }
    if (!before.isSymbolicLink()) throw notReplaceable(decodeFileName(native), before)
    const target = readlinkSync(native, { encoding: 'buffer' })
    native = target[0] === 0x2f ? target : Buffer.concat([native.subarray(0, native.lastIndexOf(0x2f) + 1), target])
  }
  throw fileError({ errno: 'ELOOP', verb: 'write', path })
}

/** The mode last: a change of owner clears the set-uid bit. */
function applyOwner(fd: number, before: Stats | undefined, options: WriteOptions): void {
  const made = fstatSync(fd)
  const uid = options.uid ?? before?.uid ?? made.uid
  const gid = options.gid ?? before?.gid ?? made.gid
  if (uid !== made.uid || gid !== made.gid) fchownSync(fd, uid, gid)
  fchmodSync(fd, options.mode ?? (before === undefined ? 0o644 : before.mode & 0o7777))
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(fd, (error) => (error === null ? resolve() : reject(error))))
}

async function syncDirectory(directory: Buffer): Promise<void> {
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await sync(fd)
  } catch (error) {
    // Some file systems have nothing to sync for a directory and say so.
    if (errnoOf(error) !== 'EINVAL') throw error
  } finally {
    closeSync(fd)
  }
}

function removeQuietly(path: Buffer): void {
  try {
    unlinkSync(path)
  } catch {
    // The first error is the one to report.
  }
}

function notReplaceable(path: string, stat: Stats): HostwrightError {
  const what = stat.isDirectory() ? 'a directory' : 'a device, fifo or socket'
  return new HostwrightError('INVALID_INPUT', `cannot write ${plainText(path)}: it is ${what}`, {
    subject: path,
    hint: 'Only regular files are replaced as a whole.',
  })
}
