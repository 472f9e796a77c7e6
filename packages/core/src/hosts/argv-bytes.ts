import { encodeFileName, hasEscapedBytes } from '../file-name.ts'

/**
 * Decodes each argument with printf's `%b`, then becomes the command. The dot keeps newlines at an argument's end from
 * being cut off by the command substitution.
 */
const decodeAndExec = 'n=$#; while [ "$n" -gt 0 ]; do a=$(printf "%b." "$1"); shift; set -- "$@" "${a%.}"; n=$((n-1)); done; exec "$@"'

/**
 * The same command in words that survive an interface that takes only UTF-8: as it is, or, if an argument holds bytes
 * that are not UTF-8 (see {@link encodeFileName}), as a POSIX shell that decodes the words and becomes the command.
 */
export function portableArgv(argv: readonly string[]): readonly string[] {
  if (!argv.some(hasEscapedBytes)) return argv
  return ['/bin/sh', '-c', decodeAndExec, 'sh', ...argv.map(printfEscaped)]
}

/** A text for printf's `%b`, in plain ASCII. */
function printfEscaped(text: string): string {
  let escaped = ''
  for (const byte of encodeFileName(text)) {
    escaped += byte < 0x20 || byte >= 0x7f || byte === 0x5c ? `\\0${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)
  }
  return escaped
}
