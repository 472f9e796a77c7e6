import { readFileSync } from 'node:fs'
import { decodeFileName, encodeFileName, HostwrightError, type DirectoryEntry, type FileStat, type FileTree } from '@hostwright/core'

type Node = { readonly kind: 'file'; readonly text: string } | { readonly kind: 'link'; readonly target: string } | { readonly kind: 'directory' }

/** A tree of files in memory. Links are followed as a kernel does. */
export interface FixtureTree extends FileTree {
  readonly nodes: Map<string, Node>
}

/** The machine of that name under `fixtures/`. */
export function loadFixture(name: string): FixtureTree {
  return treeOf(parseFixture(readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8')))
}

/** A tree with these files, by path; `-> target` as content makes a symbolic link. */
export function treeFrom(files: Readonly<Record<string, string>>): FixtureTree {
  return treeOf(
    new Map(Object.entries(files).map(([path, text]) => [path, text.startsWith('-> ') ? { kind: 'link', target: text.slice(3) } : { kind: 'file', text }])),
  )
}

/** The format is described in `fixtures/README.md`. */
function parseFixture(text: string): Map<string, Node> {
  const nodes = new Map<string, Node>()
  const lines = text.split('\n')
  let folder = ''
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line === '' || line.startsWith('# ')) continue
    const heading = /^\[(\/.*)\]$/.exec(line)?.[1]
    if (heading !== undefined) {
      folder = heading
      nodes.set(folder, { kind: 'directory' })
      continue
    }
    const [, path, operator, value] = /^(\S+) (=|->|<<)(?: (.*))?$/.exec(line) ?? []
    if (path === undefined) throw new Error(`line ${at + 1} of a fixture is malformed: ${line}`)
    const full = path.startsWith('/') ? path : `${folder}/${path}`
    if (operator === '->') nodes.set(full, { kind: 'link', target: value ?? '' })
    else if (operator === '=')
      nodes.set(full, { kind: 'file', text: (value ?? '').includes('\\0') ? (value ?? '').replaceAll('\\0', '\0') : `${value ?? ''}\n` })
    else {
      const end = lines.indexOf('>>', at)
      nodes.set(full, {
        kind: 'file',
        text: lines
          .slice(at + 1, end)
          .map((own) => `${own}\n`)
          .join(''),
      })
      at = end
    }
  }
  return nodes
}

function treeOf(nodes: Map<string, Node>): FixtureTree {
  for (const path of [...nodes.keys()]) {
    for (let parent = path; parent !== '';) {
      parent = parent.slice(0, parent.lastIndexOf('/'))
      if (!nodes.has(parent || '/')) nodes.set(parent || '/', { kind: 'directory' })
    }
  }
  const missing = (path: string): HostwrightError => new HostwrightError('NOT_FOUND', `${path} is not there`, { subject: path })

  const resolve = (path: string, followLast: boolean): string => {
    let rest = path.split('/').filter((part) => part !== '' && part !== '.')
    let done: string[] = []
    for (let budget = 0; rest.length > 0; budget += 1) {
      if (budget > 200) throw new HostwrightError('IO_ERROR', `${path} has too many links`, { subject: path })
      const [part = '', ...others] = rest
      rest = others
      if (part === '..') {
        done = done.slice(0, -1)
        continue
      }
      const here = `/${[...done, part].join('/')}`
      const node = nodes.get(here)
      if (node?.kind === 'link' && (rest.length > 0 || followLast)) {
        if (node.target.startsWith('/')) done = []
        rest = [...node.target.split('/').filter((own) => own !== '' && own !== '.'), ...rest]
      } else done = [...done, part]
    }
    return `/${done.join('/')}`
  }
  const get = (path: string, followLast: boolean): [string, Node] => {
    const real = resolve(path, followLast)
    const node = nodes.get(real)
    if (node === undefined) throw missing(path)
    return [real, node]
  }
  const textOf = (path: string): string => {
    const [, node] = get(path, true)
    if (node.kind !== 'file') throw new HostwrightError('IO_ERROR', `${path} is a directory`, { subject: path })
    return node.text
  }
  const statOf = (node: Node): FileStat => ({
    type: node.kind === 'link' ? 'symlink' : node.kind,
    sizeBytes: node.kind === 'file' ? encodeFileName(node.text).length : 0,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeMs: 0,
    linkCount: 1,
    inode: 1,
  })
  return {
    nodes,
    label: 'fixture',
    async list(path) {
      const [real, node] = get(path, true)
      if (node.kind !== 'directory') throw new HostwrightError('INVALID_INPUT', `${path} is no directory`, { subject: path })
      const prefix = real === '/' ? '/' : `${real}/`
      const entries: DirectoryEntry[] = []
      for (const [own, child] of nodes) {
        const name = own.slice(prefix.length)
        if (own.startsWith(prefix) && name !== '' && !name.includes('/')) entries.push({ name, type: child.kind === 'link' ? 'symlink' : child.kind })
      }
      return entries.sort((first, second) => (first.name < second.name ? -1 : 1))
    },
    async stat(path) {
      return statOf(get(path, true)[1])
    },
    async lstat(path) {
      return statOf(get(path, false)[1])
    },
    async readlink(path) {
      const [, node] = get(path, false)
      if (node.kind !== 'link') throw new HostwrightError('INVALID_INPUT', `${path} is no link`, { subject: path })
      return node.target
    },
    async realpath(path) {
      return get(path, true)[0]
    },
    async read(path, options = {}) {
      const bytes = encodeFileName(textOf(path))
      const offset = options.offset ?? 0
      return bytes.slice(offset, options.length === undefined ? undefined : offset + options.length)
    },
    async readText(path) {
      return decodeFileName(encodeFileName(textOf(path)))
    },
    async exists(path) {
      return nodes.has(resolve(path, false))
    },
    async readMany(paths) {
      return paths.map((path) => {
        try {
          return textOf(path)
        } catch {
          return undefined
        }
      })
    },
  }
}
