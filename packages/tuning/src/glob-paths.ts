import { listNames } from '@hostwright/core'
import type { FileTree } from '@hostwright/core'
import { isShellPattern, matchesPattern } from './shell-pattern.ts'

/** More matches than this are never meant. */
const maxMatches = 10_000

/** The paths of a tree that a shell pattern matches, sorted. `*` does not match a slash, nor a leading dot. */
export async function globPaths(fs: FileTree, pattern: string): Promise<readonly string[]> {
  let paths: readonly string[] = ['']
  for (const part of pattern.split('/').slice(1)) {
    if (!isShellPattern(part)) {
      paths = paths.map((path) => `${path}/${part}`)
      continue
    }
    const found = await Promise.all(
      paths.map(async (path) => (await listNames(fs, path === '' ? '/' : path)).filter((name) => matches(part, name)).map((name) => `${path}/${name}`)),
    )
    paths = found.flat().slice(0, maxMatches)
  }
  const there = await Promise.all(paths.map(async (path) => fs.exists(path)))
  return paths.filter((_, index) => there[index] === true).toSorted()
}

function matches(pattern: string, name: string): boolean {
  return (!name.startsWith('.') || pattern.startsWith('.')) && matchesPattern(pattern, name)
}
