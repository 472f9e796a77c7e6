import type { PersistentValue } from './entry.ts'
import { reasonLines } from './managed-file.ts'

/**
 * The lines of a tmpfiles.d file (`man 5 tmpfiles.d`). `w` writes to existing files only; `-` makes a refused value no
 * failure of the boot.
 */
export function renderTmpfilesLines(values: readonly PersistentValue[]): string {
  return values
    .map(
      (each) => `${reasonLines(each.why, each.source)}w- ${each.pattern === true ? each.path : escapePath(each.path)} - - - - ${escapeArgument(each.value)}\n`,
    )
    .join('')
}

/** A path as one word: specifiers, quotes, globs and white space escaped. A backslash has three readers, so it becomes a `?`. */
function escapePath(path: string): string {
  const escaped = path
    .replaceAll('%', '%%')
    .replace(/[*?[\]]/gu, '[$&]')
    .replaceAll('\\', '?')
  return /[\s"']/u.test(escaped) ? `"${escaped.replaceAll('"', String.raw`\"`)}"` : escaped
}

/** The argument takes the rest of the line; specifiers and C escapes in it are interpreted. */
function escapeArgument(value: string): string {
  return value
    .replaceAll('%', '%%')
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', String.raw`\t`)
}
