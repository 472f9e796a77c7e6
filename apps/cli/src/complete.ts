import { readdirSync, readFileSync } from 'node:fs'
import { completeCommandLine, formatCompletion, parseCommandLine, type Completion, type CompletionCandidate } from '@hostwright/core'
import { exitCodes } from './exit-code.ts'
import type { Program } from './program.ts'
import type { Terminal } from './terminal.ts'

interface Asker {
  readonly program: Program
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/**
 * Answers a completion script: what fits in place of the last word. A completion that fails gives nothing, since there is
 * nowhere to tell why.
 */
export async function runCompletion(words: readonly string[], asker: Asker): Promise<number> {
  const catalogue = await asker.program.catalogue()
  const { candidates, path, values } = completeCommandLine(catalogue, words)
  const asked = values === undefined ? [] : await askForValues(values, words, asker).catch(() => [])
  const found = asked
    .filter((value) => value.startsWith(values?.typed ?? ''))
    .map((value): CompletionCandidate => ({ value: (values?.prefix ?? '') + value, help: '' }))
  asker.terminal.stdout.write(formatCompletion([...candidates, ...found], path))
  return exitCodes.done
}

async function askForValues(values: NonNullable<Completion['values']>, words: readonly string[], asker: Asker): Promise<readonly string[]> {
  const { command, parameter, typed } = values
  if (parameter.flag === 'host' && parameter.field === 'host') return hostValues(asker.terminal.env['HOME'])
  if (command === undefined) return []
  const catalogue = await asker.program.catalogue()
  const { completeField } = await import('./execute.ts')
  const globals = globalsOf(() => parseCommandLine(catalogue, words.slice(0, -1), { partial: true }).globals)
  return completeField({ ...asker, catalogue, command, globals }, parameter.field, typed)
}

/** Half a command line is seldom a valid one; then the flags of every command count as not given. */
function globalsOf<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** Kinds of hosts, the network namespaces that exist, and the machines that the user's SSH configuration names. */
function hostValues(home: string | undefined): string[] {
  const read = <T>(get: () => T, otherwise: T): T => globalsOf(get) ?? otherwise
  const namespaces = read(() => readdirSync('/run/netns'), [])
  const config = home === undefined ? '' : read(() => readFileSync(`${home}/.ssh/config`, 'utf8'), '')
  const machines = [...config.matchAll(/^\s*Host\s+(.+)$/gimu)].flatMap(([, names = '']) => names.trim().split(/\s+/u)).filter((name) => !/[*?!]/u.test(name))
  return [...machines.map((name) => `ssh://${name}`), 'ssh://', ...namespaces.map((name) => `netns:${name}`), 'chroot:', 'root:', 'sudo']
}
