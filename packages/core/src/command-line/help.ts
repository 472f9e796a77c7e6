import { type Command, type CommandCatalogue, findCommand, nextWords, type Parameter } from './command.ts'
import { changeParameters, globalParameters } from './global-parameters.ts'
import { formatDuration, formatSize } from './quantity-text.ts'
import { definitionList, wrapText } from './wrap.ts'

/** How help is laid out. */
export interface HelpOptions {
  /** Width of the page in characters; default 80. */
  readonly columns?: number
  /** Marks a heading, such as by bold letters; default: as it is. */
  readonly heading?: (text: string) => string
}

/**
 * The help for the program (no words), for a group of commands or for one command. Ends with a newline.
 *
 * @throws `TypeError` if the words name nothing
 */
export function renderHelp(catalogue: CommandCatalogue, words: readonly string[], options: HelpOptions = {}): string {
  const width = Math.max(40, options.columns ?? 80)
  const heading = options.heading ?? ((text: string) => text)
  const command = findCommand(catalogue, words)
  const below = nextWords(catalogue, words)
  if (command === undefined && below.length === 0) throw new TypeError(`no command is called \`${words.join(' ')}\``)
  const sections: string[][] = [wrapText(`${command?.summary ?? groupSummary(catalogue, words)}.`, width)]
  sections.push(usage(catalogue, words, command, width, heading))
  if (command?.description !== undefined) for (const paragraph of command.description.split(/\n\s*\n/u)) sections.push(wrapText(paragraph, width))
  const lists = (title: string, rows: readonly (readonly [string, string])[]): void => {
    if (rows.length > 0) sections.push([heading(`${title}:`), ...definitionList(rows, width)])
  }
  if (words.length === 0) {
    const known = new Set(catalogue.groups.map(({ name }) => name))
    lists(
      'Domains',
      below.filter(({ word }) => known.has(word)).map(({ word, summary }) => [word, summary]),
    )
    lists(
      'Commands',
      below.filter(({ word }) => !known.has(word)).map(({ word, summary }) => [word, summary]),
    )
  } else {
    lists(
      'Commands',
      below.map(({ word, summary }) => [word, summary]),
    )
  }
  if (command !== undefined) {
    lists(
      'Arguments',
      command.positionals.map((parameter) => [parameter.placeholder, parameterHelp(parameter)]),
    )
    lists('Flags', command.flags.map(flagRow))
    if (command.kind === 'change') lists('Flags of every change', changeParameters.map(flagRow))
    else if (command.checkable) lists('Flags of every check', changeParameters.filter(({ flag }) => flag === 'check').map(flagRow))
  }
  lists('Flags of every command', globalParameters.filter((parameter) => !changeParameters.includes(parameter)).map(flagRow))
  if (command !== undefined && command.examples.length > 0) {
    sections.push([
      heading('Examples:'),
      ...command.examples.flatMap(({ argv, text }) => [
        `  ${[catalogue.program, ...argv.map(quoteArgument)].join(' ')}`,
        ...wrapText(text, width - 6).map((line) => `      ${line}`),
      ]),
    ])
  }
  if (below.length > 0) sections.push([`More: ${[catalogue.program, ...words, 'COMMAND', '--help'].join(' ')}`])
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** The command line's grammar, such as `hostwright tuning apply [PROFILE] [flags]`. */
export function usageLine(catalogue: CommandCatalogue, command: Command): string {
  const regular = command.passthrough ? command.positionals.slice(0, -1) : command.positionals
  const rest = command.passthrough ? command.positionals.at(-1) : undefined
  const needed = command.flags.filter(({ required }) => required)
  return [
    catalogue.program,
    command.name,
    ...regular.map((parameter) => optional(parameter, `${parameter.placeholder}${parameter.list ? '…' : ''}`)),
    ...needed.map((parameter) => flagTerm(parameter)),
    '[flags]',
    ...(rest === undefined ? [] : [optional(rest, `-- ${rest.placeholder}…`)]),
  ].join(' ')
}

/** An argument as one would type it in a shell. */
export function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./~{}-]+$/u.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`
}

/** A flag as it stands in help: `-n, --dry-run` or `--sort name|size`. */
export function flagTerm(parameter: Parameter): string {
  const name = parameter.type === 'boolean' && parameter.default === true ? `--[no-]${parameter.flag}` : `--${parameter.flag}`
  const short = parameter.short === undefined ? '' : `-${parameter.short}, `
  if (parameter.type === 'boolean') return `${short}${name}`
  return `${short}${name} ${valueTerm(parameter)}${parameter.list ? ',…' : ''}`
}

/** What a parameter is for, with its default and limits. */
export function parameterHelp(parameter: Parameter): string {
  const parts = [parameter.help === '' || /[.!?]$/u.test(parameter.help) ? parameter.help : `${parameter.help}.`]
  const { choices, minimum, maximum } = parameter
  if (choices !== undefined && !choices.every((choice) => parameter.help.includes(choice)) && valueTerm(parameter) === parameter.placeholder)
    parts.push(`One of ${choices.join(', ')}.`)
  if (minimum !== undefined && maximum !== undefined) parts.push(`From ${minimum} to ${maximum}.`)
  else if (minimum !== undefined && minimum > 0) parts.push(`At least ${minimum}.`)
  else if (maximum !== undefined) parts.push(`At most ${maximum}.`)
  const preset = defaultText(parameter)
  if (preset !== undefined) parts.push(`Default: ${preset}.`)
  return parts.filter((part) => part !== '').join(' ')
}

function usage(
  catalogue: CommandCatalogue,
  words: readonly string[],
  command: Command | undefined,
  width: number,
  heading: (text: string) => string,
): string[] {
  const group = nextWords(catalogue, words).length > 0
  const forms = [
    ...(command === undefined ? [] : [usageLine(catalogue, command)]),
    ...(group ? [[catalogue.program, ...words, 'COMMAND', '[flags]'].join(' ')] : []),
  ]
  return forms.flatMap((form, index) => {
    const title = index === 0 ? 'Usage: ' : '       '
    const [first = '', ...rest] = wrapText(form, width - 7)
    return [`${index === 0 ? heading('Usage:') : title.trimEnd().padEnd(6)} ${first}`, ...rest.map((line) => `         ${line}`)]
  })
}

function groupSummary(catalogue: CommandCatalogue, words: readonly string[]): string {
  if (words.length === 0) return catalogue.summary
  return nextWords(catalogue, words.slice(0, -1)).find(({ word }) => word === words.at(-1))?.summary ?? ''
}

function flagRow(parameter: Parameter): readonly [string, string] {
  return [flagTerm(parameter), parameterHelp(parameter)]
}

function valueTerm(parameter: Parameter): string {
  const joined = parameter.choices?.join('|')
  return joined !== undefined && joined.length <= 20 && parameter.type === 'choice' ? joined : parameter.placeholder
}

function optional(parameter: Parameter, text: string): string {
  return parameter.required ? text : `[${text}]`
}

function defaultText(parameter: Parameter): string | undefined {
  const value = parameter.default
  if (value === undefined || value === null || value === '' || value === false) return undefined
  if (value === true) return 'yes'
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(',')
  if (typeof value === 'number' && parameter.type === 'duration') return formatDuration(value)
  if (typeof value === 'number' && parameter.type === 'size') return formatSize(value)
  if (typeof value === 'object') return Object.keys(value).length === 0 ? undefined : JSON.stringify(value)
  return String(value)
}
