/** A line of a difference: taken away, added, kept, or a number of kept lines that are not shown. */
export interface DiffLine {
  readonly kind: 'removed' | 'added' | 'kept' | 'skipped'
  readonly text: string
}

/** Beyond this many lines of either text (after what both begin and end with), the whole is shown as replaced. */
const limit = 2000

/** The lines in which two texts differ, with this many lines of what is the same around them. */
export function diffLines(before: string, after: string, context = 2): DiffLine[] {
  const [left, right] = [toLines(before), toLines(after)]
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1
  let end = 0
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1
  const kept = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'kept', text }))
  const middle = longestCommon(left.slice(start, left.length - end), right.slice(start, right.length - end))
  return shorten([...kept(left.slice(0, start)), ...middle, ...kept(left.slice(left.length - end))], context)
}

function longestCommon(left: readonly string[], right: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text })
  const added = (text: string): DiffLine => ({ kind: 'added', text })
  if (left.length === 0 || right.length === 0 || left.length > limit || right.length > limit) return [...left.map(removed), ...right.map(added)]
  const width = right.length + 1
  const lengths = new Uint16Array((left.length + 1) * width)
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const at = row * width + column
      lengths[at] = left[row] === right[column] ? (lengths[at + width + 1] ?? 0) + 1 : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0)
    }
  }
  const lines: DiffLine[] = []
  let row = 0
  let column = 0
  while (row < left.length || column < right.length) {
    const [from, to] = [left[row], right[column]]
    if (from !== undefined && from === to) {
      lines.push({ kind: 'kept', text: from })
      row += 1
      column += 1
    } else if (to === undefined || (from !== undefined && (lengths[(row + 1) * width + column] ?? 0) >= (lengths[row * width + column + 1] ?? 0))) {
      lines.push(removed(from ?? ''))
      row += 1
    } else {
      lines.push(added(to))
      column += 1
    }
  }
  return lines
}

function shorten(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== 'kept'))
  const short: DiffLine[] = []
  let hidden = 0
  const flush = (): void => {
    if (hidden > 0) short.push({ kind: 'skipped', text: hidden === 1 ? '1 line' : `${hidden} lines` })
    hidden = 0
  }
  for (const [index, line] of lines.entries()) {
    if (near[index] === true) {
      flush()
      short.push(line)
    } else hidden += 1
  }
  flush()
  return short
}

function toLines(text: string): string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}
