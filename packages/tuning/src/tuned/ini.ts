import { ParseError } from '@hostwright/core'
import { isSpace, strip, stripEnd } from './python-text.ts'

/** An option of a section, and where it stands. */
export interface IniOption {
  readonly name: string
  /** Lines of a value that goes on over several are joined by newlines. `null`: the name stands alone. */
  readonly value: string | null
  readonly source: string
  /** Counts from 1. */
  readonly line: number
  /** The comment right above it, one paragraph, without its marks. */
  readonly comment: string
}

/** A section of a file; sections of the same name are one. */
export interface IniSection {
  readonly name: string
  readonly line: number
  readonly options: ReadonlyMap<string, IniOption>
}

/** How a file differs from a profile. */
export interface IniOptions {
  /** What stands before the first header belongs to a section of this name; default: that is an error. */
  readonly headless?: string
  /** A name without `=` is an option without a value; default: that is an error. */
  readonly allowNoValue?: boolean
}

/** Most bytes that a profile or a file of variables may have. */
export const maxIniBytes: number = 1024 * 1024

interface OpenOption {
  readonly name: string
  readonly lines: string[] | null
  readonly line: number
  readonly comment: string
}

interface OpenSection {
  readonly name: string
  readonly line: number
  readonly options: Map<string, OpenOption>
}

/**
 * Parses the sections of a tuned profile: Python's `ConfigParser` with `=` as its only delimiter, comments in lines that start
 * with `#` or `;`, inline comments after ` #`, names in their own case, repeated sections joined, and the last of repeated
 * options kept. Options of `[DEFAULT]` belong to every section. Lines that are indented more than their option belong to it.
 *
 * @throws `PARSE_ERROR` for the first line that is neither a header nor an option, and for options before a header
 */
export function parseTunedIni(text: string, source: string, options: IniOptions = {}): readonly IniSection[] {
  const sections = new Map<string, OpenSection>()
  const defaults: OpenSection = { name: 'DEFAULT', line: 1, options: new Map() }
  let section: OpenSection | undefined
  let option: OpenOption | undefined
  let indent = 0
  let comment: string[] = []
  if (options.headless !== undefined) {
    section = { name: options.headless, line: 1, options: new Map() }
    sections.set(section.name, section)
  }
  const lines = text.replaceAll(/\r\n?/gu, '\n').split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const [index, line] of lines.entries()) {
    const number = index + 1
    const cut = commentStart(line)
    const value = strip(cut === undefined ? line : line.slice(0, cut))
    if (value === '') {
      if (cut === undefined) {
        option?.lines?.push('')
        comment = []
      } else comment.push(strip(line).replace(/^[#;]+/u, ''))
      continue
    }
    const depth = firstNonSpace(line)
    if (section !== undefined && option !== undefined && depth > indent) {
      if (option.lines === null)
        throw new ParseError({ source, line: number, column: depth + 1 }, `\`${option.name}\` has no value that this line could go on with`)
      option.lines.push(value)
      continue
    }
    indent = depth
    const header = /^\[(.+)\]/su.exec(value)?.[1]
    if (header !== undefined) {
      section = header === defaults.name ? defaults : (sections.get(header) ?? { name: header, line: number, options: new Map() })
      if (section !== defaults) sections.set(header, section)
      option = undefined
      comment = []
      continue
    }
    const position = { source, line: number, column: depth + 1 }
    if (section === undefined) throw new ParseError(position, `expected a section header such as [main], found ${quoted(value)}`)
    option = parseOption(value, number, comment, options.allowNoValue === true)
    comment = []
    if (option === undefined) throw new ParseError(position, `expected \`name = value\` or a section header, found ${quoted(value)}`)
    // The first place of a repeated option decides its order, the last one its value: as in a Python dictionary.
    section.options.set(option.name, option)
  }
  return [...sections.values()].map((open) => closeSection(open, defaults, source))
}

function parseOption(value: string, line: number, comment: readonly string[], allowNoValue: boolean): OpenOption | undefined {
  const equals = value.indexOf('=')
  const about = paragraph(comment)
  if (equals === -1) return allowNoValue ? { name: value, lines: null, line, comment: about } : undefined
  const name = stripEnd(value.slice(0, equals))
  return name === '' ? undefined : { name, lines: [strip(value.slice(equals + 1))], line, comment: about }
}

function closeSection(open: OpenSection, defaults: OpenSection, source: string): IniSection {
  const options = new Map<string, IniOption>()
  for (const { name, lines, line, comment } of [...open.options.values(), ...defaults.options.values()]) {
    if (options.has(name)) continue
    options.set(name, { name, value: lines === null ? null : stripEnd(lines.join('\n')), source, line, comment })
  }
  return { name: open.name, line: open.line, options }
}

/** Where the comment of a line begins, or `undefined`. */
function commentStart(line: string): number | undefined {
  const start = strip(line)[0]
  if (start === '#' || start === ';') return 0
  for (let at = line.indexOf('#'); at !== -1; at = line.indexOf('#', at + 1)) if (at === 0 || isSpace(line[at - 1] ?? '')) return at
  return undefined
}

function firstNonSpace(line: string): number {
  let at = 0
  while (at < line.length && isSpace(line[at] ?? '')) at += 1
  return at
}

/** The last paragraph of comment lines, or nothing if those are options that were commented out. */
function paragraph(comment: readonly string[]): string {
  const lines: string[] = []
  for (const line of comment.toReversed()) {
    const text = strip(line)
    if (text === '') {
      if (lines.length > 0) break
      continue
    }
    if (/^[\w./*-]+\s*=/u.test(text)) break
    lines.unshift(text)
  }
  return lines.join(' ').replaceAll(/\s+/gu, ' ')
}

function quoted(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``
}
