import { Buffer } from 'node:buffer'
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** One line of a known_hosts file, see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export interface KnownHost {
  /** `revoked`: the key must never be accepted. `cert-authority`: the key signs host certificates. */
  readonly marker: 'revoked' | 'cert-authority' | undefined
  /** The first field: patterns, or one hashed name. */
  readonly names: string
  /** Such as `ssh-ed25519`, as the key itself says. */
  readonly keyType: string
  /** The key as it goes over the wire. */
  readonly key: Uint8Array
  readonly file: string
  /** Counts from 1. */
  readonly line: number
}

/** What known_hosts files say of the key that a server presents. */
export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly entry: KnownHost }
  | { readonly kind: 'revoked'; readonly entry: KnownHost }
  /** Other keys are known for this host. */
  | { readonly kind: 'changed'; readonly expected: readonly KnownHost[] }
  /** Nothing is known, except perhaps authorities that sign certificates of this host. */
  | { readonly kind: 'unknown'; readonly authorities: readonly KnownHost[] }

/** The entries of a known_hosts file. Like ssh, it passes over lines that it cannot read. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  const entries: KnownHost[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const entry = parseLine(line, file, index + 1)
    if (entry !== undefined) entries.push(entry)
  }
  return entries
}

function parseLine(line: string, file: string, number: number): KnownHost | undefined {
  const fields = line.trim().split(/[ \t]+/u)
  const first = fields[0] ?? ''
  if (first === '' || first.startsWith('#')) return undefined
  let marker: KnownHost['marker']
  if (first.startsWith('@')) {
    if (first !== '@revoked' && first !== '@cert-authority') return undefined
    marker = first === '@revoked' ? 'revoked' : 'cert-authority'
    fields.shift()
  }
  const [names, type, encoded] = fields
  if (names === undefined || type === undefined || encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/u.test(encoded)) return undefined
  const key = Buffer.from(encoded, 'base64')
  const keyType = hostKeyType(key)
  return keyType === undefined || keyType !== type ? undefined : { marker, names, keyType, key, file, line: number }
}

/** The name at the start of a public key blob (RFC 4253, 6.6), or `undefined` if the blob is none. */
export function hostKeyType(key: Uint8Array): string | undefined {
  if (key.length < 5) return undefined
  const length = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0)
  if (length === 0 || length > 64 || 4 + length >= key.length) return undefined
  const name = Buffer.from(key.subarray(4, 4 + length)).toString('latin1')
  return /^[a-z0-9@.-]+$/iu.test(name) ? name : undefined
}

/** A key's fingerprint as ssh shows it: `SHA256:` and base64 without padding. */
export function hostKeyFingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/u, '')}`
}

/** How a host stands in known_hosts: the bare name for port 22, else `[name]:port`. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** The entries that are about a host, whatever their marker. */
export function findKnownHosts(entries: readonly KnownHost[], host: string, port: number): readonly KnownHost[] {
  const name = knownHostName(host, port)
  return entries.filter((entry) => coversHost(entry.names, name))
}

/**
 * Judges the key that a server presents. As with ssh, a key that is known for the bare name is good on any port, and a
 * revoked key is refused whatever else is known.
 */
export function judgeHostKey(entries: readonly KnownHost[], host: string, port: number, key: Uint8Array): HostKeyVerdict {
  const own = findKnownHosts(entries, host, port)
  const bare = port === 22 ? own : findKnownHosts(entries, host, 22)
  const revoked = [...own, ...bare].find((entry) => entry.marker === 'revoked' && sameKey(entry.key, key))
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked }
  const plain = own.filter((entry) => entry.marker === undefined)
  const known = (plain.length > 0 ? plain : bare).find((entry) => entry.marker === undefined && sameKey(entry.key, key))
  if (known !== undefined) return { kind: 'known', entry: known }
  if (plain.length > 0) return { kind: 'changed', expected: plain }
  return { kind: 'unknown', authorities: own.filter((entry) => entry.marker === 'cert-authority') }
}

function sameKey(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Whether the names of an entry cover a name. A negated pattern that matches excludes it, wherever it stands. */
function coversHost(names: string, name: string): boolean {
  if (names.startsWith('|')) return isHashOf(names, name)
  let covered = false
  for (const part of names.split(',')) {
    const negated = part.startsWith('!')
    const pattern = (negated ? part.slice(1) : part).toLowerCase()
    if (pattern === '' || !matchesPattern(pattern, name)) continue
    if (negated) return false
    covered = true
  }
  return covered
}

/** `|1|salt|hash`: an HMAC-SHA1 of the name with the salt as key. */
function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash, ...rest] = hashed.split('|')
  if (version !== '1' || salt === undefined || hash === undefined || rest.length > 0) return false
  const digest = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return sameKey(digest, Buffer.from(hash, 'base64'))
}

/** `*` stands for any characters, `?` for one; linear in the product of the lengths. */
export function matchesPattern(pattern: string, name: string): boolean {
  let at = 0
  let position = 0
  let star = -1
  let retry = 0
  while (position < name.length) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at
      retry = position
      at += 1
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[position])) {
      at += 1
      position += 1
    } else if (star !== -1) {
      retry += 1
      position = retry
      at = star + 1
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
