import { Buffer } from 'node:buffer'
import { listNames, type FileTree } from '@hostwright/core'

/** A file of a drop-in directory, in the order in which it is read. */
export interface DropInFile {
  readonly path: string
  readonly text: string
  /** Files of the same name in later directories, which are not read because of this one. */
  readonly hides: readonly string[]
}

const parents = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib']

/**
 * The `.conf` files of a drop-in directory such as `sysctl.d` in the order in which they are read: by name, whatever directory they are in.
 * Of files of the same name only the one in the first of `/etc`, `/run`, `/usr/local/lib`, `/usr/lib` and `/lib` counts.
 *
 * Source: `man 5 sysctl.d`, `man 5 modprobe.d`.
 */
export async function readDropInFiles(fs: FileTree, directory: string): Promise<readonly DropInFile[]> {
  // Where /lib is a link to /usr/lib, the two are one directory and hide nothing.
  const merged = (await fs.exists('/lib')) && (await fs.lstat('/lib')).type === 'symlink'
  const directories = parents.filter((parent) => parent !== '/lib' || !merged).map((parent) => `${parent}/${directory}`)
  const lists = await Promise.all(directories.map((path) => listNames(fs, path)))
  const byName = new Map<string, string[]>()
  for (const [index, names] of lists.entries()) {
    for (const name of names) if (name.endsWith('.conf')) byName.set(name, [...(byName.get(name) ?? []), `${directories[index]}/${name}`])
  }
  const order = [...byName.keys()].toSorted(byFileName)
  const texts = await fs.readMany(order.map((name) => byName.get(name)?.[0] ?? ''))
  return order.flatMap((name, index) => {
    const [path = '', ...hides] = byName.get(name) ?? []
    const text = texts[index]
    return text === undefined ? [] : [{ path, text, hides }]
  })
}

/** Order of files by their names alone, as strcmp(3) has it; names are UTF-8 there and UTF-16 here. */
export function byFileName(left: string, right: string): number {
  const name = (path: string): Buffer => Buffer.from(path.slice(path.lastIndexOf('/') + 1))
  return Buffer.compare(name(left), name(right))
}
