import { HostwrightError } from '../errors.ts'
import { plainText } from './plain-text.ts'

/** Refuses a path that is not absolute or that holds a NUL byte. */
export function checkPath(path: string): void {
  if (path.charCodeAt(0) === 0x2f && !path.includes('\0')) return
  const what = path.includes('\0') ? 'holds a NUL byte' : 'is not absolute'
  throw new HostwrightError('INVALID_INPUT', `the path \`${plainText(path)}\` ${what}`, { subject: path, hint: 'Give a path that begins with `/`.' })
}
