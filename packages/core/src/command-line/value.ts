import { HostwrightError } from '../errors.ts'
import type { Parameter } from './command.ts'
import { formatDuration, formatSize, parseDuration, parseSize } from './quantity-text.ts'
import { suggest } from './suggest.ts'

/** How a parameter is written in messages: `--sort` or `PROFILE`. */
export function parameterLabel(parameter: Parameter, positional: boolean): string {
  return positional ? parameter.placeholder : `--${parameter.flag}`
}

/**
 * The value that a text on the command line stands for.
 *
 * @throws `INVALID_INPUT` naming the parameter, the text and what is allowed
 */
export function parseValue(parameter: Parameter, text: string, label: string): unknown {
  const refuse = (allowed: string, choices?: readonly string[]): never => {
    throw invalidValue(label, text, allowed, choices)
  }
  switch (parameter.type) {
    case 'boolean':
      return text === 'true' || text === 'yes' ? true : text === 'false' || text === 'no' ? false : refuse('true or false')
    case 'choice':
      return parameter.choices?.includes(text) === true ? text : refuse(`one of ${(parameter.choices ?? []).join(', ')}`, parameter.choices ?? [])
    case 'integer':
    case 'number': {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      const whole = parameter.type === 'integer'
      if (whole ? !Number.isSafeInteger(value) : !Number.isFinite(value)) return refuse(whole ? 'a whole number' : 'a number')
      return inRange(parameter, value, String, refuse)
    }
    case 'duration':
      return inRange(parameter, parseDuration(text) ?? refuse('a duration such as 500ms, 60s, 5m or 1h30m'), formatDuration, refuse)
    case 'size':
      return inRange(parameter, parseSize(text) ?? refuse('a size such as 4096, 64K, 8G or 500MB'), formatSize, refuse)
    case 'json':
      try {
        return JSON.parse(text) as unknown
      } catch {
        return refuse('JSON')
      }
    case 'pairs': {
      const equals = text.indexOf('=')
      return equals < 1 ? refuse('NAME=VALUE') : { [text.slice(0, equals)]: text.slice(equals + 1) }
    }
    case 'string':
      return text
  }
}

/** The members of a comma list; a comma behind a backslash belongs to the member. */
export function splitList(text: string): string[] {
  return text.split(/(?<!\\),/u).map((part) => part.replaceAll('\\,', ','))
}

/** The error for a value that a parameter does not take. */
export function invalidValue(label: string, value: string, allowed: string, choices?: readonly string[]): HostwrightError {
  const near = choices === undefined ? undefined : suggest(value, choices)
  return new HostwrightError('INVALID_INPUT', `${label}: \`${value}\` is not ${allowed}`, {
    subject: label,
    data: { parameter: label, value, ...(choices === undefined ? {} : { allowed: choices }) },
    ...(near === undefined ? {} : { hint: `Did you mean \`${near}\`?` }),
  })
}

function inRange(parameter: Parameter, value: number, show: (value: number) => string, refuse: (allowed: string) => never): number {
  const { minimum, maximum } = parameter
  if ((minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum)) return value
  const low = minimum === undefined ? '' : show(minimum)
  const high = maximum === undefined ? '' : show(maximum)
  return refuse(low === '' ? `at most ${high}` : high === '' ? `at least ${low}` : `between ${low} and ${high}`)
}
