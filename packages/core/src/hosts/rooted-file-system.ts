import { HostwrightError, isHostwrightError } from '../errors.ts'
import type { HostFileSystem } from '../file-tree.ts'
import { fileError } from './system-error.ts'
import { resolveTreePath, type ResolveOptions, type TreeNode } from './tree-path.ts'

/** A file system whose `/` is a directory of another, and how its paths resolve. */
export interface RootedFileSystem extends HostFileSystem {
  /** The path without symbolic links, in the tree. */
  locate(path: string, options: ResolveOptions): Promise<string>
}

/** The files below `directory` (without a `/` at its end) of another file system, as a tree of their own. */
export function rootedFileSystem(fs: HostFileSystem, directory: string, label: string): RootedFileSystem {
  const below = (resolved: string): string => (resolved === '/' ? directory || '/' : `${directory}${resolved}`)
  const lookUp = async (resolved: string): Promise<TreeNode> => {
    try {
      const { type } = await fs.lstat(below(resolved))
      if (type === 'symlink') return { link: await fs.readlink(below(resolved)) }
      return type === 'directory' ? 'directory' : 'other'
    } catch (error) {
      if (isHostwrightError(error, 'NOT_FOUND')) return 'missing'
      throw error
    }
  }
  const locate = (path: string, options: ResolveOptions): Promise<string> => resolveTreePath(path, lookUp, options)
  /** Does something at the place of a path; errors are about the path as it was given. */
  const at = async <T>(path: string, options: ResolveOptions, action: (real: string) => Promise<T>): Promise<T> => {
    try {
      return await action(below(await locate(path, options)))
    } catch (error) {
      throw aboutPath(error, path)
    }
  }
  return {
    label,
    locate,
    list: (path) => at(path, { verb: 'list', follow: true }, (real) => fs.list(real)),
    stat: (path) => at(path, { verb: 'look at', follow: true }, (real) => fs.lstat(real)),
    lstat: (path) => at(path, { verb: 'look at', follow: false }, (real) => fs.lstat(real)),
    readlink: (path) => at(path, { verb: 'read the link', follow: false }, (real) => fs.readlink(real)),
    async realpath(path) {
      const resolved = await locate(path, { verb: 'resolve', follow: true })
      if ((await lookUp(resolved)) === 'missing') throw fileError({ errno: 'ENOENT', verb: 'resolve', path })
      return resolved
    },
    read: (path, options) => at(path, { verb: 'read', follow: true }, (real) => fs.read(real, options)),
    readText: (path, options) => at(path, { verb: 'read', follow: true }, (real) => fs.readText(real, options)),
    async exists(path) {
      try {
        return (await lookUp(await locate(path, { verb: 'look at', follow: false }))) !== 'missing'
      } catch (error) {
        if (isHostwrightError(error, 'NOT_FOUND')) return false
        throw aboutPath(error, path)
      }
    },
    async readMany(paths) {
      const located: (string | undefined)[] = []
      for (const path of paths) located.push(await locateReadable(path))
      const texts = await fs.readMany(located.filter((real) => real !== undefined))
      let position = 0
      return located.map((real) => (real === undefined ? undefined : texts[position++]))
    },
    write: (path, content, options) => at(path, { verb: 'write', follow: true }, (real) => fs.write(real, content, options)),
    set: (path, value) => at(path, { verb: 'set', follow: true }, (real) => fs.set(real, value)),
    mkdir: (path, options) => at(path, { verb: 'create', follow: true, missingParents: true }, (real) => fs.mkdir(real, options)),
    remove: (path) => at(path, { verb: 'remove', follow: false }, (real) => fs.remove(real)),
    symlink: (target, path) => at(path, { verb: 'link', follow: false }, (real) => fs.symlink(target, real)),
    rename: (from, to) => at(from, { verb: 'rename', follow: false }, (real) => at(to, { verb: 'rename', follow: false }, (target) => fs.rename(real, target))),
    chmod: (path, mode) => at(path, { verb: 'change the mode of', follow: true }, (real) => fs.chmod(real, mode)),
    chown: (path, uid, gid) => at(path, { verb: 'change the owner of', follow: true }, (real) => fs.chown(real, uid, gid)),
  }

  async function locateReadable(path: string): Promise<string | undefined> {
    try {
      return below(await locate(path, { verb: 'read', follow: true }))
    } catch (error) {
      if (isHostwrightError(error, 'INVALID_INPUT')) throw error
      if (isHostwrightError(error, 'NOT_FOUND') || isHostwrightError(error, 'PERMISSION_DENIED') || isHostwrightError(error, 'IO_ERROR')) return undefined
      throw error
    }
  }
}

function aboutPath(error: unknown, path: string): unknown {
  if (!isHostwrightError(error) || error.subject === path) return error
  return new HostwrightError(error.code, error.message, {
    subject: path,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.data === undefined ? {} : { data: error.data }),
    cause: error.cause ?? error,
  })
}
