import { Buffer } from 'node:buffer'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { DirectoryEntry, FileType, HostFileSystem, ReadOptions } from '../file-tree.ts'
import { checkPath } from '../hosts/path-check.ts'
import { fileError } from '../hosts/system-error.ts'
import { sftpStatus, sftpType } from './sftp-packet.ts'
import type { SftpProvider } from './sftp-provider.ts'
import { readSftpFile } from './sftp-read.ts'
import { SftpStatusError, type SftpSession } from './sftp-session.ts'
import { canReplace, readSftpLink, replaceSftpFile, setSftpFile } from './sftp-write.ts'

/** How many files `readMany` has open at a time. */
const filesAhead = 64

/**
 * The files of a host behind SSH, by SFTP. What SFTP cannot tell is asked of the host's shell: `stat` and `lstat` (SFTP has
 * no inode, link count or device number), what is no regular file, and the reason where SFTP only says that something
 * failed. Without SFTP the shell does everything.
 */
export function sshFileSystem(provider: SftpProvider, shell: HostFileSystem): HostFileSystem {
  /** Works by SFTP, or by the shell where SFTP is not there or gives no reason for its refusal. */
  const attempt = async <T>(verb: string, path: string, work: (sftp: SftpSession, native: Uint8Array) => Promise<T>, byShell: () => Promise<T>): Promise<T> => {
    checkPath(path)
    const session = await provider.session()
    if (session === undefined) return byShell()
    try {
      return await session.use((sftp) => work(sftp, encodeFileName(path)))
    } catch (error) {
      if (!(error instanceof SftpStatusError)) throw error
      const errno = errnoOfStatus(error.status, verb)
      if (errno === undefined || (errno === 'ENOENT' && (await isLink(session, path)))) return byShell()
      throw fileError({ errno, verb, path, cause: error })
    }
  }
  const read = (path: string, options: ReadOptions): Promise<Uint8Array> =>
    attempt(
      'read',
      path,
      async (sftp, native) => (await readSftpFile(sftp, native, path, options)) ?? cannot('read'),
      () => shell.read(path, options),
    )
  return {
    label: shell.label,
    list: (path) => attempt('list', path, listSftp, () => shell.list(path)),
    stat: (path) => shell.stat(path),
    lstat: (path) => shell.lstat(path),
    readlink: (path) =>
      attempt(
        'read the link',
        path,
        async (sftp, native) => decodeFileName(await readSftpLink(sftp, native)),
        () => shell.readlink(path),
      ),
    realpath: (path) => attempt('resolve', path, resolveSftp, () => shell.realpath(path)),
    read: (path, options = {}) => read(path, options),
    readText: async (path, options = {}) => decodeFileName(await read(path, options)),
    async exists(path) {
      return attempt('look at', path, existsSftp, () => shell.exists(path))
    },
    async readMany(paths) {
      for (const path of paths) checkPath(path)
      const session = paths.length === 0 ? undefined : await provider.session()
      return session === undefined ? shell.readMany(paths) : session.use((sftp) => readManySftp(sftp, paths))
    },
    async write(path, content, options = {}) {
      const bytes = typeof content === 'string' ? encodeFileName(content) : content
      const work = async (sftp: SftpSession, native: Uint8Array): Promise<void> => {
        if (!canReplace(sftp) || !(await replaceSftpFile(sftp, native, bytes, options))) cannot('replace')
      }
      await attempt('write', path, work, () => shell.write(path, bytes, options))
    },
    async set(path, value) {
      // The kernel does not see a write of no bytes; an empty line is what clears an attribute.
      const bytes = encodeFileName(value === '' ? '\n' : value)
      const work = async (sftp: SftpSession, native: Uint8Array): Promise<void> => {
        if (!(await setSftpFile(sftp, native, bytes))) cannot('set')
      }
      await attempt('set', path, work, () => shell.set(path, value))
    },
    mkdir: (path, options = {}) =>
      attempt(
        'create',
        path,
        (sftp, native) => makeDirectories(sftp, native, options.mode),
        () => shell.mkdir(path, options),
      ),
    remove: (path) => attempt('remove', path, removeSftp, () => shell.remove(path)),
    async symlink(target, path) {
      const work = async (sftp: SftpSession, native: Uint8Array): Promise<void> => {
        // OpenSSH takes the two the other way round than the draft says; others are not trusted to do the same.
        if (!canReplace(sftp)) cannot('link')
        await sftp.request(sftpType.symlink, encodeFileName(target), native)
      }
      await attempt('link', path, work, () => shell.symlink(target, path))
    },
    async rename(from, to) {
      checkPath(to)
      const work = async (sftp: SftpSession, native: Uint8Array): Promise<void> => {
        if (!sftp.has('posix-rename@openssh.com')) cannot('rename')
        await sftp.request(sftpType.extended, encodeFileName('posix-rename@openssh.com'), native, encodeFileName(to))
      }
      await attempt('rename', from, work, () => shell.rename(from, to))
    },
    chmod: (path, mode) =>
      attempt(
        'change the mode of',
        path,
        async (sftp, native) => void (await sftp.request(sftpType.setstat, native, { mode })),
        () => shell.chmod(path, mode),
      ),
    chown: (path, uid, gid) =>
      attempt(
        'change the owner of',
        path,
        async (sftp, native) => void (await sftp.request(sftpType.setstat, native, { uid, gid })),
        () => shell.chown(path, uid, gid),
      ),
  }
}

/** What sftp-server makes of an errno (`errno_to_portable`), read backwards where that is possible. */
function errnoOfStatus(status: number, verb: string): string | undefined {
  if (status === sftpStatus.noSuchFile) return 'ENOENT'
  if (status === sftpStatus.permissionDenied) return 'EACCES'
  // ENAMETOOLONG comes as the same code, but not from these two on a path that could be opened.
  if (status === sftpStatus.badMessage && (verb === 'set' || verb === 'read the link')) return 'EINVAL'
  return undefined
}

/** Whether a symbolic link is at the path: what SFTP does not find behind it may be a circle of links. */
async function isLink(sftp: SftpSession, path: string): Promise<boolean> {
  try {
    const { mode } = (await sftp.request(sftpType.lstat, encodeFileName(path))).attributes()
    return fileType(mode) === 'symlink'
  } catch (error) {
    if (error instanceof SftpStatusError) return false
    throw error
  }
}

/** Leaves the work to the shell. */
function cannot(what: string): never {
  throw new SftpStatusError(sftpStatus.unsupported, `SFTP cannot ${what} this`)
}

async function listSftp(sftp: SftpSession, path: Uint8Array): Promise<readonly DirectoryEntry[]> {
  const handle = (await sftp.request(sftpType.opendir, path)).bytes()
  const found: { readonly name: Buffer; readonly type: FileType }[] = []
  try {
    for (;;) {
      const reply = await sftp.request(sftpType.readdir, handle)
      for (let left = reply.uint32(); left > 0; left -= 1) {
        const name = reply.bytes()
        reply.bytes()
        const { mode } = reply.attributes()
        if (!name.equals(dot) && !name.equals(dotDot)) found.push({ name, type: fileType(mode) })
      }
    }
  } catch (error) {
    if (!(error instanceof SftpStatusError) || error.status !== sftpStatus.endOfFile) throw error
  } finally {
    sftp.close(handle)
  }
  return found.sort((left, right) => Buffer.compare(left.name, right.name)).map(({ name, type }) => ({ name: decodeFileName(name), type }))
}

const dot = Buffer.from('.')
const dotDot = Buffer.from('..')

/** The type bits of a mode, see inode(7). */
function fileType(mode: number | undefined): FileType {
  const types: Readonly<Record<number, FileType>> = { 1: 'fifo', 2: 'character', 4: 'directory', 6: 'block', 8: 'file', 10: 'symlink', 12: 'socket' }
  return types[(mode ?? 0) >>> 12] ?? 'unknown'
}

/** SFTP resolves a path whose last part does not exist as well. */
async function resolveSftp(sftp: SftpSession, path: Uint8Array): Promise<string> {
  const [reply] = await Promise.all([sftp.request(sftpType.realpath, path), sftp.request(sftpType.stat, path)])
  reply.uint32()
  return decodeFileName(reply.bytes())
}

async function existsSftp(sftp: SftpSession, path: Uint8Array): Promise<boolean> {
  try {
    await sftp.request(sftpType.lstat, path)
    return true
  } catch (error) {
    if (error instanceof SftpStatusError && error.status === sftpStatus.noSuchFile) return false
    throw error
  }
}

async function readManySftp(sftp: SftpSession, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  const texts: (string | undefined)[] = Array.from({ length: paths.length })
  const waiting = paths.entries()
  const work = async (): Promise<void> => {
    for (const [index, path] of waiting) texts[index] = await readOne(sftp, path)
  }
  await Promise.all(Array.from({ length: Math.min(filesAhead, paths.length) }, work))
  return texts
}

async function readOne(sftp: SftpSession, path: string): Promise<string | undefined> {
  try {
    const bytes = await readSftpFile(sftp, encodeFileName(path), path, {})
    return bytes === undefined ? undefined : decodeFileName(bytes)
  } catch (error) {
    if (sftp.usable) return undefined
    throw error
  }
}

/** Creates the directory and those above it; the mode is the last one's. */
async function makeDirectories(sftp: SftpSession, path: Uint8Array, mode: number | undefined): Promise<void> {
  try {
    await sftp.request(sftpType.mkdir, path, {})
  } catch (error) {
    if (!(error instanceof SftpStatusError)) throw error
    const parent = path.subarray(0, Math.max(path.lastIndexOf(0x2f), 1))
    if (error.status === sftpStatus.noSuchFile && parent.length < path.length) {
      await makeDirectories(sftp, parent, undefined)
      return makeDirectories(sftp, path, mode)
    }
    const there = (await sftp.request(sftpType.stat, path)).attributes()
    if (fileType(there.mode) === 'directory') return
    throw error
  }
  if (mode !== undefined) await sftp.request(sftpType.setstat, path, { mode })
}

async function removeSftp(sftp: SftpSession, path: Uint8Array): Promise<void> {
  const { mode } = (await sftp.request(sftpType.lstat, path)).attributes()
  await sftp.request(fileType(mode) === 'directory' ? sftpType.rmdir : sftpType.remove, path)
}
