import { HostwrightError } from '../errors.ts'
import { type Command, type CommandCatalogue, findCommand, nextWords, type Parameter } from './command.ts'
import { completeGlobals, globalParameters, type GlobalValues } from './global-parameters.ts'
import { suggest } from './suggest.ts'
import { parameterLabel, parseValue, splitList } from './value.ts'

/** A command line, taken apart. */
export interface ParsedCommandLine {
  /** The words that name the command or a group of commands. */
  readonly words: readonly string[]
  /** Absent if the words name only a group, or there are none. */
  readonly command?: Command
  /** The input of the operation, not yet checked against its schema. */
  readonly input: Readonly<Record<string, unknown>>
  readonly globals: GlobalValues
}

/** How a command line is taken apart. */
export interface ParseOptions {
  /** The command line is not finished: what the command needs may be missing. Default `false`. */
  readonly partial?: boolean
}

interface Flag {
  readonly parameter: Parameter
  readonly global: boolean
  readonly negated: boolean
}

/**
 * Takes the arguments behind the program's name apart. `--help` and `--version` before any `--` win over every mistake, so that
 * help can always be had.
 *
 * @throws `INVALID_INPUT` for an unknown command or flag, a missing or superfluous value, or a value of the wrong kind
 */
export function parseCommandLine(catalogue: CommandCatalogue, argv: readonly string[], options: ParseOptions = {}): ParsedCommandLine {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  if (own.some((token) => token === '--help' || token === '-h'))
    return { words: wordsForHelp(catalogue, own), input: {}, globals: completeGlobals({ help: true }) }
  if (own.some((token) => token === '--version' || token === '-V')) return { words: [], input: {}, globals: completeGlobals({ version: true }) }
  const words = findCommandWords(catalogue, own)
  const command = findCommand(catalogue, words.names)
  const input: Record<string, unknown> = {}
  const globals: Record<string, unknown> = {}
  const loose: string[] = []
  for (let at = 0; at < own.length; at += 1) {
    const token = own[at] ?? ''
    if (words.indices.has(at)) continue
    if (!isFlag(token)) {
      loose.push(token)
      continue
    }
    for (const part of splitShorts(token)) {
      const { name, text } = splitFlag(part)
      const flag = findFlag(catalogue, words.names, command, name)
      let value: unknown
      if (flag.parameter.type === 'boolean' && !flag.parameter.list) {
        value = text === undefined ? !flag.negated : parseValue(flag.parameter, text, name)
      } else {
        const next = own[at + 1]
        if (text === undefined && (next === undefined || (isFlag(next) && !isNumber(next)))) throw missingValue(flag.parameter, name)
        if (text === undefined) at += 1
        value = flagValue(flag.parameter, text ?? next ?? '', name)
      }
      store(flag.global ? globals : input, flag.parameter, value)
    }
  }
  if (command !== undefined) {
    takePositionals(command, loose, end === -1 ? undefined : argv.slice(end + 1), input)
    if (options.partial !== true) requireParameters(command, input)
  } else if (loose[0] !== undefined) throw unknownCommand(catalogue, words.names, loose[0])
  return { words: words.names, ...(command === undefined ? {} : { command }), input, globals: completeGlobals(globals) }
}

/** The error for a word that is no command. */
export function unknownCommand(catalogue: CommandCatalogue, words: readonly string[], word: string): HostwrightError {
  const known = nextWords(catalogue, words).map((next) => next.word)
  const near = suggest(word, known)
  const full = [...words, word].join(' ')
  return new HostwrightError('INVALID_INPUT', `there is no command \`${full}\``, {
    subject: full,
    data: { value: word, allowed: known },
    hint:
      near === undefined
        ? `See \`${[catalogue.program, ...words, '--help'].join(' ')}\`.`
        : `Did you mean \`${[catalogue.program, ...words, near].join(' ')}\`?`,
  })
}

/** Finds the words that name the command, wherever flags of every command stand between them; `next` is the first word behind them. */
export function findCommandWords(
  catalogue: CommandCatalogue,
  argv: readonly string[],
): { names: string[]; indices: ReadonlySet<number>; next: string | undefined } {
  const names: string[] = []
  const indices = new Set<number>()
  for (let at = 0; at < argv.length; at += 1) {
    const token = argv[at] ?? ''
    if (isFlag(token)) {
      const { name, text } = splitFlag(token)
      const parameter = globalParameters.find((global) => `--${global.flag}` === name || (global.short !== undefined && `-${global.short}` === name))
      if (parameter !== undefined && parameter.type !== 'boolean' && text === undefined) at += 1
      continue
    }
    if (!nextWords(catalogue, names).some(({ word }) => word === token)) return { names, indices, next: token }
    names.push(token)
    indices.add(at)
  }
  return { names, indices, next: undefined }
}

function wordsForHelp(catalogue: CommandCatalogue, argv: readonly string[]): string[] {
  const { names, next } = findCommandWords(catalogue, argv)
  if (next !== undefined && findCommand(catalogue, names) === undefined) throw unknownCommand(catalogue, names, next)
  return names
}

function findFlag(catalogue: CommandCatalogue, words: readonly string[], command: Command | undefined, name: string): Flag {
  const bare = name.slice(name.startsWith('--') ? 2 : 1)
  const matches = (parameter: Parameter): boolean => (name.startsWith('--') ? parameter.flag === bare : parameter.short === bare)
  for (const [parameters, global] of [
    [command?.flags ?? [], false],
    [globalParameters, true],
  ] as const) {
    const found = parameters.find(matches)
    if (found !== undefined) return { parameter: found, global, negated: false }
    const negated = name.startsWith('--no-') ? parameters.find(({ flag, type }) => type === 'boolean' && `no-${flag}` === bare) : undefined
    if (negated !== undefined) return { parameter: negated, global, negated: true }
  }
  const known = [...(command?.flags ?? []), ...globalParameters].map(({ flag }) => `--${flag}`)
  const near = suggest(name, known)
  const where = command === undefined ? '' : ` of \`${command.name}\``
  throw new HostwrightError('INVALID_INPUT', command === undefined ? `${name} is no flag` : `${name} is no flag${where}`, {
    subject: name,
    data: { value: name, allowed: known },
    hint: near === undefined ? `See \`${[catalogue.program, ...words, '--help'].join(' ')}\`.` : `Did you mean \`${near}\`?`,
  })
}

function flagValue(parameter: Parameter, text: string, label: string): unknown {
  if (!parameter.list) return parseValue(parameter, text, label)
  return (parameter.type === 'json' ? [text] : splitList(text)).map((part) => parseValue(parameter, part, label))
}

function store(values: Record<string, unknown>, parameter: Parameter, value: unknown): void {
  const before = values[parameter.field]
  if (parameter.list) values[parameter.field] = [...(Array.isArray(before) ? before : []), ...(Array.isArray(value) ? value : [value])]
  else if (parameter.type === 'pairs') values[parameter.field] = { ...(before as object | undefined), ...(value as object) }
  else values[parameter.field] = value
}

function takePositionals(command: Command, loose: readonly string[], after: readonly string[] | undefined, input: Record<string, unknown>): void {
  const { positionals } = command
  const last = positionals.at(-1)
  const texts = command.passthrough ? [...loose] : [...loose, ...(after ?? [])]
  const take = command.passthrough ? positionals.slice(0, -1) : positionals
  for (const parameter of take) {
    const label = parameterLabel(parameter, true)
    if (parameter.list) {
      const all = texts.splice(0).map((text) => parseValue(parameter, text, label))
      if (all.length > 0) input[parameter.field] = all
    } else {
      const text = texts.shift()
      if (text !== undefined) input[parameter.field] = parseValue(parameter, text, label)
    }
  }
  if (command.passthrough && last !== undefined && after !== undefined && after.length > 0) input[last.field] = [...after]
  const extra = texts[0]
  if (extra !== undefined) {
    throw new HostwrightError('INVALID_INPUT', `\`${command.name}\` takes no further argument \`${extra}\``, {
      subject: extra,
      data: { value: extra },
      hint: command.passthrough
        ? `Put the command to run behind \`--\`: -- ${texts.join(' ')}`
        : `Its arguments: ${take.map(({ placeholder }) => placeholder).join(' ') || 'none'}.`,
    })
  }
}

function requireParameters(command: Command, input: Readonly<Record<string, unknown>>): void {
  const { positionals } = command
  for (const [index, parameter] of [...positionals, ...command.flags].entries()) {
    if (parameter.required && !(parameter.field in input)) throw missingParameter(command, parameter, index < positionals.length)
  }
}

function missingParameter(command: Command, parameter: Parameter, positional: boolean): HostwrightError {
  const label = parameterLabel(parameter, positional)
  return new HostwrightError('INVALID_INPUT', `\`${command.name}\` needs ${label}${parameter.help === '' ? '' : `: ${parameter.help.replace(/\.$/u, '')}`}`, {
    subject: label,
    data: { parameter: label, ...(parameter.choices === undefined ? {} : { allowed: parameter.choices }) },
    ...(parameter.choices === undefined ? {} : { hint: `One of ${parameter.choices.join(', ')}.` }),
  })
}

function missingValue(parameter: Parameter, name: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `${name} needs a value`, {
    subject: name,
    data: { parameter: name, ...(parameter.choices === undefined ? {} : { allowed: parameter.choices }) },
    hint: parameter.choices === undefined ? `Write ${name} ${parameter.placeholder}.` : `One of ${parameter.choices.join(', ')}.`,
  })
}

/** `-yn` as `-y`, `-n`. */
function splitShorts(token: string): string[] {
  return /^-[a-zA-Z]{2,}$/u.test(token) ? Array.from(token.slice(1), (letter) => `-${letter}`) : [token]
}

/** `--name=text` as its two parts. */
export function splitFlag(token: string): { name: string; text: string | undefined } {
  const equals = token.startsWith('--') ? token.indexOf('=') : -1
  return equals === -1 ? { name: token, text: undefined } : { name: token.slice(0, equals), text: token.slice(equals + 1) }
}

/** Whether a token is a flag: it begins with a dash and is neither `-` alone nor a number. */
export function isFlag(token: string): boolean {
  return token.length > 1 && token.startsWith('-') && !isNumber(token)
}

function isNumber(token: string): boolean {
  return /^-\d/u.test(token)
}
