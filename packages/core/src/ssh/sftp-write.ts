import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { WriteOptions } from '../file-tree.ts'
import { SftpStatusError, sftpChunkBytes, type SftpSession } from './sftp-session.ts'
import { sftpStatus, sftpType, type SftpAttributes } from './sftp-packet.ts'

const openFlag = { read: 0x1, write: 0x2, create: 0x8, truncate: 0x10, exclusive: 0x20 } as const
const fileTypeMask = 0o170000
const typeBits = { regular: 0o100000, symlink: 0o120000 } as const

const renameOver = new TextEncoder().encode('posix-rename@openssh.com')
const syncFile = new TextEncoder().encode('fsync@openssh.com')

/** Whether the server can replace a file in one step and put it on disk. */
export function canReplace(sftp: SftpSession): boolean {
  return sftp.has('posix-rename@openssh.com') && sftp.has('fsync@openssh.com')
}

/**
 * Replaces or creates a file as a whole; see `replaceFile` of the local host, which does the same.
 *
 * @returns `false` if something is at the path that is not replaced this way
 */
export async function replaceSftpFile(sftp: SftpSession, path: Uint8Array, content: Uint8Array, options: WriteOptions): Promise<boolean> {
  const found = await followLinks(sftp, Buffer.from(path))
  if (found === undefined) return false
  const { native, before } = found
  const directory = native.subarray(0, Math.max(native.lastIndexOf(0x2f), 1))
  const temporary = Buffer.concat([directory, Buffer.from(`/.hostwright-${randomBytes(8).toString('hex')}`)])
  const handle = await sftp.open(temporary, openFlag.write | openFlag.create | openFlag.exclusive, { mode: 0o600 })
  let open = true
  try {
    await writeAll(sftp, handle, content)
    await applyOwner(sftp, handle, before, options)
    await sftp.request(sftpType.extended, syncFile, handle)
    open = false
    await sftp.request(sftpType.close, handle)
    await sftp.request(sftpType.extended, renameOver, temporary, native)
  } catch (error) {
    if (open) sftp.close(handle)
    await sftp.request(sftpType.remove, temporary).catch(() => {})
    throw error
  }
  await syncDirectory(sftp, directory)
  return true
}

/** Writes a value to an existing file or attribute with one `write`. `false` if it is a kind of file that this must not open. */
export async function setSftpFile(sftp: SftpSession, path: Uint8Array, value: Uint8Array): Promise<boolean> {
  const { mode = 0 } = (await sftp.request(sftpType.stat, path)).attributes()
  if ((mode & fileTypeMask) !== typeBits.regular) return false
  const handle = await sftp.open(path, openFlag.write | openFlag.truncate)
  try {
    await sftp.request(sftpType.write, handle, 0n, value)
  } finally {
    sftp.close(handle)
  }
  return true
}

/** Where symbolic links at the end of the path lead to, and what is there; `undefined` for what is no regular file. */
async function followLinks(sftp: SftpSession, path: Buffer): Promise<{ readonly native: Buffer; readonly before: SftpAttributes | undefined } | undefined> {
  let native = path
  for (let links = 0; links <= 40; links += 1) {
    const before = await attributesAt(sftp, native)
    const type = (before?.mode ?? 0) & fileTypeMask
    if (before === undefined || type === typeBits.regular) return { native, before }
    if (type !== typeBits.symlink) return undefined
    const target = await readSftpLink(sftp, native)
    native = target[0] === 0x2f ? target : Buffer.concat([native.subarray(0, native.lastIndexOf(0x2f) + 1), target])
  }
  return undefined
}

async function attributesAt(sftp: SftpSession, path: Uint8Array): Promise<SftpAttributes | undefined> {
  try {
    return (await sftp.request(sftpType.lstat, path)).attributes()
  } catch (error) {
    if (error instanceof SftpStatusError && error.status === sftpStatus.noSuchFile) return undefined
    throw error
  }
}

/** The target of a symbolic link, as it is stored. */
export async function readSftpLink(sftp: SftpSession, path: Uint8Array): Promise<Buffer> {
  const reply = await sftp.request(sftpType.readlink, path)
  reply.uint32()
  return Buffer.from(reply.bytes())
}

async function writeAll(sftp: SftpSession, handle: Uint8Array, content: Uint8Array): Promise<void> {
  const pieces: Promise<unknown>[] = []
  for (let at = 0; at < content.length; at += sftpChunkBytes) {
    pieces.push(sftp.request(sftpType.write, handle, BigInt(at), content.subarray(at, at + sftpChunkBytes)))
    if (pieces.length % 64 === 0) await Promise.all(pieces.splice(0))
  }
  await Promise.all(pieces)
}

/** The mode last: a change of owner clears the set-uid bit. */
async function applyOwner(sftp: SftpSession, handle: Uint8Array, before: SftpAttributes | undefined, options: WriteOptions): Promise<void> {
  const uid = options.uid ?? before?.uid
  const gid = options.gid ?? before?.gid
  if (uid !== undefined || gid !== undefined) {
    const made = (await sftp.request(sftpType.fstat, handle)).attributes()
    const owner = { uid: uid ?? made.uid ?? 0, gid: gid ?? made.gid ?? 0 }
    if (owner.uid !== made.uid || owner.gid !== made.gid) await sftp.request(sftpType.fsetstat, handle, owner)
  }
  await sftp.request(sftpType.fsetstat, handle, { mode: options.mode ?? (before?.mode ?? 0o644) & 0o7777 })
}

/** A directory can be opened for reading, which is enough to sync it; some file systems have nothing to sync and say so. */
async function syncDirectory(sftp: SftpSession, directory: Uint8Array): Promise<void> {
  const handle = await sftp.open(directory, openFlag.read)
  try {
    await sftp.request(sftpType.extended, syncFile, handle)
  } catch (error) {
    if (!(error instanceof SftpStatusError) || error.status !== sftpStatus.badMessage) throw error
  } finally {
    sftp.close(handle)
  }
}
