/**
 * File names are bytes; Hostwright's paths are strings. A byte that is not part of valid UTF-8 becomes the lone
 * surrogate U+DC00 + byte (U+DC80 to U+DCFF), as Python's `surrogateescape` does (PEP 383), so that every name
 * survives the way through a string, JSON included, and back.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The string for a file name's bytes. Never fails; {@link encodeFileName} gives the same bytes back. */
export function decodeFileName(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return decodeWithEscapes(bytes)
  }
}

/** The bytes of a file name or path made by {@link decodeFileName}, or of any ordinary string. */
export function encodeFileName(name: string): Uint8Array {
  if (name.isWellFormed()) return encoder.encode(name)
  const parts: number[] = []
  for (const character of name) {
    const unit = character.codePointAt(0) ?? 0
    if (unit >= 0xdc80 && unit <= 0xdcff) parts.push(unit - 0xdc00)
    else parts.push(...encoder.encode(character))
  }
  return Uint8Array.from(parts)
}

/** Whether the path needs {@link encodeFileName} before the operating system sees it. */
export function hasEscapedBytes(name: string): boolean {
  return !name.isWellFormed()
}

function decodeWithEscapes(bytes: Uint8Array): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
      at += 1
    } else {
      text += strict.decode(bytes.subarray(at, at + length))
      at += length
    }
  }
  return text
}

/** Length of the valid UTF-8 sequence at `at`, or 0. RFC 3629, table 3-7 of the Unicode standard. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0
  if (length === 0 || at + length > bytes.length) return 0
  const second = bytes[at + 1] ?? 0
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let offset = 2; offset < length; offset += 1) {
    if (((bytes[at + offset] ?? 0) & 0xc0) !== 0x80) return 0
  }
  return length
}
