import { Buffer } from 'node:buffer'
import { accessSync, constants, statSync } from 'node:fs'
import { encodeFileName } from '../file-name.ts'

/** Where a program of this machine is, or why it cannot be started. */
export type ProgramSearch =
  | { readonly state: 'found'; readonly path: string }
  | { readonly state: 'denied'; readonly path: string }
  | { readonly state: 'missing' }

/** What the C library searches where PATH is not set. */
const defaultSearchPath = '/bin:/usr/bin'

/** Looks for a program as `execvp` does: in PATH, or at the path that the name is. */
export function findProgram(name: string, searchPath: string = defaultSearchPath, cwd = '/'): ProgramSearch {
  const candidates = name.includes('/') ? [name] : searchPath.split(':').map((directory) => `${directory === '' ? '.' : directory}/${name}`)
  let denied: string | undefined
  for (const candidate of candidates) {
    const path = candidate.startsWith('/') ? candidate : `${cwd}/${candidate}`
    const native = Buffer.from(encodeFileName(path))
    const stat = statSync(native, { throwIfNoEntry: false })
    if (stat?.isFile() !== true) continue
    try {
      accessSync(native, constants.X_OK)
      return { state: 'found', path }
    } catch {
      denied ??= path
    }
  }
  return denied === undefined ? { state: 'missing' } : { state: 'denied', path: denied }
}
