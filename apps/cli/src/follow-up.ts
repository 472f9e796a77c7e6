import { findCommandWords, quoteArgument, type CommandCatalogue, type GlobalValues } from '@hostwright/core'

/** The flags that lead a command to a host and a configuration. */
export type PlaceFlags = Pick<GlobalValues, 'host' | 'stateDirectory' | 'config'>

/** A further command as one would type it, with the flags that lead it to the same host and configuration. */
export function followUp(program: string, flags: PlaceFlags, words: readonly string[]): string {
  return [program, ...words, ...placeWords(flags)].map(quoteArgument).join(' ')
}

/** The flags as they stand on a command line. */
export function placeWords({ host, stateDirectory, config }: PlaceFlags): readonly string[] {
  return [
    ...(host.length === 0 ? [] : ['--host', host.join(',')]),
    ...(config === undefined ? [] : ['--config', config]),
    ...(stateDirectory === undefined ? [] : ['--state-dir', stateDirectory]),
  ]
}

/** Commands that look at no host. */
const withoutHost: ReadonlySet<string> = new Set(['completion', 'help', 'man', 'schema'])
const withConfiguration: ReadonlySet<string> = new Set(['apply', 'plan'])

/** A hint whose commands, which stand in backticks, lead to the same host: a library does not know how the command came there. */
export function hintFor(catalogue: CommandCatalogue, flags: PlaceFlags, hint: string): string {
  return hint.replaceAll(/`([^`\n]+)`/gu, (whole, command: string) => {
    const [program, ...words] = command.split(' ')
    const name = findCommandWords(catalogue, words).names[0]
    if (program !== catalogue.program || name === undefined || withoutHost.has(name) || words.includes('--host') || words.includes('--help')) return whole
    const place = withConfiguration.has(name) ? flags : { ...flags, config: undefined }
    return `\`${[command, ...placeWords(place).map(quoteArgument)].join(' ')}\``
  })
}
