import { HostwrightError } from '../errors.ts'
import { plainText } from '../hosts/plain-text.ts'

/** Where an SSH server is and who logs in. */
export interface SshAddress {
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string
  readonly user?: string
  readonly port?: number
}

/**
 * Reads `ssh://[user@]machine[:port]`. User and machine may be percent-encoded, and an IPv6 address stands in brackets.
 *
 * @throws INVALID_INPUT for anything else: a path, a query, or a password, which does not belong into a URL
 *
 * @example
 * ```ts
 * import { parseSshUrl } from '@hostwright/core'
 *
 * console.log(parseSshUrl('ssh://root@db1.lan:2222')) // { host: 'db1.lan', user: 'root', port: 2222 }
 * ```
 */
export function parseSshUrl(url: string): SshAddress {
  const match = /^ssh:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]/?#]*\]|[^:@/?#[\]]+)(?::(?<port>[^/?#]*))?(?<rest>\/?)$/u.exec(url)
  const { user, host, port } = match?.groups ?? {}
  if (host === undefined || url.length > 2048) throw invalid(url, 'it is not of the form ssh://[user@]machine[:port]')
  if (user === '') throw invalid(url, 'the user name before `@` is empty')
  if (user?.includes(':') === true) throw invalid(url.replace(/:[^@]*@/u, ':…@'), 'a password does not belong into a URL')
  if (port !== undefined && !isPort(port)) throw invalid(url, `the port \`${plainText(port)}\` is not a number from 1 to 65535`)
  const name = decode(host.startsWith('[') ? host.slice(1, -1) : host, url)
  // A machine or user that begins with a dash, or holds spaces, is somebody's attempt at an option or a typing mistake.
  if (!/^[^\s\p{Cc}/@-][^\s\p{Cc}/@]*$/u.test(name)) throw invalid(url, 'the name of the machine is not valid')
  if (host.startsWith('[') && !name.includes(':')) throw invalid(url, 'only an IPv6 address stands in brackets')
  const login = user === undefined ? undefined : decode(user, url)
  if (login !== undefined && !/^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(login)) throw invalid(url, 'the user name is not valid')
  return { host: name, ...(login === undefined ? {} : { user: login }), ...(port === undefined ? {} : { port: Number(port) }) }
}

/** The address as a URL, without the port where it is 22. */
export function formatSshUrl({ host, user, port }: SshAddress): string {
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`
  return `ssh://${login}${host.includes(':') ? `[${host}]` : host}${port === undefined || port === 22 ? '' : `:${port}`}`
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/u.test(text) && Number(text) <= 65535
}

function decode(text: string, url: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(url, 'a percent sign in it is not followed by the two digits of a byte of UTF-8')
  }
}

function invalid(url: string, why: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `\`${plainText(url)}\` is not a valid SSH URL: ${why}`, {
    subject: plainText(url),
    hint: 'Write it like ssh://root@db1.lan or ssh://root@db1.lan:2222.',
  })
}
