import { type Command, type CommandCatalogue, findCommand, nextWords, type Parameter } from './command.ts'
import { globalParameters } from './global-parameters.ts'
import { findCommandWords, isFlag, splitFlag } from './parse.ts'

/** A word that may stand at the cursor. */
export interface CompletionCandidate {
  readonly value: string
  readonly help: string
}

/** What may stand at the cursor. */
export interface Completion {
  readonly candidates: readonly CompletionCandidate[]
  /** Names of files or directories fit as well. */
  readonly path?: 'file' | 'directory'
  /** Only the host knows the values: ask for those of this parameter. Each goes behind `prefix`. */
  readonly values?: { readonly command?: Command; readonly parameter: Parameter; readonly typed: string; readonly prefix: string }
}

/** What fits in place of the last of the words, which are those behind the program's name up to the cursor. */
export function completeCommandLine(catalogue: CommandCatalogue, words: readonly string[]): Completion {
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const names = findCommandWords(catalogue, before)
  const command = findCommand(catalogue, names.names)
  if (before.includes('--')) return { candidates: [], ...(command === undefined ? {} : { path: 'file' }) }
  const flags = [...(command?.flags ?? []), ...globalParameters]
  const byName = (name: string): Parameter | undefined => flags.find(({ flag, short }) => `--${flag}` === name || (short !== undefined && `-${short}` === name))
  const takesValue = (token: string): Parameter | undefined => {
    const { name, text } = splitFlag(token)
    const parameter = isFlag(token) && text === undefined ? byName(name) : undefined
    return parameter?.type === 'boolean' ? undefined : parameter
  }
  const previous = before.at(-1)
  const pending = previous === undefined ? undefined : takesValue(previous)
  if (pending !== undefined) return completeValue(command, pending, typed, '')
  if (typed.startsWith('--') && typed.includes('=')) {
    const { name, text = '' } = splitFlag(typed)
    const parameter = byName(name)
    return parameter === undefined ? { candidates: [] } : completeValue(command, parameter, text, `${name}=`)
  }
  if (typed.startsWith('-')) return { candidates: flags.flatMap(flagCandidates).filter(({ value }) => value.startsWith(typed)) }
  const loose = before.filter((token, at) => !names.indices.has(at) && !isFlag(token) && (at === 0 || takesValue(before[at - 1] ?? '') === undefined))
  const next = loose.length > 0 ? [] : nextWords(catalogue, names.names).filter(({ word }) => word.startsWith(typed))
  const candidates = next.map(({ word, summary }) => ({ value: word, help: summary }))
  const regular = command?.passthrough === true ? command.positionals.slice(0, -1) : (command?.positionals ?? [])
  const positional = regular[loose.length] ?? (regular.at(-1)?.list === true ? regular.at(-1) : undefined)
  if (positional === undefined) return { candidates }
  const value = completeValue(command, { ...positional, list: false }, typed, '')
  return { ...value, candidates: [...candidates, ...value.candidates] }
}

/** Completion's answer as the shell scripts read it: a candidate and its help a line, then `:file` or `:directory`. */
export function formatCompletion(candidates: readonly CompletionCandidate[], path?: 'file' | 'directory'): string {
  const line = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ')
  const lines = candidates.map(({ value, help }) => (help === '' ? line(value) : `${line(value)}\t${line(help)}`))
  if (path !== undefined) lines.push(`:${path}`)
  return lines.map((text) => `${text}\n`).join('')
}

function completeValue(command: Command | undefined, parameter: Parameter, typed: string, lead: string): Completion {
  const comma = parameter.list ? typed.lastIndexOf(',') + 1 : 0
  const prefix = lead + typed.slice(0, comma)
  const last = typed.slice(comma)
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.choices
  if (choices !== undefined) return { candidates: choices.filter((choice) => choice.startsWith(last)).map((choice) => ({ value: prefix + choice, help: '' })) }
  if (parameter.path !== undefined && prefix === '') return { candidates: [], path: parameter.path }
  const global = globalParameters.includes(parameter)
  if (!global && command?.completes !== true) return { candidates: [] }
  return { candidates: [], values: { ...(command === undefined ? {} : { command }), parameter, typed: last, prefix } }
}

function flagCandidates(parameter: Parameter): CompletionCandidate[] {
  const help = parameter.help.split(/(?<=\.)\s/u)[0]?.replace(/\.$/u, '') ?? ''
  const plain = { value: `--${parameter.flag}`, help }
  const negated = { value: `--no-${parameter.flag}`, help }
  return parameter.type === 'boolean' && parameter.default === true ? [negated] : [plain]
}
