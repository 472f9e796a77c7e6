import type { DirectoryEntry, FileTree } from '@hostwright/core'

/**
 * The same tree, reading each file, link and directory at most once, so that sections which look at the same things do not read them twice
 * and tell the same story. For one round of reading: nothing that it has read is read again later.
 */
export function readOnce(fs: FileTree): FileTree {
  const texts = new Map<string, Promise<string | undefined>>()
  const links = new Map<string, Promise<string>>()
  const directories = new Map<string, Promise<readonly DirectoryEntry[]>>()
  const existing = new Map<string, Promise<boolean>>()

  const once = <T>(known: Map<string, Promise<T>>, path: string, read: (path: string) => Promise<T>): Promise<T> => {
    const found = known.get(path) ?? read(path)
    known.set(path, found)
    return found
  }

  return {
    label: fs.label,
    stat: (path) => fs.stat(path),
    lstat: (path) => fs.lstat(path),
    realpath: (path) => fs.realpath(path),
    read: (path, options) => fs.read(path, options),
    readText: (path, options) => fs.readText(path, options),
    list: (path) => once(directories, path, (own) => fs.list(own)),
    readlink: (path) => once(links, path, (own) => fs.readlink(own)),
    exists: (path) => once(existing, path, (own) => fs.exists(own)),
    readMany: async (paths) => {
      const missing = [...new Set(paths)].filter((path) => !texts.has(path))
      if (missing.length > 0) {
        const batch = fs.readMany(missing)
        for (const [index, path] of missing.entries()) {
          const text = batch.then((own) => own[index])
          // Whoever asked for the path sees the failure; those who did not ask yet must not make it unhandled.
          text.catch(() => {})
          texts.set(path, text)
        }
      }
      return Promise.all(paths.map((path) => texts.get(path) ?? Promise.resolve(undefined)))
    },
  }
}
