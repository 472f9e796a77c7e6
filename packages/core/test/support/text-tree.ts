import { HostwrightError, type FileTree } from '@hostwright/core'

/** A read-only tree of texts by path, without following links; `-> target` as text is a link. Enough for what reads `/proc` and `/sys` by fixed paths. */
export function textTree(files: Readonly<Record<string, string>>): FileTree {
  const missing = (path: string): HostwrightError => new HostwrightError('NOT_FOUND', `${path} is not there`)
  const find = (path: string): string => {
    const text = files[path]
    if (text === undefined) throw missing(path)
    return text
  }
  const unused = async (): Promise<never> => {
    throw new TypeError('not part of this tree')
  }
  return {
    label: 'texts',
    async list(path) {
      const names = new Set(Object.keys(files).flatMap((own) => (own.startsWith(`${path}/`) ? [own.slice(path.length + 1).split('/', 1)[0] ?? ''] : [])))
      if (names.size === 0) throw missing(path)
      return [...names].sort().map((name) => ({ name, type: 'unknown' as const }))
    },
    async readlink(path) {
      const text = find(path)
      if (!text.startsWith('-> ')) throw new HostwrightError('INVALID_INPUT', `${path} is no link`)
      return text.slice(3)
    },
    async read(path, options = {}) {
      const bytes = Buffer.from(find(path), 'latin1')
      return bytes.subarray(options.offset ?? 0, options.length === undefined ? undefined : (options.offset ?? 0) + options.length)
    },
    readText: async (path) => find(path),
    exists: async (path) => Object.keys(files).some((own) => own === path || own.startsWith(`${path}/`)),
    readMany: async (paths) => paths.map((path) => files[path]),
    stat: unused,
    lstat: unused,
    realpath: unused,
  }
}
