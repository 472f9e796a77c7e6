import { Buffer } from 'node:buffer'
import { isHostwrightError } from '../errors.ts'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { HostFileSystem, ReadOptions } from '../file-tree.ts'
import { defaultByteLimit } from './command-outcome.ts'
import { memoryStat, type MemoryNode, type MemoryTree } from './memory-tree.ts'
import { fileError, fileTooLarge } from './system-error.ts'
import { resolveTreePath, type TreeNode } from './tree-path.ts'

/** A tree in memory as a file system, with the errors of a real one. Permissions are kept but bind nobody. */
export function fakeFileSystem(tree: MemoryTree, label: string): HostFileSystem {
  const lookUp = (resolved: string): TreeNode => {
    const node = tree.find(resolved)
    if (node === undefined) return 'missing'
    return node.type === 'symlink' ? { link: node.target } : node.type === 'directory' ? 'directory' : 'other'
  }
  const place = async (path: string, verb: string, follow: boolean): Promise<Place> => {
    const resolved = await resolveTreePath(path, lookUp, { verb, follow })
    const slash = resolved.lastIndexOf('/')
    const name = resolved.slice(slash + 1)
    if (Buffer.byteLength(name) > 255 && encodeFileName(name).length > 255) throw fileError({ errno: 'ENAMETOOLONG', verb, path })
    const parent = tree.find(resolved.slice(0, slash)) ?? tree.root
    if (parent.type !== 'directory') throw fileError({ errno: 'ENOTDIR', verb, path })
    return { parent, name, node: tree.find(resolved), resolved }
  }
  const get = async (path: string, verb: string, follow = true): Promise<MemoryNode> => {
    const { node } = await place(path, verb, follow)
    if (node === undefined) throw fileError({ errno: 'ENOENT', verb, path })
    return node
  }
  const read = async (path: string, options: ReadOptions = {}): Promise<Uint8Array> => {
    const node = await get(path, 'read')
    if (node.type === 'directory') throw fileError({ errno: 'EISDIR', verb: 'read', path })
    const { offset = 0, length = Number.POSITIVE_INFINITY, maxBytes = defaultByteLimit } = options
    const bytes = node.bytes.slice(offset, offset + length)
    if (bytes.length > maxBytes) throw fileTooLarge(path, maxBytes)
    return bytes
  }
  return {
    label,
    async list(path) {
      const node = await get(path, 'list')
      if (node.type !== 'directory') throw fileError({ errno: 'ENOTDIR', verb: 'list', path })
      return [...node.entries]
        .map(([name, entry]) => ({ name, type: entry.type }))
        .sort((left, right) => Buffer.compare(encodeFileName(left.name), encodeFileName(right.name)))
    },
    stat: async (path) => memoryStat(await get(path, 'look at')),
    lstat: async (path) => memoryStat(await get(path, 'look at', false)),
    async readlink(path) {
      const node = await get(path, 'read the link', false)
      if (node.type !== 'symlink') throw fileError({ errno: 'EINVAL', verb: 'read the link', path })
      return node.target
    },
    async realpath(path) {
      const { node, resolved } = await place(path, 'resolve', true)
      if (node === undefined) throw fileError({ errno: 'ENOENT', verb: 'resolve', path })
      return resolved
    },
    read,
    readText: async (path, options) => decodeFileName(await read(path, options)),
    async exists(path) {
      try {
        return (await place(path, 'look at', false)).node !== undefined
      } catch (error) {
        if (isHostwrightError(error, 'NOT_FOUND')) return false
        throw error
      }
    },
    readMany: (paths) => Promise.all(paths.map((path) => read(path).then(decodeFileName, unreadable))),
    async write(path, content, { mode, uid, gid } = {}) {
      const { parent, name, node } = await place(path, 'write', true)
      if (node?.type === 'directory') throw fileError({ errno: 'EISDIR', verb: 'write', path })
      if (node?.onSet !== undefined) throw fileError({ errno: 'EACCES', verb: 'write', path })
      const bytes = typeof content === 'string' ? encodeFileName(content) : content.slice()
      parent.entries.set(name, tree.node('file', { bytes, mode: mode ?? node?.mode ?? 0o644, uid: uid ?? node?.uid ?? 0, gid: gid ?? node?.gid ?? 0 }))
    },
    async set(path, value) {
      const node = await get(path, 'set')
      if (node.type === 'directory') throw fileError({ errno: 'EISDIR', verb: 'set', path })
      node.bytes = encodeFileName(node.onSet === undefined ? value : node.onSet(value, decodeFileName(node.bytes)))
      node.mtimeMs = Date.now()
    },
    async mkdir(path, { mode } = {}) {
      const resolved = await resolveTreePath(path, lookUp, { verb: 'create', follow: true, missingParents: true })
      let at = tree.root
      let made: MemoryNode | undefined
      for (const name of resolved.split('/').filter((part) => part !== '')) {
        made = at.entries.has(name) ? undefined : tree.node('directory')
        if (made !== undefined) at.entries.set(name, made)
        at = at.entries.get(name) ?? at
      }
      if (at.type !== 'directory') throw fileError({ errno: 'EEXIST', verb: 'create', path })
      if (made !== undefined && mode !== undefined) made.mode = mode
    },
    async remove(path) {
      const { parent, name, node } = await place(path, 'remove', false)
      if (node === undefined) throw fileError({ errno: 'ENOENT', verb: 'remove', path })
      if (node.entries.size > 0) throw fileError({ errno: 'ENOTEMPTY', verb: 'remove', path })
      parent.entries.delete(name)
    },
    async symlink(target, path) {
      const { parent, name, node } = await place(path, 'link', false)
      if (node !== undefined) throw fileError({ errno: 'EEXIST', verb: 'link', path })
      parent.entries.set(name, tree.node('symlink', { target }))
    },
    async rename(from, to) {
      const source = await place(from, 'rename', false)
      if (source.node === undefined) throw fileError({ errno: 'ENOENT', verb: 'rename', path: from })
      const target = await place(to, 'rename', false)
      if (target.node === source.node) return
      if (`${target.resolved}/`.startsWith(`${source.resolved}/`)) throw fileError({ errno: 'EINVAL', verb: 'rename', path: from })
      if (target.node?.type === 'directory') {
        if (source.node.type !== 'directory') throw fileError({ errno: 'EISDIR', verb: 'rename', path: to })
        if (target.node.entries.size > 0) throw fileError({ errno: 'ENOTEMPTY', verb: 'rename', path: to })
      } else if (target.node !== undefined && source.node.type === 'directory') throw fileError({ errno: 'ENOTDIR', verb: 'rename', path: to })
      source.parent.entries.delete(source.name)
      target.parent.entries.set(target.name, source.node)
    },
    async chmod(path, mode) {
      const node = await get(path, 'change the mode of')
      node.mode = mode
    },
    async chown(path, uid, gid) {
      const node = await get(path, 'change the owner of')
      node.uid = uid
      node.gid = gid
    },
  }
}

interface Place {
  readonly parent: MemoryNode
  readonly name: string
  readonly node: MemoryNode | undefined
  readonly resolved: string
}

function unreadable(error: unknown): undefined {
  if (isHostwrightError(error, 'INVALID_INPUT') && error.data === undefined) throw error
}
