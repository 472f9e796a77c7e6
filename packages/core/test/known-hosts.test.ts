import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findKnownHosts, hostKeyFingerprint, hostKeyType, judgeHostKey, matchesPattern, parseKnownHosts } from '../src/ssh/known-hosts.ts'

function blob(type: string, fill: number): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(36, fill)])
}

function line(names: string, key: Buffer, marker = ''): string {
  return `${marker}${names} ${hostKeyType(key) ?? ''} ${key.toString('base64')} somebody@somewhere`
}

const mine = blob('ssh-ed25519', 1)
const other = blob('ssh-ed25519', 2)
const rsa = blob('ssh-rsa', 3)

function judge(text: string, host: string, port: number, key: Buffer): unknown {
  const verdict = judgeHostKey(parseKnownHosts(text, 'kh'), host, port, key)
  switch (verdict.kind) {
    case 'known':
    case 'revoked':
      return `${verdict.kind} ${verdict.entry.line}`
    case 'changed':
      return `changed ${verdict.expected.map((entry) => entry.line).join(',')}`
    case 'unknown':
      return verdict.authorities.length === 0 ? 'unknown' : `unknown, authority ${verdict.authorities.map((entry) => entry.line).join(',')}`
  }
}

describe('known_hosts', () => {
  it('is read line by line, passing over comments and what is no entry', () => {
    const text = [
      '# a comment',
      '',
      `  ${line('a,b', mine)}`,
      'a ssh-ed25519',
      'a ssh-rsa !!!',
      `a ssh-rsa ${mine.toString('base64')}`,
      '@other a ssh-rsa AAAA',
      'a 1024 35 1234567',
      line('c', rsa, '@revoked ') + '\r',
    ].join('\n')
    expect(parseKnownHosts(text, 'kh')).toEqual([
      { marker: undefined, names: 'a,b', keyType: 'ssh-ed25519', key: mine, file: 'kh', line: 3 },
      { marker: 'revoked', names: 'c', keyType: 'ssh-rsa', key: rsa, file: 'kh', line: 9 },
    ])
  })

  it.each([
    ['the same name', line('web', mine), 'web', 22, 'known 1'],
    ['a name in other case', line('Web', mine), 'wEB', 22, 'known 1'],
    ['one of several names', line('db,web,10.0.0.1', mine), '10.0.0.1', 22, 'known 1'],
    ['another name', line('web2', mine), 'web', 22, 'unknown'],
    ['a port', line('[web]:2222', mine), 'web', 2222, 'known 1'],
    ['another port', line('[web]:2222', mine), 'web', 2223, 'unknown'],
    ['port 22 of an entry with a port', line('[web]:2222', mine), 'web', 22, 'unknown'],
    ['the bare name for a port, as ssh takes it', line('web', mine), 'web', 2222, 'known 1'],
    ['the bare name for a port with another key', line('web', other), 'web', 2222, 'unknown'],
    ['an entry with a port before one with the bare name', `${line('[web]:2222', other)}\n${line('web', mine)}`, 'web', 2222, 'changed 1'],
    ['a star', line('*.lan', mine), 'web.lan', 22, 'known 1'],
    ['a question mark', line('web?', mine), 'web1', 22, 'known 1'],
    ['a question mark and nothing', line('web?', mine), 'web', 22, 'unknown'],
    ['a negated pattern', line('*.lan,!db.lan', mine), 'db.lan', 22, 'unknown'],
    ['a negated pattern that comes first', line('!db.lan,*.lan', mine), 'db.lan', 22, 'unknown'],
    ['a negated pattern for another host', line('!db.lan,*.lan', mine), 'web.lan', 22, 'known 1'],
    ['another key', line('web', other), 'web', 22, 'changed 1'],
    ['a key of another type', line('web', rsa), 'web', 22, 'changed 1'],
    ['the right one among several keys', `${line('web', rsa)}\n${line('web', other)}\n${line('web', mine)}`, 'web', 22, 'known 3'],
    ['a revoked key', line('web', mine, '@revoked '), 'web', 22, 'revoked 1'],
    ['a revoked key that is listed as good too', `${line('web', mine)}\n${line('*', mine, '@revoked ')}`, 'web', 22, 'revoked 2'],
    ['another key revoked', `${line('web', mine)}\n${line('*', other, '@revoked ')}`, 'web', 22, 'known 1'],
    ['an authority', line('*.lan', other, '@cert-authority '), 'web.lan', 22, 'unknown, authority 1'],
    ['the key of an authority, which is no host key', line('*.lan', mine, '@cert-authority '), 'web.lan', 22, 'unknown, authority 1'],
  ])('judges %s', (_what, text, host, port, verdict) => {
    expect(judge(text, host, port, mine)).toBe(verdict)
  })

  it('finds a host behind a hashed name, and only that host', () => {
    const salt = Buffer.alloc(20, 7)
    const hash = createHmac('sha1', salt).update('[web.lan]:2222').digest('base64')
    const text = line(`|1|${salt.toString('base64')}|${hash}`, mine)
    expect([judge(text, 'web.lan', 2222, mine), judge(text, 'web.lan', 22, mine), judge(text, 'db.lan', 2222, mine)]).toEqual(['known 1', 'unknown', 'unknown'])
  })

  it('takes a broken hash for no name at all', () => {
    for (const names of ['|1|', '|1||', '|2|AAAA|AAAA', '|1|AAAA', '|1|AAAA|AAAA|AAAA']) expect(judge(line(names, mine), 'web', 22, mine)).toBe('unknown')
  })

  it('shows fingerprints as ssh-keygen -l does', () => {
    const key = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIJ6d0v2ZbZsqGhbcYI3mVdNmWcVqUIJ5gHOZyS7bRjpq', 'base64')
    expect(hostKeyFingerprint(key)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/u)
  })

  it('gives entries for any text without failing', () => {
    const words = fc.constantFrom('web', '*', '!web', '|1|', '@revoked', 'ssh-rsa', rsa.toString('base64'), ' ', '\t', '\n', ',', '=', '\0')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join('')),
        ),
        (text) => {
          findKnownHosts(parseKnownHosts(text, 'kh'), 'web', 22)
        },
      ),
    )
  })

  it('matches patterns as a regular expression of the same meaning does', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
        (pattern, name) => {
          expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u').test(name))
        },
      ),
    )
  })

  it('does not take long for a pattern of many stars', () => {
    expect(matchesPattern('*a'.repeat(200), 'a'.repeat(199))).toBe(false)
  })
})
