import { ParseError } from '@hostwright/core'
import { callFunction } from './functions.ts'
import { normalisePath, pythonExpression } from './python-text.ts'
import type { TunedSystem } from './runtime.ts'

/** A text after its variables and functions were replaced. */
export interface Expansion {
  readonly text: string
  /** Why parts of it could not be replaced: functions that were not run, names that are not defined. Empty: all was. */
  readonly unresolved: readonly Unresolved[]
}

/** Why a part of a text could not be replaced. */
export interface Unresolved {
  readonly reason: string
  /** A variable that is not defined. It does no harm where a function makes a text of its own of it. */
  readonly variable?: string
}

/** Where a text stands, for errors. */
export interface TextPosition {
  readonly source: string
  readonly line: number
}

/** The variables of a profile. */
export interface TunedVariables {
  /** By name, in the order in which they were first defined. */
  readonly values: ReadonlyMap<string, Expansion>
  /** Defines a variable; its value is expanded with those that are there already. `false`: the name is not allowed. */
  define(name: string, value: string, position: TextPosition): Promise<boolean>
  expand(text: string, position: TextPosition): Promise<Expansion>
}

/** A doubling of variables must not fill the memory. */
const maxExpandedLength = 1024 * 1024

const reference = /(?<!\\)\$\{([\p{L}\p{N}_]+)\}/gu

/** An empty set of variables. */
export function tunedVariables(system: TunedSystem): TunedVariables {
  const values = new Map<string, Expansion>()
  const expand = async (value: string, position: TextPosition): Promise<Expansion> => {
    const unresolved: Unresolved[] = []
    const replaced = value.replaceAll(reference, (whole: string, name: string) => {
      const known = values.get(name)
      if (known === undefined) return whole
      unresolved.push(...known.unresolved)
      return known.text
    })
    checkLength(replaced, position)
    const unescaped = replaced.replaceAll(/\\(\$\{[\p{L}\p{N}_]+\})/gu, '$1')
    const called = await callFunctions(unescaped, system, position, unresolved)
    checkLength(called, position)
    for (const [, name] of value.matchAll(reference))
      if (name !== undefined && !values.has(name)) unresolved.push({ reason: `the variable \`${name}\` is not defined`, variable: name })
    const left = unresolved.filter(({ variable }) => variable === undefined || called.includes(`\${${variable}}`))
    return {
      text: called.replaceAll(/\\(\$\{f:.*\})/gu, '$1'),
      unresolved: left.filter(({ reason }, at) => left.findIndex((each) => each.reason === reason) === at),
    }
  }
  return {
    values,
    expand,
    async define(name, value, position) {
      if (!/^[\p{L}\p{N}_]+$/u.test(name)) return false
      values.set(name, await expand(value, position))
      return true
    },
  }
}

/**
 * Replaces `${f:name:argument:…}` by what the function gives, the innermost first. What a function gives is not looked at again.
 * A call that gives nothing stays as it is.
 */
async function callFunctions(whole: string, system: TunedSystem, position: TextPosition, unresolved: Unresolved[]): Promise<string> {
  let text = whole
  const open: { readonly escaped: boolean; readonly at: number }[] = []
  let escaped = false
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '}') {
      const start = open.pop()
      // Without its `${`, tuned gives up on the rest of the text.
      if (start === undefined) return text
      if (!start.escaped) {
        const result = await callOne(text.slice(start.at, at), system, position, unresolved)
        if (result !== undefined) {
          text = text.slice(0, start.at) + result + text.slice(at + 1)
          checkLength(text, position)
          at = Math.max(0, start.at + result.length - 1)
        }
      }
    } else if (text.startsWith('${', at)) open.push({ escaped, at })
    escaped = text[at] === '\\'
  }
  return text
}

async function callOne(call: string, system: TunedSystem, position: TextPosition, unresolved: Unresolved[]): Promise<string | undefined> {
  const [head, name, ...args] = call.split(/(?<!\\):/u).map((part) => part.replaceAll('\\:', ':'))
  if (head !== '${f') return undefined
  if (name === undefined || !/^[\p{L}\p{N}_]+$/u.test(name)) {
    unresolved.push({ reason: `\`${call}}\` names no function` })
    return undefined
  }
  const result = await callFunction(name, args, system, `${position.source}:${position.line}`)
  if ('text' in result) return result.text
  if (name !== 'assertion' && name !== 'assertion_non_equal') unresolved.push({ reason: result.failed })
  return undefined
}

/** Replaces the internal variable of the directory that a profile's file is in. */
export function expandProfileDirectory(text: string, directory: string): string {
  return text.replaceAll(/(?<!\\)\$\{i:PROFILE_DIR\}/gu, () => directory)
}

/** A path of a profile, made absolute against the directory of the profile. */
export function profilePath(path: string, directory: string): string {
  return normalisePath(path.startsWith('/') ? path : `${directory}/${path}`)
}

/** Whether a text has what a Python regular expression describes; `undefined` if it is none. */
export function searches(pattern: string, subject: string): boolean | undefined {
  return pythonExpression(pattern, true)?.test(subject)
}

function checkLength(text: string, position: TextPosition): void {
  if (text.length > maxExpandedLength)
    throw new ParseError(
      { ...position, column: 1 },
      `expected a value of at most ${maxExpandedLength} characters after its variables were replaced, found ${text.length}`,
    )
}
