/** How the text of a parameter becomes a value. */
export type ParameterType = 'boolean' | 'string' | 'integer' | 'number' | 'choice' | 'duration' | 'size' | 'pairs' | 'json'

/** One field of an operation's input, as the command line has it. Plain JSON. */
export interface Parameter {
  /** The name of the field in the input. */
  readonly field: string
  /** The name of the flag, without dashes; a positional has one for error messages only. */
  readonly flag: string
  /** One letter that stands for the flag. */
  readonly short?: string
  readonly type: ParameterType
  /** Takes several values: a flag may be repeated or have a comma list, a positional takes the rest. */
  readonly list: boolean
  readonly required: boolean
  /** What stands for the value in help: `PROFILE`. */
  readonly placeholder: string
  readonly help: string
  readonly choices?: readonly string[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  /** The value is the name of a file or directory on the machine that runs the command. */
  readonly path?: 'file' | 'directory'
}

/** An operation as the command line has it: everything that routing, help, completion and manual need, as plain JSON. */
export interface Command {
  /** The words: `tuning profile show`. */
  readonly name: string
  readonly kind: 'query' | 'change'
  /** The domain that the operation belongs to; empty for those that span domains. */
  readonly domain: string
  readonly summary: string
  readonly description?: string
  readonly positionals: readonly Parameter[]
  readonly flags: readonly Parameter[]
  /** The last positional takes everything after `--`, as an argv. */
  readonly passthrough: boolean
  /** Has something that `--check` can find pending. */
  readonly checkable: boolean
  /** Offers values of its own for completion. */
  readonly completes: boolean
  readonly examples: readonly { readonly argv: readonly string[]; readonly text: string }[]
}

/** All commands of a program. Plain JSON, so that it can be made when the program is built. */
export interface CommandCatalogue {
  /** The name of the program: `hostwright`. */
  readonly program: string
  readonly summary: string
  /** What the groups of commands are about: the domains. */
  readonly groups: readonly { readonly name: string; readonly summary: string }[]
  readonly commands: readonly Command[]
}

/** A word that may come next, and what it leads to. */
export interface CommandWord {
  readonly word: string
  readonly summary: string
  /** Further words may or must follow. */
  readonly group: boolean
}

/** The command with exactly these words, or `undefined`. */
export function findCommand(catalogue: CommandCatalogue, words: readonly string[]): Command | undefined {
  const name = words.join(' ')
  return catalogue.commands.find((command) => command.name === name)
}

/** The words that may follow these, in the order of the catalogue. */
export function nextWords(catalogue: CommandCatalogue, words: readonly string[]): readonly CommandWord[] {
  const prefix = words.map((word) => `${word} `).join('')
  const found = new Map<string, string[]>()
  for (const { name } of catalogue.commands) {
    if (!name.startsWith(prefix)) continue
    const [word = '', ...rest] = name.slice(prefix.length).split(' ')
    found.set(word, [...(found.get(word) ?? []), ...rest.slice(0, 1)])
  }
  return [...found].map(([word, below]) => ({ word, summary: summaryOf(catalogue, [...words, word], below), group: below.length > 0 }))
}

function summaryOf(catalogue: CommandCatalogue, words: readonly string[], below: readonly string[]): string {
  const group = words.length === 1 ? catalogue.groups.find(({ name }) => name === words[0]) : undefined
  return group?.summary ?? findCommand(catalogue, words)?.summary ?? [...new Set(below)].join(', ')
}
