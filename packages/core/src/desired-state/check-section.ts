import * as z from 'zod'
import { suggest } from '../command-line/suggest.ts'
import { HostwrightError } from '../errors.ts'
import { placeText, type LocatedDocument } from './located-document.ts'

/** One mistake in a file of desired state. */
export interface ConfigurationProblem {
  /** `host.yaml:8:46` */
  readonly where: string
  /** Keys from the top of the file. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The mistakes in a value, each with its place, in the order of the file. */
export function findProblems(
  schema: z.ZodType,
  document: LocatedDocument,
  path: readonly string[],
  value: unknown,
): { readonly value: unknown; readonly problems: readonly ConfigurationProblem[] } {
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data, problems: [] }
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const problems = result.error.issues.flatMap((issue) => describe(issue, document, path, value, shape))
  return { value: undefined, problems }
}

/** The error for a file with mistakes: all of them, a line each. */
export function configurationError(problems: readonly ConfigurationProblem[]): HostwrightError {
  const lines = problems.map((problem) => `${problem.where}: ${problem.message}`)
  return new HostwrightError('INVALID_INPUT', lines.join('\n'), {
    subject: problems[0]?.where ?? '',
    hint: '`hostwright schema` describes what may stand in the file.',
    data: { problems },
  })
}

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: Shape | boolean
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
}

function describe(issue: z.core.$ZodIssue, document: LocatedDocument, base: readonly string[], value: unknown, shape: Shape): readonly ConfigurationProblem[] {
  const inner = issue.path.filter((key): key is string | number => typeof key !== 'symbol')
  const path = [...base, ...inner]
  const problem = (message: string, at: readonly (string | number)[] = path, of: 'key' | 'value' = 'value'): ConfigurationProblem => {
    const name = keyText(at.slice(1, of === 'key' ? -1 : undefined))
    return { where: placeText(document, at, of), path: at, message: name === '' ? message : `${name}: ${message}` }
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(shape, inner)
    return issue.keys.map((key) => {
      const near = suggest(key, known)
      return problem(
        `unknown key \`${key}\`${near === undefined ? (known.length > 0 ? `; known are ${known.join(', ')}` : '') : `; did you mean \`${near}\`?`}`,
        [...path, key],
        'key',
      )
    })
  }
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.map((issues) => issues.map((each): z.core.$ZodIssue => ({ ...each, path: [...issue.path, ...each.path] })))
    const deepest = nested.toSorted((left, right) => depth(right) - depth(left) || left.length - right.length)[0]
    if (deepest !== undefined && depth(deepest) > issue.path.length) return deepest.flatMap((each) => describe(each, document, base, value, shape))
    return [
      problem(
        `${shown(valueAt(value, inner))} is none of the forms that may stand here: ${[...new Set(nested.flat().map((each) => (each.code === 'invalid_type' ? each.expected : each.message)))].join(', ')}`,
      ),
    ]
  }
  if (issue.code === 'invalid_value') {
    const have = valueAt(value, inner)
    const choices = issue.values.map(String)
    const near = typeof have === 'string' ? suggest(have, choices) : undefined
    return [problem(`${shown(have)} is not one of ${choices.join(', ')}${near === undefined ? '' : `; did you mean \`${near}\`?`}`)]
  }
  if (issue.code === 'invalid_type') {
    const have = valueAt(value, inner)
    return [problem(have === undefined ? 'is missing' : `must be ${article(issue.expected)}, not ${shown(have)}`)]
  }
  return [problem(/^[A-Z]/u.test(issue.message) ? `${shown(valueAt(value, inner))}: ${lowerFirst(issue.message)}` : issue.message)]
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length))
}

function knownKeys(shape: Shape, path: readonly (string | number)[]): readonly string[] {
  let shapes: readonly Shape[] = alternatives(shape)
  for (const key of path) {
    shapes = shapes.flatMap((each) => {
      const next =
        typeof key === 'number'
          ? each.items
          : (each.properties?.[key] ?? (typeof each.additionalProperties === 'object' ? each.additionalProperties : undefined))
      return next === undefined ? [] : alternatives(next)
    })
  }
  return [...new Set(shapes.flatMap((each) => Object.keys(each.properties ?? {})))]
}

function alternatives(shape: Shape): readonly Shape[] {
  return [shape, ...[...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])].flatMap(alternatives)]
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined), value)
}

function keyText(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`)).join('')
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `\`${value}\``
  if (value === null || value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `\`${String(value)}\``
}

function article(expected: string): string {
  const names: Record<string, string> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    string: 'text',
    boolean: 'true or false',
    int: 'a whole number',
  }
  return names[expected] ?? `${/^[aeiou]/u.test(expected) ? 'an' : 'a'} ${expected}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
