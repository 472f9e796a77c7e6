import { Buffer } from 'node:buffer'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  type Dirent,
  type Stats,
} from 'node:fs'
import { decodeFileName, encodeFileName, hasEscapedBytes } from '../file-name.ts'
import type { FileStat, FileType, HostFileSystem } from '../file-tree.ts'
import { replaceFile } from './atomic-write.ts'
import { attributeReader, writeInPlace } from './local-read.ts'
import { checkPath } from './path-check.ts'
import { errnoOf, fromSystemError } from './system-error.ts'

/** This machine's files. Every method works by synchronous system calls; `write` waits for the disk without blocking. */
export function localFileSystem(label: string): HostFileSystem {
  const reader = attributeReader()
  const stat = async (path: string): Promise<FileStat> => attempt('look at', path, (native) => toFileStat(statSync(native)))
  return {
    label,
    list: async (path) =>
      attempt('list', path, (native) =>
        readdirSync(native, { withFileTypes: true, encoding: 'buffer' })
          .sort((left, right) => Buffer.compare(left.name, right.name))
          .map((entry) => ({ name: decodeFileName(entry.name), type: entryType(entry, path) })),
      ),
    stat,
    lstat: async (path) => attempt('look at', path, (native) => toFileStat(lstatSync(native))),
    readlink: async (path) => attempt('read the link', path, (native) => decodeFileName(readlinkSync(native, { encoding: 'buffer' }))),
    realpath: async (path) => attempt('resolve', path, (native) => decodeFileName(realpathSync.native(native, { encoding: 'buffer' }))),
    read: async (path, options = {}) => attempt('read', path, (native) => reader.read(native, path, options)),
    readText: async (path, options = {}) => decodeFileName(attempt('read', path, (native) => reader.read(native, path, options))),
    async exists(path) {
      checkPath(path)
      try {
        return lstatSync(toNative(path), { throwIfNoEntry: false }) !== undefined
      } catch (error) {
        if (errnoOf(error) === 'ENOTDIR') return false
        throw fromSystemError(error, 'look at', path)
      }
    },
    readMany: async (paths) =>
      paths.map((path) => {
        checkPath(path)
        return reader.readText(toNative(path), path)
      }),
    async write(path, content, options = {}) {
      checkPath(path)
      await replaceFile(path, typeof content === 'string' ? encodeFileName(content) : content, options)
    },
    set: async (path, value) => attempt('set', path, (native) => writeInPlace(native, path, value)),
    async mkdir(path, options = {}) {
      attempt('create', path, (native) => {
        const created = mkdirSync(native, { recursive: true })
        // The mode that mkdir gets is narrowed by the umask.
        if (created !== undefined && options.mode !== undefined) chmodSync(native, options.mode)
      })
    },
    remove: async (path) => attempt('remove', path, (native) => (lstatSync(native).isDirectory() ? rmdirSync(native) : unlinkSync(native))),
    symlink: async (target, path) => attempt('link', path, (native) => symlinkSync(toNative(target), native)),
    async rename(from, to) {
      checkPath(to)
      attempt('rename', from, (native) => renameSync(native, toNative(to)))
    },
    chmod: async (path, mode) => attempt('change the mode of', path, (native) => chmodSync(native, mode)),
    chown: async (path, uid, gid) => attempt('change the owner of', path, (native) => chownSync(native, uid, gid)),
  }
}

/** The path as Node takes it: text, or bytes where text could not hold them. */
export function toNative(path: string): string | Buffer {
  return hasEscapedBytes(path) ? Buffer.from(encodeFileName(path)) : path
}

/** What `stat` says, in the words of {@link FileStat}. */
export function toFileStat(stat: Stats): FileStat {
  const type = typeOf(stat)
  return {
    type,
    sizeBytes: stat.size,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    mtimeMs: stat.mtimeMs,
    linkCount: stat.nlink,
    inode: stat.ino,
    ...(type === 'block' || type === 'character' ? { device: deviceNumber(stat.rdev) } : {}),
  }
}

function attempt<T>(verb: string, path: string, action: (native: string | Buffer) => T): T {
  checkPath(path)
  try {
    return action(toNative(path))
  } catch (error) {
    throw fromSystemError(error, verb, path)
  }
}

function entryType(entry: Dirent<Buffer>, directory: string): FileType {
  const type = typeOf(entry)
  if (type !== 'unknown') return type
  // Some file systems do not tell the type in the directory.
  const path = Buffer.concat([encodeFileName(`${directory}/`), entry.name])
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat === undefined ? 'unknown' : typeOf(stat)
}

function typeOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isBlockDevice' | 'isCharacterDevice' | 'isFIFO' | 'isSocket'>): FileType {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  if (entry.isSymbolicLink()) return 'symlink'
  if (entry.isBlockDevice()) return 'block'
  if (entry.isCharacterDevice()) return 'character'
  if (entry.isFIFO()) return 'fifo'
  return entry.isSocket() ? 'socket' : 'unknown'
}

/** Linux's 64-bit `dev_t`, see makedev(3). */
function deviceNumber(device: number): { major: number; minor: number } {
  const number = BigInt(device)
  return { major: Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n)), minor: Number((number & 0xffn) | ((number >> 12n) & 0xffffff00n)) }
}
