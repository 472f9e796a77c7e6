import { pathToFileURL } from 'node:url'
import { HostwrightError } from '../errors.ts'
import { quoteShellWords } from '../shell-quote.ts'
import type { LocatedDocument } from './located-document.ts'

/**
 * Runs a `host.ts` (or `.js`, `.mjs`) and takes what it exports as `default` or `host`. Its imports resolve from where it lies.
 *
 * @throws INVALID_INPUT
 */
export async function importModuleDocument(path: string, file: string): Promise<LocatedDocument> {
  let exports: Record<string, unknown>
  try {
    exports = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (cause) {
    throw loadError(path, file, cause)
  }
  const value = exports['default'] ?? exports['host']
  if (value === undefined)
    throw new HostwrightError('INVALID_INPUT', `${file} exports neither \`default\` nor \`host\``, {
      subject: file,
      hint: 'Write: export const host = defineHost({ … })',
    })
  return { file, value: plainValue(value, file), place: () => undefined }
}

/** What the file exports, as the plain data that a section is checked as. */
function plainValue(value: unknown, file: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch (cause) {
    throw new HostwrightError('INVALID_INPUT', `${file} exports something that is no plain data: ${firstLine(cause)}`, {
      subject: file,
      hint: 'Export texts, numbers, booleans, lists and mappings of them, without circles.',
      cause,
    })
  }
}

function loadError(path: string, file: string, cause: unknown): HostwrightError {
  // Node names the file as a path where it cannot read it, and as a URL where it runs it.
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  const at = [path, pathToFileURL(path).href].map((name) => stack.indexOf(`${name}:`)).filter((index) => index !== -1)
  const [, line, column] = /^[^\n]*?:(\d+)(?::(\d+))?\)?(?:\n|$)/u.exec(stack.slice(Math.min(...at))) ?? []
  const where = at.length === 0 || line === undefined ? file : `${file}:${line}${column === undefined ? '' : `:${column}`}`
  return new HostwrightError('INVALID_INPUT', `${where}: cannot be loaded: ${firstLine(cause)}`, { subject: where, hint: loadHint(path, cause), cause })
}

function loadHint(path: string, cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') return 'Install what it imports where it lies, or correct the name.'
  if (cause instanceof SyntaxError) return 'It has to be an ES module; types are stripped, not checked.'
  return `It stopped while it was run: \`${quoteShellWords(['node', path])}\` shows where.`
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
}
