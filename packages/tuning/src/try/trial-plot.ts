/** Two samples drawn one below the other on the same axis. */
export interface TrialPlot {
  /** A column for each piece of the axis: how many values fall into it, as a height. */
  readonly before: string
  readonly after: string
  /** The least and the largest value that are drawn. */
  readonly from: number
  readonly to: number
}

const heights = '▁▂▃▄▅▆▇█'

/** Draws how the values of two samples are distributed, with a bar of eight heights for each of `width` pieces of the axis. */
export function plotSamples(before: readonly number[], after: readonly number[], width = 48): TrialPlot {
  const all = [...before, ...after]
  const from = Math.min(...all)
  const to = Math.max(...all)
  const pieces = [before, after].map((sample) => countPieces(sample, from, to, width))
  const highest = Math.max(1, ...pieces.flat())
  const draw = (counts: readonly number[] | undefined): string =>
    (counts ?? []).map((count) => (count === 0 ? ' ' : (heights[Math.ceil((count / highest) * heights.length) - 1] ?? ' '))).join('')
  return { before: draw(pieces[0]), after: draw(pieces[1]), from, to }
}

function countPieces(sample: readonly number[], from: number, to: number, width: number): readonly number[] {
  const counts = Array.from({ length: width }, () => 0)
  for (const value of sample) {
    const at = to === from ? Math.floor(width / 2) : Math.min(width - 1, Math.floor(((value - from) / (to - from)) * width))
    counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}
