/**
 * A shell pattern (`*`, `?`, `[a-z]`, `[!a]`) as a regular expression for a whole name, as fnmatch(3) without flags reads it.
 * A `[` that is not closed stands for itself.
 */
function shellPattern(pattern: string): RegExp {
  let source = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? ''
    if (character === '*') {
      // Runs of stars mean one star; as several they would make matching slow.
      if (pattern[at - 1] !== '*') source += '[^]*'
    } else if (character === '?') source += '[^]'
    else if (character === '[') {
      const set = bracket(pattern, at)
      source += set?.source ?? '\\['
      at = set?.end ?? at
    } else if (character === '\\' && at + 1 < pattern.length) {
      at += 1
      source += quote(pattern[at] ?? '')
    } else source += quote(character)
  }
  return new RegExp(`^${source}$`)
}

/** Whether a name matches the pattern. */
export function matchesPattern(pattern: string, name: string): boolean {
  return isShellPattern(pattern) || pattern.includes('\\') ? shellPattern(pattern).test(name) : pattern === name
}

/** Whether a name matches one of the patterns. */
export function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, name))
}

/** Whether a text has a character that a shell pattern gives a meaning. */
export function isShellPattern(text: string): boolean {
  return /[*?[]/u.test(text)
}

function bracket(pattern: string, start: number): { source: string; end: number } | undefined {
  const negated = pattern[start + 1] === '!' || pattern[start + 1] === '^'
  const first = start + (negated ? 2 : 1)
  const end = pattern.indexOf(']', first + 1)
  if (end === -1) return undefined
  const members = pattern.slice(first, end).replaceAll(/[\\\]^]/gu, '\\$&')
  const ranges = members.replaceAll(/([^\\])-([^\\])/gu, (whole, low: string, high: string) => (low <= high ? whole : ''))
  if (ranges === '') return { source: negated ? '[^]' : '(?!)', end }
  return { source: `[${negated ? '^' : ''}${ranges}]`, end }
}

function quote(character: string): string {
  return /[.*+?^${}()|[\]\\/]/u.test(character) ? `\\${character}` : character
}
