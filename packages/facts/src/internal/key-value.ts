/**
 * Assignments of a file in the manner of `/etc/os-release`: shell-like, one a line, with quotes and backslashes, without expansion
 * (freedesktop.org, os-release(5)). Lines that are no assignment are left out; the last of two equal keys counts.
 */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, key, raw] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*?)\s*$/.exec(line) ?? []
    if (key !== undefined && raw !== undefined) values.set(key, unquote(raw))
  }
  return values
}

function unquote(raw: string): string {
  let text = ''
  let quote = ''
  for (let at = 0; at < raw.length; at += 1) {
    const character = raw[at] ?? ''
    if (quote === "'") {
      if (character === quote) quote = ''
      else text += character
    } else if (character === '\\' && at + 1 < raw.length) {
      at += 1
      const next = raw[at] ?? ''
      // Inside double quotes a backslash is kept unless it protects one of these.
      text += quote === '"' && !'"$`\\'.includes(next) ? character + next : next
    } else if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (quote === '' && /\s/.test(character)) return text
    else text += character
  }
  return text
}
