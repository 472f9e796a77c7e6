import { encodeFileName } from '../file-name.ts'
import type { FileStat } from '../file-tree.ts'

/** What an in-memory tree holds at a path. Text is encoded as `encodeFileName` does. */
export type FakeFile =
  | string
  | Uint8Array
  | ({ readonly content: string | Uint8Array } & FakeOwner)
  /** A kernel attribute. `onSet` answers what it holds after a write, or throws as the kernel would refuse; default: the value and a newline. */
  | ({ readonly attribute: string; readonly onSet?: (value: string, before: string) => string } & FakeOwner)
  | { readonly symlink: string }
  /** Names (or paths) below it. */
  | ({ readonly directory: FakeFiles } & FakeOwner)

/** Files by path or by name. Missing parent directories are created. */
export interface FakeFiles {
  readonly [path: string]: FakeFile
}

/** Who owns a fake file; default root, with mode `0o644` or `0o755`. */
export interface FakeOwner {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** A file, directory or link in memory. */
export interface MemoryNode {
  readonly type: 'file' | 'directory' | 'symlink'
  mode: number
  uid: number
  gid: number
  mtimeMs: number
  readonly inode: number
  bytes: Uint8Array
  readonly target: string
  readonly entries: Map<string, MemoryNode>
  readonly onSet?: (value: string, before: string) => string
}

/** A tree in memory: nodes by path without symbolic links. */
export interface MemoryTree {
  readonly root: MemoryNode
  find(resolved: string): MemoryNode | undefined
  node(type: MemoryNode['type'], details?: Partial<Pick<MemoryNode, 'mode' | 'uid' | 'gid' | 'bytes' | 'target' | 'onSet'>>): MemoryNode
}

/** Builds a tree from its description. */
export function memoryTree(files: FakeFiles): MemoryTree {
  let inode = 0
  const node: MemoryTree['node'] = (type, details = {}) => {
    inode += 1
    const mode = type === 'directory' ? 0o755 : type === 'symlink' ? 0o777 : 0o644
    return { type, mode, uid: 0, gid: 0, mtimeMs: Date.now(), inode, bytes: new Uint8Array(0), target: '', entries: new Map(), ...details }
  }
  const root = node('directory')
  const place = (parent: MemoryNode, path: string, file: FakeFile): void => {
    const names = path.split('/').filter((name) => name !== '')
    const last = names.pop()
    if (last === undefined) throw new TypeError('a fake file needs a name')
    let directory = parent
    for (const name of names) {
      const next = directory.entries.get(name) ?? node('directory')
      directory.entries.set(name, next)
      directory = next
    }
    const made = build(file)
    directory.entries.set(last, made)
    if (typeof file === 'object' && 'directory' in file) for (const [name, below] of Object.entries(file.directory)) place(made, name, below)
  }
  const build = (file: FakeFile): MemoryNode => {
    if (typeof file === 'string') return node('file', { bytes: encodeFileName(file) })
    if (file instanceof Uint8Array) return node('file', { bytes: file.slice() })
    if ('symlink' in file) return node('symlink', { target: file.symlink })
    const { mode, uid = 0, gid = 0 } = file
    const owner = { ...(mode === undefined ? {} : { mode }), uid, gid }
    if ('directory' in file) return node('directory', owner)
    if ('attribute' in file) return node('file', { ...owner, bytes: encodeFileName(file.attribute), onSet: file.onSet ?? ((value) => `${value.trimEnd()}\n`) })
    return node('file', { ...owner, bytes: typeof file.content === 'string' ? encodeFileName(file.content) : file.content.slice() })
  }
  for (const [path, file] of Object.entries(files)) place(root, path, file)
  return {
    root,
    node,
    find(resolved) {
      let at: MemoryNode | undefined = root
      for (const name of resolved.split('/')) if (name !== '') at = at?.entries.get(name)
      return at
    },
  }
}

/** What `stat` says of a node. */
export function memoryStat(node: MemoryNode): FileStat {
  const sizeBytes = node.type === 'symlink' ? encodeFileName(node.target).length : node.bytes.length
  const linkCount = node.type === 'directory' ? 2 + [...node.entries.values()].filter((entry) => entry.type === 'directory').length : 1
  return { type: node.type, sizeBytes, mode: node.mode, uid: node.uid, gid: node.gid, mtimeMs: node.mtimeMs, linkCount, inode: node.inode }
}
