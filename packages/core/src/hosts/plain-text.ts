import { showShellWord } from '../shell-quote.ts'

/**
 * Text from outside in one line and without control characters, so that it can be shown: line breaks and tabs become
 * spaces, escape sequences lose their escape, and what is longer than `maxLength` characters ends in `…`.
 */
export function plainText(text: string, maxLength = 300): string {
  const plain = text
    .slice(0, maxLength * 4)
    .replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .toWellFormed()
  return plain.length > maxLength ? `${plain.slice(0, maxLength - 1).toWellFormed()}…` : plain
}

/** A command as one would type it into a shell, for messages. */
export function formatCommand(argv: readonly string[]): string {
  return plainText(argv.map(showShellWord).join(' '))
}
