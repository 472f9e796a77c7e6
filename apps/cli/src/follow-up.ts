import { quoteArgument, type GlobalValues } from '@hostwright/core'

/** A further command as one would type it, with the flags that lead it to the same host and configuration. */
export function followUp(program: string, globals: Pick<GlobalValues, 'host' | 'stateDirectory' | 'config'>, words: readonly string[]): string {
  const { host, stateDirectory, config } = globals
  const place = [
    ...(host.length === 0 ? [] : ['--host', host.join(',')]),
    ...(config === undefined ? [] : ['--config', config]),
    ...(stateDirectory === undefined ? [] : ['--state-dir', stateDirectory]),
  ]
  return [program, ...words, ...place].map(quoteArgument).join(' ')
}
