import type { Node } from 'yaml'
import { HostwrightError, ParseError } from '../errors.ts'
import type { LocatedDocument, Place } from './located-document.ts'

const maxBytes = 4 * 1024 * 1024

/**
 * Reads YAML 1.2 (core schema) and remembers where everything stands.
 *
 * @throws PARSE_ERROR with `file:line:column`
 */
export async function parseYamlDocument(text: string, file: string): Promise<LocatedDocument> {
  if (text.length > maxBytes) throw new HostwrightError('INVALID_INPUT', `${file} is larger than 4 MiB, which no description of a host is`, { subject: file })
  const { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2', stringKeys: true })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) {
    throw new ParseError({ source: file, ...at(problem.pos[0]) }, problem.message, {
      hint: 'Correct the YAML there; `hostwright schema` describes what may stand in the file.',
    })
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw new ParseError({ source: file, line: 1, column: 1 }, 'the aliases of the file expand to too much', { cause })
  }
  const place = (path: readonly PropertyKey[], of: 'key' | 'value' = 'value'): Place | undefined => {
    let key: unknown
    let node: unknown = document.contents
    for (const name of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === name)
        if (pair === undefined) return undefined
        key = pair.key
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(name)]
        key = node
      } else return undefined
    }
    const found = of === 'key' || !isNode(node) ? key : node
    const start = (found as Node | undefined)?.range?.[0]
    return start === undefined ? undefined : at(start)
  }
  return { file, value, place }
}
