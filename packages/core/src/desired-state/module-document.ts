import { pathToFileURL } from 'node:url'
import { HostwrightError } from '../errors.ts'
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
    const message = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new HostwrightError('INVALID_INPUT', `${file} cannot be loaded: ${message}`, {
      subject: file,
      hint: 'It has to be an ES module; types are stripped, not checked.',
      cause,
    })
  }
  const value = exports['default'] ?? exports['host']
  if (value === undefined)
    throw new HostwrightError('INVALID_INPUT', `${file} exports neither \`default\` nor \`host\``, {
      subject: file,
      hint: 'Write: export const host = defineHost({ … })',
    })
  return { file, value: JSON.parse(JSON.stringify(value)) as unknown, place: () => undefined }
}
