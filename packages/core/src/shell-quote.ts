import { HostwrightError } from './errors.ts'

/**
 * A word that a POSIX shell reads as exactly this text: bare where nothing is special, else in single quotes.
 *
 * @throws INVALID_INPUT for a NUL, which no argument can hold
 */
export function quoteShell(text: string): string {
  if (text.includes('\0')) throw new HostwrightError('INVALID_INPUT', 'a NUL byte cannot be part of a command or path', { subject: text.replaceAll('\0', '␀') })
  if (/^[A-Za-z0-9_./:@%+=,-]+$/u.test(text)) return text
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** A command line that a POSIX shell reads as exactly these words. */
export function quoteShellWords(words: readonly string[]): string {
  return words.map((word, index) => (index === 0 && word.includes('=') ? `'${word.replaceAll("'", String.raw`'\''`)}'` : quoteShell(word))).join(' ')
}
