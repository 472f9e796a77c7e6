import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFileName } from '../src/file-name.ts'
import { endGroupLine, remoteCommandLine, searchLine } from '../src/ssh/command-line.ts'
import { lineForSpare, waitingLine } from '../src/ssh/spare-shell.ts'

/** Does what sshd does: gives the line to the login shell. The arguments of a process go as bytes only through a file. */
function shell(
  program: string,
  line: Uint8Array,
  input: Uint8Array = new Uint8Array(),
): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
  const name = program.split(' ')
  const { stdout, stderr, status } = spawnSync(name[0]!, [...name.slice(1), '-c', `eval "$(dd bs=1 count=${line.length} 2>/dev/null)"`], {
    input: Buffer.concat([line, input]),
  })
  return { stdout: decodeFileName(stdout), stderr: decodeFileName(stderr), status }
}

const shells = ['/bin/sh', '/bin/bash', '/usr/bin/zsh', '/usr/bin/busybox sh'].filter((name) => existsSync(name.split(' ')[0]!))

describe.each(shells)('a command line for %s', (program) => {
  it('carries every word, whatever is in it', () => {
    const word = fc.oneof(
      fc.string({ unit: fc.constantFrom(...`'"\\$\`!*?~#&|;<>(){}[]=%^ \t\n-é€😀`, '\udcff', '\udc80') }),
      fc.constantFrom('-n', '=ls', '~root', 'a=b', '--', '$(id)', "it's", '\\', "'", '\n'),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const { line } = remoteCommandLine(['/usr/bin/printf', '%s\\0', ...words, 'end'], {}, 'mark:')
        expect(shell(program, line).stdout).toBe(`mark:\n${[...words, 'end'].map((text) => `${text}\0`).join('')}`)
      }),
      { numRuns: 25 },
    )
  })

  it('is the same to a shell that waits for it, with the input that follows', () => {
    const word = fc.string({ unit: fc.constantFrom(...`'"\\$ \n\t*é`, '\udcff'), maxLength: 30 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const { line } = remoteCommandLine(['/bin/sh', '-c', 'printf \'%s\\0\' "$@"; cat', 'sh', ...words, 'end'], {}, 'mark:')
        const input = Buffer.concat([lineForSpare(line)!, Buffer.from('its input')])
        expect(shell(program, Buffer.from(waitingLine), input).stdout).toBe(`mark:\n${[...words, 'end'].map((text) => `${text}\0`).join('')}its input`)
      }),
      { numRuns: 15 },
    )
  })

  it('names its process group before anything else', () => {
    const { line } = remoteCommandLine(['/bin/sh', '-c', 'echo $$'], {}, 'mark:')
    const { stdout, stderr } = shell(program, line)
    expect(stdout).toBe(`mark:\n${stderr.replace('mark:', '')}`)
  })

  it('sets, changes and removes variables, those included that no shell can hold', () => {
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: undefined,
      LANG: undefined,
      QUOTED: `a'b "c" $d`,
      'with.dot': 'x y',
      path: 'small',
      UID: '7',
      '-u': 'dash',
      EMPTY: '',
    }
    const { line } = remoteCommandLine(['env', '-0'], { env }, 'mark:')
    const variables = new Set(shell(program, line).stdout.slice('mark:\n'.length).split('\0'))
    for (const wanted of ['PATH=/usr/bin:/bin', `QUOTED=a'b "c" $d`, 'with.dot=x y', 'path=small', 'UID=7', '-u=dash', 'EMPTY=', 'LC_ALL=C'])
      expect(variables).toContain(wanted)
    expect([...variables].filter((text) => /^(?:HOME|LANG)=/u.test(text))).toEqual([])
  })

  it('tells a directory that is missing', () => {
    const { line } = remoteCommandLine(['true'], { cwd: "/no 'such" }, 'mark:')
    expect(shell(program, line)).toEqual({ stdout: '', stderr: 'mark:missing\n', status: 1 })
  })

  it('takes a program whose name looks like an option or an assignment for a program', () => {
    for (const name of ['-x', 'a=b']) {
      for (const env of [{}, { 'with.dot': 'x' }]) {
        const { status } = shell(program, remoteCommandLine([name, 'word'], { env }, 'mark:').line)
        expect([name, status]).toEqual([name, 127])
      }
    }
  })

  it('goes through the input where it is too long for one argument, and leaves the rest of the input to the command', () => {
    const words = Array.from({ length: 3000 }, (_, index) => `word ${index} ${'x'.repeat(40)}`)
    const { line, input } = remoteCommandLine(['/bin/sh', '-c', 'echo $#; cat', 'sh', ...words], {}, 'mark:')
    expect(line.length).toBeLessThan(200)
    const name = program.split(' ')
    const { stdout } = spawnSync(name[0]!, [...name.slice(1), '-c', line.toString()], { input: Buffer.concat([input, Buffer.from('the rest\n')]) })
    expect(stdout.toString()).toBe('mark:\n3000\nthe rest\n')
  })

  it('finds out why a program cannot be executed', () => {
    const search = (name: string): string => shell(program, searchLine(name, {})).stdout.trim()
    expect(['sh', '/bin/sh', 'no-such-program', '/no/such', '/etc/passwd', '/etc', 'alias'].map(search)).toEqual([
      'found',
      'found',
      '',
      '',
      'denied',
      'denied',
      '',
    ])
  })

  it('ends when there is no such process group', () => {
    expect(shell(program, endGroupLine(2 ** 22 + 1, 100))).toEqual({ stdout: '', stderr: '', status: 0 })
  })
})

it('that is long goes to no waiting shell', () => {
  expect(lineForSpare(Buffer.alloc(5000, 'x'))).toBeUndefined()
})

it('refuses a NUL in any word', () => {
  expect(() => remoteCommandLine(['echo', 'a\0b'], {}, 'mark:')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})
