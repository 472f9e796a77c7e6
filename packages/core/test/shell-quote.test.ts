import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteShell, quoteShellWords } from '../src/index.ts'

const shells = ['/bin/dash', '/bin/bash', '/bin/busybox', '/usr/bin/zsh'].filter((path) => existsSync(path))
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '=', ':', '~', '%', '@', '-', '+', ',', '/', '.', '_', "'", '"', '\\', '$', '`', '!', ' ', '\n', '*', '{', '}', '#'),
  }),
  fc.constantFrom('=ls', 'x:=ls', 'A==ls', '~', 'a=~', '{a,b}', '-n', '%1', '!', 'if'),
)

describe('quoting for a shell', () => {
  it('leaves plain words bare', () => {
    expect(['/usr/bin/env', 'a=b', '--size=10%', 'x@y:1,2+3', "it's", '', '=ls', 'x:=ls'].map(quoteShell)).toEqual([
      '/usr/bin/env',
      'a=b',
      '--size=10%',
      'x@y:1,2+3',
      String.raw`'it'\''s'`,
      "''",
      "'=ls'",
      "'x:=ls'",
    ])
    expect(quoteShellWords(['A=b', 'A=b'])).toBe("'A=b' A=b")
  })

  it('refuses a NUL', () => {
    expect(() => quoteShell('a\0b')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', subject: 'a␀b' }))
  })

  it.each(shells)('is read as it was by %s, as a word and as a value', (shell) => {
    const words = fc.sample(text, 400)
    const lines = words.flatMap((word) => [`printf '%s\\0' ${quoteShell(word)}`, `export V=${quoteShell(word)}; printf '%s\\0' "$V"`])
    const output = execFileSync(shell, shell.endsWith('busybox') ? ['sh'] : [], {
      input: lines.join('\n'),
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    })
    expect(output.split('\0').slice(0, -1)).toEqual(words.flatMap((word) => [word, word]))
  })
})
