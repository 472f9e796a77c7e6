import { type Command, type CommandCatalogue, findCommand, nextWords, type Parameter } from './command.ts'
import { changeParameters, globalParameters } from './global-parameters.ts'
import { flagTerm, parameterHelp, quoteArgument, usageLine } from './help.ts'

/** What a manual page says besides what the catalogue knows. */
export interface ManualOptions {
  /** For the foot of the page. */
  readonly version: string
  /** Exit codes and their meaning. */
  readonly exitCodes?: readonly (readonly [code: number, meaning: string])[]
}

/**
 * The manual page of the program (no words), of a group of commands or of one command, in roff with the `man` macros
 * (man-pages(7), groff_man(7)).
 *
 * @throws `TypeError` if the words name nothing
 */
export function renderManual(catalogue: CommandCatalogue, words: readonly string[], options: ManualOptions): string {
  const command = findCommand(catalogue, words)
  const below = nextWords(catalogue, words)
  if (command === undefined && below.length === 0) throw new TypeError(`no command is called \`${words.join(' ')}\``)
  const title = [catalogue.program, ...words].join('-')
  const summary =
    command?.summary ??
    (words.length === 0 ? catalogue.summary : (nextWords(catalogue, words.slice(0, -1)).find(({ word }) => word === words.at(-1))?.summary ?? ''))
  const lines = [`.TH "${title.toUpperCase()}" "1" "" "${catalogue.program} ${options.version}" "${catalogue.program} manual"`]
  lines.push('.SH NAME', String.raw`${escapeText(title)} \- ${escapeText(summary)}`, '.SH SYNOPSIS')
  if (command !== undefined) lines.push(...boldLead(usageLine(catalogue, command), [catalogue.program, ...words].join(' ')))
  if (command !== undefined && below.length > 0) lines.push('.br')
  if (below.length > 0) lines.push(...boldLead([catalogue.program, ...words, 'COMMAND', '[flags]'].join(' '), [catalogue.program, ...words].join(' ')))
  if (command?.description !== undefined) {
    lines.push('.SH DESCRIPTION')
    for (const [index, paragraph] of command.description.split(/\n\s*\n/u).entries()) lines.push(...(index === 0 ? [] : ['.PP']), escapeText(paragraph))
  }
  if (below.length > 0) lines.push('.SH COMMANDS', ...below.flatMap(({ word, summary: text }) => entry(word, text)))
  if (command !== undefined) lines.push(...commandSections(command))
  lines.push('.SH FLAGS OF EVERY COMMAND', ...globalParameters.filter((parameter) => !changeParameters.includes(parameter)).flatMap(flagEntry))
  if (command !== undefined && command.examples.length > 0) {
    lines.push('.SH EXAMPLES')
    for (const { argv, text } of command.examples)
      lines.push('.PP', escapeText(text), '.PP', '.RS 4', '.nf', escapeText([catalogue.program, ...argv.map(quoteArgument)].join(' ')), '.fi', '.RE')
  }
  if (options.exitCodes !== undefined) lines.push('.SH EXIT STATUS', ...options.exitCodes.flatMap(([code, meaning]) => entry(String(code), meaning)))
  const pages = [...(words.length > 0 ? [[catalogue.program, ...words.slice(0, -1)]] : []), ...below.map(({ word }) => [catalogue.program, ...words, word])]
  if (pages.length > 0) lines.push('.SH SEE ALSO', pages.map((page) => String.raw`\fB${escapeText(page.join('-'))}\fR(1)`).join(',\n'))
  return `${lines.join('\n')}\n`
}

/** The words of every page: the program's own, the groups' and the commands'. */
export function manualPages(catalogue: CommandCatalogue): readonly (readonly string[])[] {
  const pages = new Map<string, readonly string[]>([['', []]])
  for (const { name } of catalogue.commands) {
    const words = name.split(' ')
    for (let length = 1; length <= words.length; length += 1) pages.set(words.slice(0, length).join(' '), words.slice(0, length))
  }
  return [...pages.values()]
}

function commandSections(command: Command): string[] {
  const lines: string[] = []
  if (command.positionals.length > 0)
    lines.push('.SH ARGUMENTS', ...command.positionals.flatMap((parameter) => entry(parameter.placeholder, parameterHelp(parameter))))
  if (command.flags.length > 0) lines.push('.SH FLAGS', ...command.flags.flatMap(flagEntry))
  if (command.kind === 'change') lines.push('.SH FLAGS OF EVERY CHANGE', ...changeParameters.flatMap(flagEntry))
  else if (command.checkable) lines.push('.SH FLAGS OF EVERY CHECK', ...changeParameters.filter(({ flag }) => flag === 'check').flatMap(flagEntry))
  return lines
}

function flagEntry(parameter: Parameter): string[] {
  return entry(flagTerm(parameter), parameterHelp(parameter))
}

function entry(term: string, text: string): string[] {
  return ['.TP', String.raw`\fB${escapeText(term)}\fR`, text === '' ? String.raw`\&` : escapeText(text)]
}

function boldLead(line: string, lead: string): string[] {
  return [String.raw`\fB${escapeText(lead)}\fR${escapeText(line.slice(lead.length))}`]
}

/** Keeps roff from taking a part of the text for a request or an escape, and dashes from becoming hyphens. */
function escapeText(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(/\s*\n\s*/gu, '\n')
    .replaceAll(/^(?=[.'])/gmu, String.raw`\&`)
    .replaceAll(/\P{ASCII}/gu, (character) => String.raw`\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`)
}
