/**
 * Order of two kernel versions by the numbers at their start: below 0, 0 or above 0. What follows the numbers does not count, and numbers that one
 * of them leaves out are 0: `6.1` is `6.1.0-13-amd64`.
 */
export function compareKernelVersions(left: string, right: string): number {
  const [first, second] = [numbersOf(left), numbersOf(right)]
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    const difference = (first[index] ?? 0) - (second[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function numbersOf(version: string): readonly number[] {
  return (/^\d+(?:\.\d+)*/u.exec(version)?.[0] ?? '0').split('.').map(Number)
}
