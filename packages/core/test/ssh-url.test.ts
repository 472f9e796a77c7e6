import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { isHostwrightError } from '../src/errors.ts'
import { formatSshUrl, parseSshUrl } from '../src/ssh/ssh-url.ts'

describe('an SSH URL', () => {
  it.each([
    ['ssh://db1', { host: 'db1' }],
    ['ssh://db1/', { host: 'db1' }],
    ['ssh://root@db1.lan', { host: 'db1.lan', user: 'root' }],
    ['ssh://root@db1.lan:2222', { host: 'db1.lan', user: 'root', port: 2222 }],
    ['ssh://[fe80::1]:22', { host: 'fe80::1', port: 22 }],
    ['ssh://[fe80::1%25eth0]', { host: 'fe80::1%eth0' }],
    ['ssh://a%40b@db1', { host: 'db1', user: 'a@b' }],
  ])('%s is read as it is meant', (url, address) => {
    expect(parseSshUrl(url)).toEqual(address)
  })

  it.each([
    ['', 'it is not of the form'],
    ['db1', 'it is not of the form'],
    ['http://db1', 'it is not of the form'],
    ['ssh://', 'it is not of the form'],
    ['ssh://db1/etc', 'it is not of the form'],
    ['ssh://db1?x', 'it is not of the form'],
    ['ssh://@db1', 'the user name before `@` is empty'],
    ['ssh://root:secret@db1', 'a password does not belong into a URL'],
    ['ssh://db1:0', 'the port `0`'],
    ['ssh://db1:65536', 'the port `65536`'],
    ['ssh://db1:ssh', 'the port `ssh`'],
    ['ssh://db1:', 'the port ``'],
    ['ssh://-oProxyCommand=x', 'the name of the machine'],
    ['ssh://-l@db1', 'the user name is not valid'],
    ['ssh://db%zz', 'a percent sign'],
    ['ssh://[db1]', 'only an IPv6 address'],
  ])('%s is refused with the reason', (url, reason) => {
    expect(() => parseSshUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining(reason) as string }))
  })

  it('never shows the password that someone wrote into it', () => {
    expect(() => parseSshUrl('ssh://root:secret@db1')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret') as string }))
  })

  it('is written back as it was read', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/u)
    fc.assert(
      fc.property(
        name,
        fc.option(fc.stringMatching(/^[a-zé@%:][a-z@é%:+-]{0,9}$/u), { nil: undefined }),
        fc.integer({ min: 1, max: 65535 }),
        (host, user, port) => {
          const address = { host, port, ...(user === undefined ? {} : { user }) }
          expect({ port: 22, ...parseSshUrl(formatSshUrl(address)) }).toEqual(address)
        },
      ),
    )
  })

  it('gives a value or INVALID_INPUT for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom(...'ssh://[]@:%2f-.?#') }).map((rest) => `ssh://${rest}`),
        ),
        (text) => {
          try {
            parseSshUrl(text)
          } catch (error) {
            expect(isHostwrightError(error, 'INVALID_INPUT')).toBe(true)
          }
        },
      ),
    )
  })
})
