/**
 * The words of the kernel command line in a file: a boot loader entry's `options` lines, or a file that is the command line
 * itself. `undefined` if an entry has none. Words in double quotes may hold spaces (`Documentation/admin-guide/kernel-parameters.rst`).
 */
export function splitCommandLine(path: string, text: string): readonly string[] | undefined {
  const lines = commandLines(path, text)
  return lines.length === 0 ? undefined : lines.flatMap((line) => commandWords(line.content))
}

/** The text with parameters added at the end of its first command line; those that are there stay where they are. */
export function addParameters(path: string, text: string, parameters: readonly string[]): string {
  const [first] = commandLines(path, text)
  if (first === undefined || parameters.length === 0) return text
  const at = first.start + first.content.trimEnd().length
  const separator = first.content.trim() === '' && first.content.length === 0 && first.bare ? '' : ' '
  return `${text.slice(0, at)}${separator}${parameters.join(' ')}${text.slice(first.start + first.content.length)}`
}

/** The text without these parameters, each taken away once with the white space before it. */
export function removeParameters(path: string, text: string, parameters: readonly string[]): string {
  let result = text
  for (const parameter of parameters) {
    for (const line of commandLines(path, result)) {
      const at = findWord(line.content, parameter)
      if (at === undefined) continue
      const before = line.content.slice(0, at).trimEnd()
      const after = line.content.slice(at + parameter.length)
      const content = before === '' && line.bare ? after.trimStart() : `${before}${after}`
      result = `${result.slice(0, line.start)}${content}${result.slice(line.start + line.content.length)}`
      break
    }
  }
  return result
}

interface CommandLinePart {
  /** Where `content` begins in the text. */
  readonly start: number
  readonly content: string
  /** Nothing stands before the content on its line. */
  readonly bare: boolean
}

function commandLines(path: string, text: string): readonly CommandLinePart[] {
  const entry = path.endsWith('.conf')
  const parts: CommandLinePart[] = []
  let start = 0
  for (const line of text.split('\n')) {
    const keyword = /^options(?=\s|$)/u.exec(line)?.[0]
    if (entry && keyword !== undefined) parts.push({ start: start + keyword.length, content: line.slice(keyword.length), bare: false })
    if (!entry && !line.startsWith('#') && parts.length === 0 && (line.trim() !== '' || text.trim() === '')) parts.push({ start, content: line, bare: true })
    start += line.length + 1
  }
  return parts
}

function commandWords(line: string): readonly string[] {
  return line.match(/(?:"[^"]*"|[^\s"])+/gu) ?? []
}

function findWord(line: string, word: string): number | undefined {
  for (const found of line.matchAll(/(?:"[^"]*"|[^\s"])+/gu)) if (found[0] === word) return found.index
  return undefined
}
