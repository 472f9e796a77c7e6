import { Buffer } from 'node:buffer'
import type { ReadOptions } from '../file-tree.ts'
import { defaultByteLimit } from '../hosts/command-outcome.ts'
import { fileTooLarge } from '../hosts/system-error.ts'
import { sftpType } from './sftp-packet.ts'
import { sftpChunkBytes, type SftpSession } from './sftp-session.ts'

/** How many pieces of a large file are under way at a time. */
const piecesAhead = 32

/** Where every file is an attribute, which one read of a page gives whole. Other file systems below /sys give less at a time. */
const attributePath = /^\/(?:sys\/(?:block|bus|class|dev|devices|kernel\/mm|module|power)|proc\/sys)\//u

/** What the kernel gives of an attribute with one read: the smallest page size of Linux. */
const pageBytes = 4096

const fileTypeMask = 0o170000
const regularFile = 0o100000

/**
 * Reads a file, or `undefined` if it is none that can be read safely: opening a fifo or a device could keep the server busy
 * for ever. The size that is told is only a hint: attributes of `/proc` say 0 and those of `/sys` say 4096.
 */
export async function readSftpFile(sftp: SftpSession, path: Uint8Array, name: string, options: ReadOptions): Promise<Uint8Array | undefined> {
  const attribute = attributePath.test(name)
  const { mode = 0, sizeBytes = 0 } = attribute ? { mode: regularFile } : (await sftp.request(sftpType.stat, path)).attributes()
  if ((mode & fileTypeMask) !== regularFile) return undefined
  const offset = options.offset ?? 0
  const maxBytes = options.maxBytes ?? defaultByteLimit
  const wanted = Math.min(options.length ?? Number.POSITIVE_INFINITY, maxBytes + 1)
  const expected = Math.min(Math.max(sizeBytes - offset, 0), wanted)
  const handle = await sftp.open(path, 1)
  try {
    const pieces = expected > sftpChunkBytes ? await readAhead(sftp, handle, offset, expected) : []
    let filled = pieces.reduce((sum, piece) => sum + piece.length, 0)
    // What the size did not tell, up to the end of the file.
    while (filled < wanted) {
      const piece = await sftp.read(handle, offset + filled, Math.min(sftpChunkBytes, wanted - filled))
      if (piece === undefined || piece.length === 0) break
      pieces.push(piece)
      filled += piece.length
      // An attribute gives less than a page only at its end; a file on disk ends where its size says.
      if (attribute ? piece.length < pageBytes : filled === sizeBytes - offset) break
    }
    if (filled > maxBytes) throw fileTooLarge(name, maxBytes)
    const bytes = Buffer.concat(pieces, filled)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  } finally {
    sftp.close(handle)
  }
}

/** Reads many pieces at once, and stops at the first that is shorter than asked for: what follows is read one by one. */
async function readAhead(sftp: SftpSession, handle: Uint8Array, offset: number, length: number): Promise<Buffer[]> {
  const pieces: Buffer[] = []
  const ahead: Promise<Buffer | undefined>[] = []
  let asked = 0
  for (let taken = 0; taken < length;) {
    while (asked < length && ahead.length < piecesAhead) {
      const piece = sftp.read(handle, offset + asked, Math.min(sftpChunkBytes, length - asked))
      piece.catch(() => {})
      ahead.push(piece)
      asked += sftpChunkBytes
    }
    const want = Math.min(sftpChunkBytes, length - taken)
    const piece = await ahead.shift()
    if (piece === undefined) break
    pieces.push(piece)
    if (piece.length < want) break
    taken += piece.length
  }
  await Promise.allSettled(ahead)
  return pieces
}
