/** A piece of TypeScript in a README, a document or a TSDoc comment. */
export interface DocBlock {
  /** The code, after as many empty lines as stand before it in its file, so that positions in messages are those of the file. */
  readonly code: string
  /** Line of the file where the code starts, from 1. */
  readonly line: number
  /** Why it is only type-checked and not run; empty if it does not say. */
  readonly noRun: string | undefined
  /** What it prints, if a `text` block follows it. */
  readonly expected: string | undefined
}

const fence = /^( *)```(\w+)(.*)$/

/** The `ts` blocks of a Markdown text. */
export function markdownBlocks(text: string): readonly DocBlock[] {
  return collect(text.split('\n'))
}

/** The `ts` blocks of the `@example`s in a source file. */
export function exampleBlocks(source: string): readonly DocBlock[] {
  let inExample = false
  const lines = source.split('\n').map((line) => {
    const comment = /^\s*(?:\/\*\*|\*(?!\/)) ?(.*?)(?:\*\/)?$/.exec(line)
    if (comment === null) {
      inExample = false
      return ''
    }
    const [, content = ''] = comment
    if (/^@\w+/.test(content)) inExample = content.startsWith('@example')
    return inExample ? content : ''
  })
  return collect(lines)
}

function collect(lines: readonly string[]): readonly DocBlock[] {
  const blocks: DocBlock[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const [, indent = '', language = '', rest = ''] = fence.exec(lines[index] ?? '') ?? []
    if (language === '') continue
    const end = lines.findIndex((line, at) => at > index && line.trim() === '```')
    if (end === -1) throw new Error(`line ${index + 1}: the block is not closed`)
    const content = lines.slice(index + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    if (language === 'ts') blocks.push(tsBlock(content, index, rest.trim(), followingText(lines, end)))
    index = end
  }
  return blocks
}

function tsBlock(content: readonly string[], fenceIndex: number, attributes: string, expected: string | undefined): DocBlock {
  const line = fenceIndex + 2
  const noRun = /^no-run\b:?\s*(.*)$/.exec(attributes)
  if (noRun === null && attributes !== '') throw new Error(`line ${fenceIndex + 1}: \`${attributes}\` means nothing here`)
  return { code: `${'\n'.repeat(line - 1)}${content.join('\n')}\n`, line, noRun: noRun?.[1], expected }
}

/** The content of a `text` block that comes next, with nothing but empty lines between. */
function followingText(lines: readonly string[], end: number): string | undefined {
  const next = lines.findIndex((line, at) => at > end && line.trim() !== '')
  if (next === -1 || lines[next]?.trim() !== '```text') return undefined
  const close = lines.findIndex((line, at) => at > next && line.trim() === '```')
  return lines.slice(next + 1, close).join('\n')
}
