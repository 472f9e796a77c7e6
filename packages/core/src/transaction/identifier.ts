import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new transaction id: a ULID, 10 characters of time in milliseconds and 16 of chance, in Crockford's base 32. */
export function createTransactionId(now: number = Date.now()): string {
  let time = ''
  for (let rest = now, digit = 0; digit < 10; digit += 1, rest = Math.floor(rest / 32)) time = `${alphabet[rest % 32]}${time}`
  return time + Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join('')
}

/** Whether a text is a transaction id. */
export function isTransactionId(text: string): boolean {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/u.test(text)
}
