/** Breaks a text at spaces into lines of at most `width` characters; a longer word gets a line of its own. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/u).filter((part) => part !== '')) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Rows of a term and its explanation in two columns; a term that is too long gets a line of its own. */
export function definitionList(rows: readonly (readonly [term: string, text: string])[], width: number): string[] {
  const longestTerm = Math.min(26, Math.floor(width / 3))
  const fitting = rows.map(([term]) => term.length).filter((length) => length <= longestTerm)
  const column = Math.max(0, ...fitting) + 4
  return rows.flatMap(([term, text]) => {
    const lines = wrapText(text, Math.max(20, width - column))
    const indented = lines.map((line) => ' '.repeat(column) + line)
    if (term.length + 4 > column) return [`  ${term}`, ...indented]
    return [`  ${term}`.padEnd(column) + (lines[0] ?? ''), ...indented.slice(1)].map((line) => line.trimEnd())
  })
}
