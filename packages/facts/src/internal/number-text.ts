import { findCpuList } from '@hostwright/core'

/** A decimal integer, or `undefined` if the text is none or is too large to be exact. */
export function toInteger(text: string | undefined): number | undefined {
  if (text === undefined || !/^[+-]?\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** As `toInteger`, but without negative numbers, which the kernel uses for "not known". */
export function toCount(text: string | undefined): number | undefined {
  const value = toInteger(text)
  return value === undefined || value < 0 ? undefined : value
}

/** A decimal number with a fraction, or `undefined`. */
export function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

/** `1` and `Y` are true, `0` and `N` are false. */
export function toBoolean(text: string | undefined): boolean | undefined {
  if (text === '1' || text === 'Y' || text === 'y') return true
  return text === '0' || text === 'N' || text === 'n' ? false : undefined
}

/** A hexadecimal number with or without `0x`, or `undefined`. */
export function toHexNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^(?:0x)?[0-9a-f]{1,12}$/i.test(text) ? Number.parseInt(text, 16) : undefined
}

/** An integer divided, such as millidegrees to degrees, or `undefined`. */
export function scaled(text: string | undefined, divisor: number): number | undefined {
  const value = toInteger(text)
  return value === undefined ? undefined : value / divisor
}

/** The numbers of a kernel list such as `0-3,8`, ascending; none if it is missing or malformed. */
export function parseKernelList(text: string | undefined): readonly number[] {
  return findCpuList(text ?? '') ?? []
}

/** Undoes the octal escapes (`\040` for a space) of `/proc/self/mountinfo`, `/proc/swaps` and `fstab`. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** The word in brackets of a list such as `always [madvise] never`, and all its words. */
export function parseSelection(text: string | undefined): { readonly selected: string | undefined; readonly choices: readonly string[] } {
  const words = text?.split(/\s+/).filter((word) => word !== '') ?? []
  const selected = words.find((word) => /^\[.+\]$/.test(word))?.slice(1, -1)
  return { selected, choices: words.map((word) => word.replace(/^\[(.+)\]$/, '$1')) }
}
