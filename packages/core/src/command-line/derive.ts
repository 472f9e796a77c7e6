import * as z from 'zod'
import type { AnyOperation } from '../operation.ts'
import type { Domain } from '../section.ts'
import type { Command, CommandCatalogue, Parameter, ParameterType } from './command.ts'
import { globalParameters } from './global-parameters.ts'

/** The part of a JSON Schema that decides about a parameter. `x-…` keys come from `.meta()` of the zod schema. */
interface ParameterSchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: ParameterSchema
  readonly anyOf?: readonly ParameterSchema[]
  readonly allOf?: readonly ParameterSchema[]
  readonly additionalProperties?: ParameterSchema | boolean
  readonly properties?: Readonly<Record<string, ParameterSchema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly 'x-unit'?: 'ms' | 'bytes'
  readonly 'x-path'?: 'file' | 'directory'
  readonly 'x-placeholder'?: string
}

/** What a catalogue is made from. */
export interface CatalogueSource {
  readonly program: string
  readonly summary: string
  readonly domains: readonly Domain[]
  /** Operations that belong to no domain. */
  readonly operations: readonly AnyOperation[]
}

/** The commands for the operations of some domains and for those that span domains. */
export function deriveCatalogue(source: CatalogueSource): CommandCatalogue {
  const commands = [
    ...source.operations.map((operation) => deriveCommand(operation, '')),
    ...source.domains.flatMap((domain) => domain.operations.map((operation) => deriveCommand(operation, domain.name))),
  ]
  const names = commands.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`two operations are called \`${twice}\``)
  return { program: source.program, summary: source.summary, groups: source.domains.map(({ name, summary }) => ({ name, summary })), commands }
}

/**
 * The command for an operation. Each field of its input is a flag or, if listed in `positionals`, a positional.
 * `.meta({ 'x-placeholder': 'FILE', 'x-path': 'file' })` on a field changes what help and completion say about it.
 *
 * @throws `TypeError` if the operation cannot be a command: a flag's name is taken, or a positional is no field
 */
export function deriveCommand(operation: AnyOperation, domain: string): Command {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as ParameterSchema
  const required = new Set(schema.required ?? [])
  const parameters = Object.entries(schema.properties ?? {}).map(([field, property]) => deriveParameter(field, property, required.has(field)))
  const positionalNames: readonly string[] = operation.positionals ?? []
  const positionals = positionalNames.map((name, index) => {
    const parameter = parameters.find(({ field }) => field === name)
    if (parameter === undefined) throw new TypeError(`${operation.name}: the positional \`${name}\` is no field of the input`)
    if (parameter.list && index < positionalNames.length - 1) throw new TypeError(`${operation.name}: only the last positional may be a list`)
    return parameter
  })
  if (operation.passthrough === true && positionals.at(-1)?.list !== true)
    throw new TypeError(`${operation.name}: what follows \`--\` needs a list as last positional`)
  const flags = parameters.filter(({ field }) => !positionalNames.includes(field))
  for (const { flag } of flags) {
    if (globalParameters.some((global) => global.flag === flag)) throw new TypeError(`${operation.name}: --${flag} is a flag of every command`)
  }
  return {
    name: operation.name,
    kind: operation.kind,
    domain,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    positionals,
    flags,
    passthrough: operation.passthrough ?? false,
    checkable: operation.pending !== undefined || (operation.kind === 'change' && operation.plan !== undefined),
    completes: operation.complete !== undefined,
    examples: operation.examples ?? [],
  }
}

function deriveParameter(field: string, property: ParameterSchema, required: boolean): Parameter {
  const outer = plain(property)
  const list = outer.type === 'array'
  const value = list ? plain(outer.items ?? {}) : outer
  const choices = choicesOf(value)
  const type = typeOf(value, choices)
  const minimum = value.minimum ?? value.exclusiveMinimum
  const maximum = value.maximum ?? value.exclusiveMaximum
  const path = property['x-path'] ?? outer['x-path'] ?? value['x-path']
  const flag = flagName(field, type)
  return {
    field,
    flag,
    type,
    list,
    required,
    placeholder: property['x-placeholder'] ?? outer['x-placeholder'] ?? value['x-placeholder'] ?? placeholderOf(flag, type, path),
    help: property.description ?? outer.description ?? value.description ?? '',
    ...(choices === undefined ? {} : { choices }),
    ...(property.default === undefined ? {} : { default: property.default }),
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { maximum }),
    ...(path === undefined ? {} : { path }),
  }
}

/** Without the layers that do not matter here: `null` as an alternative, and a single member of `allOf`. */
function plain(schema: ParameterSchema): ParameterSchema {
  const members = schema.anyOf?.filter((member) => member.type !== 'null') ?? (schema.allOf?.length === 1 ? schema.allOf : undefined)
  const only = members?.length === 1 ? members[0] : undefined
  return only === undefined ? schema : plain({ ...only, ...(schema.description === undefined ? {} : { description: schema.description }) })
}

function choicesOf(schema: ParameterSchema): readonly string[] | undefined {
  if (schema.enum !== undefined) return schema.enum.map(String)
  if (schema.const !== undefined) return [String(schema.const)]
  const members = schema.anyOf?.map(choicesOf)
  if (members === undefined || members.length === 0 || members.includes(undefined)) return undefined
  return members.flatMap((member) => member ?? [])
}

function typeOf(schema: ParameterSchema, choices: readonly string[] | undefined): ParameterType {
  if (schema['x-unit'] === 'ms') return 'duration'
  if (schema['x-unit'] === 'bytes') return 'size'
  if (choices !== undefined) return 'choice'
  if (schema.type === 'boolean' || schema.type === 'integer' || schema.type === 'number') return schema.type
  if (schema.type === 'object') {
    const values = schema.additionalProperties
    return typeof values === 'object' &&
      schema.properties === undefined &&
      (values.type === 'string' || values.anyOf?.some(({ type }) => type === 'string') === true)
      ? 'pairs'
      : 'json'
  }
  return schema.type === 'array' ? 'json' : 'string'
}

function flagName(field: string, type: ParameterType): string {
  const bare = type === 'duration' ? field.replace(/(?<=.)Ms$/u, '') : type === 'size' ? field.replace(/(?<=.)Bytes$/u, '') : field
  return bare.replaceAll(/(?<=[a-z\d])(?=[A-Z])/gu, '-').toLowerCase()
}

function placeholderOf(flag: string, type: ParameterType, path: Parameter['path']): string {
  if (path !== undefined) return path === 'file' ? 'FILE' : 'DIR'
  if (type === 'integer' || type === 'number') return 'N'
  if (type === 'duration') return 'DURATION'
  if (type === 'size') return 'SIZE'
  if (type === 'pairs') return 'NAME=VALUE'
  if (type === 'json') return 'JSON'
  return flag.toUpperCase()
}
