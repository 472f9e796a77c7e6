/**
 * tuned is written in Python, and its file format is what Python's `str` and `re` make of it. What differs from JavaScript
 * in white space, words and regular expressions is here.
 */

const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${space}]+`, 'u')
const trailing = new RegExp(`[${space}]+$`, 'u')
const single = new RegExp(`^[${space}]$`, 'u')
const runs = new RegExp(`[${space}]+`, 'u')

/** Whether one character is white space, as `str.isspace`. */
export function isSpace(character: string): boolean {
  return single.test(character)
}

/** Without the white space at both ends, as `str.strip`. */
export function strip(text: string): string {
  return stripEnd(text.replace(leading, ''))
}

/** Without the white space at its end, as `str.rstrip`. */
export function stripEnd(text: string): string {
  // A regular expression that is anchored at the end alone would try every run of spaces from each of its characters.
  let end = text.length
  while (end > 0 && isSpace(text[end - 1] ?? '')) end -= 1
  return end === text.length || !trailing.test(text) ? text : text.slice(0, end)
}

/** The words of a text, as `str.split()`. */
export function words(text: string): string[] {
  return text.split(runs).filter((word) => word !== '')
}

/** A decimal integer as `int()` takes it, or `undefined`. */
export function parseInteger(text: string): bigint | undefined {
  const digits = /^([+-]?)([0-9]+(?:_[0-9]+)*)$/u.exec(strip(text))
  if (digits === null) return undefined
  const value = BigInt((digits[2] ?? '').replaceAll('_', ''))
  return digits[1] === '-' ? -value : value
}

/**
 * A regular expression of Python's `re` in JavaScript, as far as the two have the same things, or `undefined` if the text is
 * no regular expression there. Flags at its start (`(?i)`), `\A`, `\Z` and named groups are translated.
 */
export function pythonExpression(source: string, multiline: boolean): RegExp | undefined {
  let flags = multiline ? 'm' : ''
  let body = source
  const inline = /^\(\?([aimsux]+)\)/u.exec(body)
  if (inline !== null) {
    body = body.slice(inline[0].length)
    if (inline[1]?.includes('i') === true) flags += 'i'
    if (inline[1]?.includes('s') === true) flags += 's'
    if (inline[1]?.includes('m') === true && !multiline) flags += 'm'
  }
  body = body.replaceAll(/\\[\s\S]|\(\?P<|\(\?P=(\w+)\)/gu, (match: string, name: string | undefined) => {
    if (match === '\\A') return '(?<![\\s\\S])'
    if (match === '\\Z') return '(?![\\s\\S])'
    if (match === '(?P<') return '(?<'
    return name === undefined ? match : `\\k<${name}>`
  })
  try {
    // Without the u flag, an escape that Python would only warn about (`\-`, `\_`) stands for its character in both.
    return new RegExp(body, flags)
  } catch {
    return undefined
  }
}

/** The words of a path without `.`, `..` and double slashes, as `os.path.normpath`. */
export function normalisePath(path: string): string {
  const absolute = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || !absolute) parts.push(part)
  }
  return `${absolute ? '/' : ''}${parts.join('/')}` || '.'
}

/** The part of a path before its last slash. */
export function directoryOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at <= 0 ? '/' : path.slice(0, at)
}

/** The part of a path after its last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
