import { Buffer } from 'node:buffer'
import type { Content } from './plan.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The plan's form of some bytes: text if they are UTF-8 without NUL, else base64. */
export function toContent(bytes: string | Uint8Array): Content {
  if (typeof bytes === 'string') return { text: bytes }
  try {
    const text = strict.decode(bytes)
    if (!text.includes('\0')) return { text }
  } catch {
    // Not UTF-8: base64 below.
  }
  return { base64: Buffer.from(bytes).toString('base64') }
}

/** The bytes of a plan's content. */
export function contentBytes(content: Content): Uint8Array {
  return 'text' in content ? new TextEncoder().encode(content.text) : Uint8Array.from(Buffer.from(content.base64, 'base64'))
}

/** Whether two contents are the same bytes. */
export function sameContent(left: Content, right: Content): boolean {
  if ('text' in left && 'text' in right) return left.text === right.text
  return Buffer.compare(contentBytes(left), contentBytes(right)) === 0
}
