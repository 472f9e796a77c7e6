/** A configuration file that Hostwright wrote, taken apart. */
export interface ManagedFile {
  /** The profile or feature that it was written for. */
  readonly what: string
  /** The lines below the header. */
  readonly body: string
  /** Whether nobody has edited it since: its lines still have the hash that the header states. */
  readonly intact: boolean
}

const mark = '# Written by Hostwright: '
const hashMark = '# sha256 of the lines below: '

/**
 * A configuration file with the header by which it is recognised, explained and removed again.
 * The same input always gives the same bytes.
 */
export async function renderManagedFile(what: string, purpose: string, body: string): Promise<string> {
  return [
    `${mark}${oneLine(what)}`,
    `# What: ${oneLine(purpose)}`,
    '# Why: the reason of each value stands above it.',
    '# Change it through `hostwright tuning apply`, which rewrites this file; `hostwright tuning remove` removes it without trace.',
    `${hashMark}${await digest(body)}`,
    '',
    body,
  ].join('\n')
}

/** Recognises a file made by {@link renderManagedFile}; `undefined` for any other. */
export async function readManagedFile(text: string): Promise<ManagedFile | undefined> {
  if (!text.startsWith(mark)) return undefined
  const what = text.slice(mark.length, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'))
  const at = text.indexOf(`\n${hashMark}`)
  const end = at === -1 ? -1 : text.indexOf('\n\n', at + 1)
  if (end === -1) return { what, body: '', intact: false }
  const body = text.slice(end + 2)
  return { what, body, intact: text.slice(at + 1 + hashMark.length, end) === (await digest(body)) }
}

/** A value's reason and source as comment lines above it. */
export function reasonLines(why: string, source: string): string {
  return `# ${oneLine(why)}\n# from ${oneLine(source)}\n`
}

/** Text from outside on one comment line. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu, ' ').trim()
}

async function digest(text: string): Promise<string> {
  const { createHash } = await import('node:crypto')
  return createHash('sha256').update(text).digest('hex')
}
