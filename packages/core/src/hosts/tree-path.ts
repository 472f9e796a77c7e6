import { checkPath } from './path-check.ts'
import { fileError } from './system-error.ts'

/** What a tree has at a path without symbolic links. */
export type TreeNode = 'directory' | 'other' | 'missing' | { readonly link: string }

/** How a path is resolved. */
export interface ResolveOptions {
  /** For messages. */
  readonly verb: string
  /** Whether a symbolic link at the end is followed. */
  readonly follow: boolean
  /** Allow that more than the last name is missing. */
  readonly missingParents?: boolean
}

/**
 * The path without symbolic links, as a system whose `/` is the tree's would see it: absolute targets and `..` stay in the
 * tree. The last name may be missing.
 */
export async function resolveTreePath(path: string, lookUp: (resolved: string) => TreeNode | Promise<TreeNode>, options: ResolveOptions): Promise<string> {
  checkPath(path)
  const pending = namesOf(path)
  const follow = options.follow || path.endsWith('/')
  const done: string[] = []
  let links = 0
  while (pending.length > 0) {
    const name = pending.shift() ?? ''
    if (name === '..') {
      done.pop()
      continue
    }
    done.push(name)
    if (pending.length === 0 && !follow) break
    const node = await lookUp(`/${done.join('/')}`)
    if (typeof node === 'object') {
      links += 1
      if (links > 40) throw fileError({ errno: 'ELOOP', verb: options.verb, path })
      if (node.link === '') throw fileError({ errno: 'ENOENT', verb: options.verb, path })
      if (node.link.startsWith('/')) done.length = 0
      else done.pop()
      pending.unshift(...namesOf(node.link))
    } else if (node !== 'directory' && pending.length > 0) {
      const creatable = node === 'missing' && options.missingParents === true && !pending.includes('..')
      if (!creatable) throw fileError({ errno: node === 'missing' ? 'ENOENT' : 'ENOTDIR', verb: options.verb, path })
      return `/${[...done, ...pending].join('/')}`
    }
  }
  return `/${done.join('/')}`
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
