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
  const bytes = new Uint8Array(name.length * 3)
  let size = 0
  let plainFrom = 0
  const addPlain = (to: number): void => {
    if (to > plainFrom) size += encoder.encodeInto(name.slice(plainFrom, to), bytes.subarray(size)).written
  }
  for (let at = 0; at < name.length; at += 1) {
    const unit = name.charCodeAt(at)
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(name.charCodeAt(at + 1))) {
      at += 1
    } else if (unit >= 0xdc80 && unit <= 0xdcff) {
      addPlain(at)
      bytes[size] = unit - 0xdc00
      size += 1
      plainFrom = at + 1
    }
  }
  addPlain(name.length)
  return bytes.slice(0, size)
}

/** Whether the path needs {@link encodeFileName} before the operating system sees it. */
export function hasEscapedBytes(name: string): boolean {
  return !name.isWellFormed()
}

function decodeWithEscapes(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length)
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0
    const length = first < 0x80 ? 1 : sequenceLength(bytes, at)
    if (length <= 1) {
      units[count++] = length === 1 ? first : 0xdc00 + first
      at += 1
      continue
    }
    let point = first & (0xff >> (length + 1))
    for (let offset = 1; offset < length; offset += 1) point = (point << 6) | ((bytes[at + offset] ?? 0) & 0x3f)
    if (point > 0xffff) units[count++] = 0xd7c0 + (point >> 10)
    units[count++] = point > 0xffff ? 0xdc00 + (point & 0x3ff) : point
    at += length
  }
  const pieces: string[] = []
  for (let at = 0; at < count; at += 8192) pieces.push(String.fromCharCode(...units.subarray(at, Math.min(at + 8192, count))))
  return pieces.join('')
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

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
