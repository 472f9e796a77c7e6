import { Buffer } from 'node:buffer'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { HostwrightError } from '../errors.ts'
import { errnoOf, fromSystemError } from '../hosts/system-error.ts'
import { findKnownHosts, hostKeyFingerprint, hostKeyType, judgeHostKey, knownHostName, parseKnownHosts, type KnownHost } from './known-hosts.ts'

/** What to do with a host that no known_hosts file has: refuse it, or trust it from now on. */
export type HostKeyPolicy = 'strict' | 'accept-new'

/** The host keys that one connection may be answered with. */
export interface HostKeyCheck {
  /** Signature algorithms to ask for, those of known keys first, so that the server does not present another key. */
  readonly algorithms: readonly string[]
  /** Throws `HOST_KEY_UNKNOWN` or `HOST_KEY_CHANGED` unless the key is to be trusted. */
  readonly verify: (key: Uint8Array) => Promise<void>
}

/** Where ssh looks, see `UserKnownHostsFile` and `GlobalKnownHostsFile` in ssh_config(5). */
export function defaultKnownHostsFiles(): readonly string[] {
  return [join(homedir(), '.ssh/known_hosts'), join(homedir(), '.ssh/known_hosts2'), '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
}

/** Key types to the algorithms that prove them, in the order of preference. SHA-1 signatures are not accepted. */
const algorithmsOfType: readonly (readonly [type: string, algorithms: readonly string[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

/** Reads the known_hosts files for one host. A file that does not exist is empty. */
export async function hostKeyCheck(host: string, port: number, files: readonly string[], policy: HostKeyPolicy): Promise<HostKeyCheck> {
  const entries = (await Promise.all(files.map(readKnownHosts))).flat()
  const found = [...findKnownHosts(entries, host, port), ...(port === 22 ? [] : findKnownHosts(entries, host, 22))]
  const knownTypes = new Set(found.filter((entry) => entry.marker === undefined).map((entry) => entry.keyType))
  const known = algorithmsOfType.filter(([type]) => knownTypes.has(type))
  const other = algorithmsOfType.filter(([type]) => !knownTypes.has(type))
  return {
    algorithms: [...known, ...other].flatMap(([, algorithms]) => algorithms),
    async verify(key) {
      const verdict = judgeHostKey(entries, host, port, key)
      switch (verdict.kind) {
        case 'known':
          return
        case 'revoked':
          throw revoked(host, port, key, verdict.entry)
        case 'changed':
          throw changed(host, port, key, verdict.expected)
        case 'unknown':
          if (policy === 'strict' || verdict.authorities.length > 0) throw unknown(host, port, key, files, verdict.authorities)
          await remember(host, port, key, files)
      }
    },
  }
}

async function readKnownHosts(file: string): Promise<readonly KnownHost[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return []
    throw fromSystemError(error, 'read', file)
  }
}

async function remember(host: string, port: number, key: Uint8Array, files: readonly string[]): Promise<void> {
  const file = files[0]
  if (file === undefined) return
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const before = await readFile(file).catch(() => Buffer.alloc(0))
    const separator = before.length > 0 && before.at(-1) !== 0x0a ? '\n' : ''
    await appendFile(file, `${separator}${knownHostName(host, port)} ${hostKeyType(key) ?? ''} ${Buffer.from(key).toString('base64')}\n`, { mode: 0o600 })
  } catch (error) {
    throw fromSystemError(error, 'write', file)
  }
}

function unknown(host: string, port: number, key: Uint8Array, files: readonly string[], authorities: readonly KnownHost[]): HostwrightError {
  const name = knownHostName(host, port)
  const presented = describeKey(key)
  const scan = `ssh-keyscan ${port === 22 ? '' : `-p ${port} `}${host} >> ${files[0] ?? 'FILE'}`
  const only = authorities.map((entry) => `${entry.file}:${entry.line}`)
  const message =
    only.length > 0
      ? `${name} is known by a certificate authority only (${only.join(', ')}), and host certificates are not supported; it presents the key ${presented}`
      : `the key of ${name} is in no known_hosts file; it presents ${presented}`
  return new HostwrightError('HOST_KEY_UNKNOWN', message, {
    subject: name,
    hint: `Compare the fingerprint with \`ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub\` on the machine itself, then add its key: ${scan}`,
    data: { host, port, fingerprint: hostKeyFingerprint(key), keyType: hostKeyType(key) ?? null, files, certificateAuthorities: only },
  })
}

function changed(host: string, port: number, key: Uint8Array, expected: readonly KnownHost[]): HostwrightError {
  const name = knownHostName(host, port)
  const known = expected.map((entry) => `${describeKey(entry.key)} at ${entry.file}:${entry.line}`)
  const sameType = expected.some((entry) => entry.keyType === hostKeyType(key))
  return new HostwrightError('HOST_KEY_CHANGED', `the key of ${name} has changed: it presents ${describeKey(key)}, but known is ${known.join(', ')}`, {
    subject: name,
    hint: `Someone may be in between: do not go on before you know why. If the machine was installed anew${sameType ? '' : ' or its other keys were removed'}, remove the old key with \`ssh-keygen -f ${expected[0]?.file ?? ''} -R '${name}'\` and add the new one.`,
    data: {
      reason: 'changed',
      host,
      port,
      fingerprint: hostKeyFingerprint(key),
      keyType: hostKeyType(key) ?? null,
      expected: expected.map((entry) => ({ fingerprint: hostKeyFingerprint(entry.key), keyType: entry.keyType, file: entry.file, line: entry.line })),
    },
  })
}

function revoked(host: string, port: number, key: Uint8Array, entry: KnownHost): HostwrightError {
  const name = knownHostName(host, port)
  return new HostwrightError('HOST_KEY_CHANGED', `the key that ${name} presents, ${describeKey(key)}, is revoked at ${entry.file}:${entry.line}`, {
    subject: name,
    hint: 'Whoever holds this key can pose as the machine. Give the machine a new key before connecting to it.',
    data: { reason: 'revoked', host, port, fingerprint: hostKeyFingerprint(key), keyType: entry.keyType, file: entry.file, line: entry.line },
  })
}

function describeKey(key: Uint8Array): string {
  return `${hostKeyType(key) ?? 'an unknown type'} ${hostKeyFingerprint(key)}`
}
