import { HostwrightError, type DirectoryEntry, type FileStat, type FileTree } from '@hostwright/core'

/** Where a path leads: text of a file, or `{ link }` to another path. */
export type TreeNode = string | { readonly link: string }

/** A file tree from a list of paths; directories are there by themselves. */
export function memoryTree(nodes: Readonly<Record<string, TreeNode>>): FileTree {
  const paths = Object.keys(nodes)
  const missing = (path: string): never => {
    throw new HostwrightError('NOT_FOUND', `${path}: no such file or directory`, { subject: path })
  }
  const resolve = (path: string, last = true): string => {
    let at = ''
    const parts = path.split('/').filter((part) => part !== '')
    for (const [index, part] of parts.entries()) {
      at = part === '..' ? at.slice(0, at.lastIndexOf('/')) : `${at}/${part}`
      const node = nodes[at]
      if (typeof node !== 'object' || (!last && index === parts.length - 1)) continue
      const target = node.link.startsWith('/') ? node.link : `${at.slice(0, at.lastIndexOf('/'))}/${node.link}`
      at = resolve(target)
    }
    return at === '' ? '/' : at
  }
  const isDirectory = (path: string): boolean => path === '/' || paths.some((each) => each.startsWith(`${path}/`))
  const stat = (path: string): FileStat => {
    const node = nodes[path]
    const type = typeof node === 'string' ? 'file' : typeof node === 'object' ? 'symlink' : isDirectory(path) ? 'directory' : missing(path)
    return { type, sizeBytes: typeof node === 'string' ? node.length : 0, mode: 0o644, uid: 0, gid: 0, mtimeMs: 0, linkCount: 1, inode: 1 }
  }
  const text = (path: string): string => {
    const node = nodes[resolve(path)]
    return typeof node === 'string' ? node : missing(path)
  }
  const exists = (path: string): boolean => {
    const at = resolve(path)
    return nodes[at] !== undefined || isDirectory(at)
  }
  return {
    label: 'memory',
    async list(path) {
      const at = resolve(path)
      if (!isDirectory(at)) missing(path)
      const prefix = at === '/' ? '/' : `${at}/`
      const names = new Set(paths.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length).split('/')[0] ?? ''))
      return [...names].toSorted().map((name): DirectoryEntry => ({ name, type: stat(`${prefix}${name}`).type }))
    },
    stat: async (path) => stat(resolve(path)),
    lstat: async (path) => stat(resolve(path, false)),
    async readlink(path) {
      const node = nodes[resolve(path, false)]
      if (typeof node === 'object') return node.link
      throw new HostwrightError(exists(path) ? 'INVALID_INPUT' : 'NOT_FOUND', `${path} is no link`)
    },
    realpath: async (path) => (exists(path) ? resolve(path) : missing(path)),
    read: async (path, options = {}) =>
      new TextEncoder().encode(text(path)).subarray(options.offset ?? 0, (options.offset ?? 0) + (options.length ?? Infinity)),
    readText: async (path) => text(path),
    exists: async (path) => exists(path),
    readMany: async (wanted) => wanted.map((path) => (typeof nodes[resolve(path)] === 'string' ? text(path) : undefined)),
  }
}
