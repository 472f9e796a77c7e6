/** One parameter of the kernel command line. */
export interface KernelParameter {
  readonly name: string
  /** Without its quotes; absent for a bare word such as `quiet`. */
  readonly value?: string
}

/** The kernel command line, whole and in parts. */
export interface KernelCommandLine {
  readonly text: string
  /** In their order; a name can stand there more than once (`console=`). */
  readonly parameters: readonly KernelParameter[]
  /** What follows `--`: arguments for the first process. */
  readonly initArguments: readonly string[]
}

/**
 * The parts of a kernel command line, as the kernel's `next_arg()` (`lib/cmdline.c`) splits it: double quotes keep spaces together,
 * around a value or a whole parameter, and nothing is escaped.
 */
export function parseCommandLine(text: string): KernelCommandLine {
  const words = splitWords(text)
  const end = words.indexOf('--')
  const parameters = (end === -1 ? words : words.slice(0, end)).map(parseParameter)
  return { text: text.trim(), parameters, initArguments: end === -1 ? [] : words.slice(end + 1) }
}

function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let quoted = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (!quoted && /\s/.test(character)) {
      if (word !== '') words.push(word)
      word = ''
    } else word += character
  }
  if (word !== '') words.push(word)
  return words
}

function parseParameter(word: string): KernelParameter {
  const whole = word.startsWith('"') ? word.slice(1).replace(/"$/, '') : word
  const at = whole.indexOf('=')
  if (at <= 0) return { name: whole }
  const value = whole.slice(at + 1)
  return { name: whole.slice(0, at), value: value.startsWith('"') ? value.slice(1).replace(/"$/, '') : value }
}
