import { Buffer } from 'node:buffer'
import { HostwrightError } from '../errors.ts'
import { decodeFileName } from '../file-name.ts'
import type { DirectoryEntry, FileStat, FileType } from '../file-tree.ts'
import { plainText } from './plain-text.ts'

const letters: Readonly<Record<string, FileType>> = { f: 'file', d: 'directory', l: 'symlink', b: 'block', c: 'character', p: 'fifo', s: 'socket' }

/** The format bits of a mode, shifted down; see inode(7). */
const formats: Readonly<Record<number, FileType>> = { 1: 'fifo', 2: 'character', 4: 'directory', 6: 'block', 8: 'file', 10: 'symlink', 12: 'socket' }

/** Entries as the list script prints them: a letter for the type, the name, and a NUL. */
export function parseEntries(bytes: Uint8Array): readonly DirectoryEntry[] {
  const entries: { readonly type: FileType; readonly bytes: Uint8Array }[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at)
    if (end === -1) break
    entries.push({ type: letters[String.fromCharCode(bytes[at] ?? 0)] ?? 'unknown', bytes: bytes.subarray(at + 1, end) })
    at = end + 1
  }
  return entries.toSorted((left, right) => Buffer.compare(left.bytes, right.bytes)).map((entry) => ({ name: decodeFileName(entry.bytes), type: entry.type }))
}

/** What `stat -c '%f %s %u %g %Y %h %i %t %T %y'` prints. */
export function parseStat(text: string, path: string): FileStat {
  const [mode, size, uid, gid, seconds, links, inode, major, minor, ...date] = text.trim().split(' ')
  const raw = Number.parseInt(mode ?? '', 16)
  if (Number.isNaN(raw) || minor === undefined) {
    throw new HostwrightError('UNSUPPORTED', `\`stat\` of this host prints something else than expected for ${plainText(path)}: ${plainText(text)}`, {
      subject: path,
    })
  }
  const type = formats[raw >> 12] ?? 'unknown'
  const fraction = /\.(\d{1,9})/u.exec(date.join(' '))?.[1] ?? '0'
  return {
    type,
    sizeBytes: Number(size),
    mode: raw & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    mtimeMs: Number(seconds) * 1000 + Number(`0.${fraction}`) * 1000,
    linkCount: Number(links),
    inode: Number(inode),
    ...(type === 'block' || type === 'character' ? { device: { major: Number.parseInt(major ?? '', 16), minor: Number.parseInt(minor, 16) } } : {}),
  }
}
