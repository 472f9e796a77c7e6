import { shorten, type FileProblem } from './sysctl-file.ts'

/** What a line of modprobe.d does. */
export type ModprobeCommand =
  | { readonly kind: 'alias'; readonly pattern: string; readonly module: string }
  | { readonly kind: 'blacklist'; readonly module: string }
  | { readonly kind: 'install' | 'remove'; readonly module: string; readonly command: string }
  | { readonly kind: 'options'; readonly module: string; readonly options: readonly ModuleOption[] }
  | { readonly kind: 'softdep'; readonly module: string; readonly before: readonly string[]; readonly after: readonly string[] }
  | { readonly kind: 'weakdep'; readonly module: string; readonly modules: readonly string[] }

/** One option of a module; a flag has no value. */
export interface ModuleOption {
  readonly name: string
  readonly value: string | undefined
  readonly line: number
  readonly column: number
}

/** A command and where it stands. Lines count from 1. */
export type ModprobeLine = ModprobeCommand & { readonly line: number; readonly column: number }

/** What a file of modprobe.d says. */
export interface ModprobeFile {
  readonly lines: readonly ModprobeLine[]
  readonly problems: readonly FileProblem[]
}

/** The commands that modprobe.d knows; `include` and `config` are gone since kmod 4. */
export const modprobeCommands: readonly string[] = ['alias', 'blacklist', 'install', 'options', 'remove', 'softdep', 'weakdep']

interface Word {
  readonly text: string
  readonly line: number
  readonly column: number
}

/**
 * Parses a file of modprobe.d: one command a line, `\` at the end of a line goes on in the next, `#` begins a comment line. Module names have
 * underscores for hyphens. Never fails: what is not well formed is among the problems.
 *
 * Source: `man 5 modprobe.d`, kmod `libkmod/libkmod-config.c`.
 */
export function parseModprobeFile(text: string): ModprobeFile {
  const lines: ModprobeLine[] = []
  const problems: FileProblem[] = []
  for (const words of logicalLines(text)) {
    const [command, subject, ...rest] = words
    if (command === undefined || command.text.startsWith('#')) continue
    const place = { line: command.line, column: command.column }
    if (!modprobeCommands.includes(command.text)) {
      problems.push({ ...place, message: `\`${shorten(command.text)}\` is no command of modprobe.d; there are ${modprobeCommands.join(', ')}` })
      continue
    }
    if (subject === undefined) {
      problems.push({ ...place, message: `\`${command.text}\` needs the name of a module` })
      continue
    }
    const parsed = parseCommand(command.text, normaliseModule(subject.text), rest)
    if (typeof parsed === 'string') problems.push({ ...place, message: parsed })
    else lines.push({ ...parsed, ...place })
  }
  return { lines, problems }
}

/** A module's name as the kernel has it: with underscores. Brackets of an alias stay as they are. */
export function normaliseModule(name: string): string {
  return name.replaceAll('-', '_')
}

function parseCommand(command: string, module: string, rest: readonly Word[]): ModprobeCommand | string {
  const words = rest.map((word) => word.text)
  switch (command) {
    case 'alias':
      return words[0] === undefined
        ? '`alias` needs the module that the name stands for'
        : { kind: 'alias', pattern: module, module: normaliseModule(words[0]) }
    case 'blacklist':
      return { kind: 'blacklist', module }
    case 'install':
    case 'remove':
      return words.length === 0 ? `\`${command}\` needs a command` : { kind: command, module, command: words.join(' ') }
    case 'options':
      return words.length === 0
        ? '`options` needs at least one option'
        : { kind: 'options', module, options: rest.map(({ text, line, column }) => ({ ...splitOption(text), line, column })) }
    case 'softdep':
      return parseSoftDependency(module, words)
    default:
      return { kind: 'weakdep', module, modules: words.map(normaliseModule) }
  }
}

function splitOption(text: string): { readonly name: string; readonly value: string | undefined } {
  const equals = text.indexOf('=')
  return equals === -1 ? { name: normaliseModule(text), value: undefined } : { name: normaliseModule(text.slice(0, equals)), value: text.slice(equals + 1) }
}

function parseSoftDependency(module: string, words: readonly string[]): ModprobeCommand | string {
  const before: string[] = []
  const after: string[] = []
  let list: string[] | undefined
  for (const word of words) {
    if (word === 'pre:') list = before
    else if (word === 'post:') list = after
    else if (list === undefined) return '`softdep` needs `pre:` or `post:` before the modules'
    else list.push(normaliseModule(word))
  }
  return before.length + after.length === 0 ? '`softdep` names no module' : { kind: 'softdep', module, before, after }
}

/** The words of each line, a line with a backslash at its end joined to the next one. Quotes keep spaces in an option's value. */
function logicalLines(text: string): readonly (readonly Word[])[] {
  const result: Word[][] = []
  let words: Word[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const goesOn = raw.endsWith('\\')
    const content = goesOn ? raw.slice(0, -1) : raw
    for (const match of content.matchAll(/(?:[^\s"]|"[^"]*"?)+/gu)) words.push({ text: match[0], line: index + 1, column: match.index + 1 })
    if (goesOn) continue
    if (words.length > 0) result.push(words)
    words = []
  }
  if (words.length > 0) result.push(words)
  return result
}
