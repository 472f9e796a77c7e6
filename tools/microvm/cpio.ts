/** A file, directory or symbolic link of an archive. */
export type ArchiveEntry =
  | { readonly type: 'file'; readonly content: Uint8Array; readonly mode: number }
  | { readonly type: 'directory' }
  | { readonly type: 'symlink'; readonly target: string }

const typeBits = { file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const

/**
 * An archive in cpio's `newc` format, as the kernel unpacks it into its first root file system. Missing parent
 * directories are added; everything belongs to root and has no time.
 *
 * Source: Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function cpioArchive(entries: ReadonlyMap<string, ArchiveEntry>): Uint8Array {
  const all = new Map<string, ArchiveEntry>()
  for (const [path, entry] of entries) {
    const names = path.split('/').filter((name) => name !== '')
    for (let depth = 1; depth < names.length; depth += 1) {
      const parent = names.slice(0, depth).join('/')
      if (!all.has(parent)) all.set(parent, { type: 'directory' })
    }
    all.set(names.join('/'), entry)
  }
  const parts: Buffer[] = []
  let inode = 0
  for (const [path, entry] of all) parts.push(...record(path, entry, (inode += 1)))
  parts.push(...record('TRAILER!!!', { type: 'file', content: new Uint8Array(), mode: 0 }, 0))
  return Buffer.concat(parts)
}

function record(path: string, entry: ArchiveEntry, inode: number): readonly Buffer[] {
  const name = Buffer.from(`${path}\0`)
  const data = entry.type === 'file' ? Buffer.from(entry.content) : entry.type === 'symlink' ? Buffer.from(entry.target) : Buffer.alloc(0)
  const mode = typeBits[entry.type] | (entry.type === 'file' ? entry.mode : entry.type === 'directory' ? 0o755 : 0o777)
  // inode, mode, uid, gid, links, mtime, size, device and device number twice each, length of the name, checksum
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return [header, name, padding(header.length + name.length), data, padding(data.length)]
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4)
}
