import { HostwrightError } from './errors.ts'

/**
 * A word that a POSIX shell, and zsh, reads as exactly this text: bare where nothing is special, else in single quotes.
 *
 * @throws INVALID_INPUT for a NUL, which no argument can hold
 */
export function quoteShell(text: string): string {
  if (text.includes('\0')) throw new HostwrightError('INVALID_INPUT', 'a NUL byte cannot be part of a command or path', { subject: text.replaceAll('\0', '␀') })
  return showShellWord(text)
}

/**
 * A command line that a POSIX shell, and zsh, reads as exactly these words.
 *
 * @throws INVALID_INPUT for a NUL
 */
export function quoteShellWords(words: readonly string[]): string {
  return words.map((word, index) => (index === 0 && word.includes('=') ? inQuotes(word) : quoteShell(word))).join(' ')
}

/** As `quoteShell`, for a text that is only shown and may hold anything. */
export function showShellWord(text: string): string {
  // zsh puts the path of a program in the place of `=NAME`, in assignments also after a colon.
  return /^(?!=|.*[:=]=)[\w./:@%+=,-]+$/u.test(text) ? text : inQuotes(text)
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
