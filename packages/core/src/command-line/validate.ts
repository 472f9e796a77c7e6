import type * as z from 'zod'
import { HostwrightError } from '../errors.ts'
import type { AnyOperation } from '../operation.ts'
import type { Command, Parameter } from './command.ts'
import { invalidValue, parameterLabel } from './value.ts'

/**
 * The operation's input, checked against its schema and with its defaults.
 *
 * @throws `INVALID_INPUT` naming the flag or argument, its value, and what is allowed
 */
export function validateInput(operation: AnyOperation, command: Command, input: Readonly<Record<string, unknown>>): unknown {
  const result = (operation.input as z.ZodObject).safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = String(issue?.path[0] ?? '')
  const label = labelOf(command, field)
  const value = field === '' ? undefined : input[field]
  const choices = issue?.code === 'invalid_value' ? issue.values.map(String) : undefined
  if (choices !== undefined) throw invalidValue(label, String(value), `one of ${choices.join(', ')}`, choices)
  const shown = value === undefined ? '' : ` \`${typeof value === 'string' ? value : JSON.stringify(value)}\``
  const message = issue === undefined ? 'not valid' : messageOf(issue, value === undefined)
  throw new HostwrightError('INVALID_INPUT', `${label}:${shown} ${message}`, {
    subject: label,
    data: {
      parameter: label,
      ...(value === undefined ? {} : { value }),
      issues: result.error.issues.map((one) => ({ path: one.path.map(String), message: one.message })),
    },
  })
}

function labelOf(command: Command, field: string): string {
  const positional = command.positionals.find((parameter) => parameter.field === field)
  const parameter: Parameter | undefined = positional ?? command.flags.find((flag) => flag.field === field)
  return parameter === undefined ? command.name : parameterLabel(parameter, positional !== undefined)
}

function messageOf(issue: z.core.$ZodIssue, absent: boolean): string {
  if (absent && issue.code === 'invalid_type') return 'is missing'
  if (issue.code === 'too_big' && issue.origin !== 'string' && issue.origin !== 'array') return `must be at most ${issue.maximum}`
  if (issue.code === 'too_small' && issue.origin !== 'string' && issue.origin !== 'array') return `must be at least ${issue.minimum}`
  if (issue.code === 'invalid_type') return `must be ${/^[aeio]/u.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
  return issue.message
}
