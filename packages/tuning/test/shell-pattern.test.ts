import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isShellPattern, matchesAny, matchesPattern } from '../src/shell-pattern.ts'

describe('a shell pattern', () => {
  it.each([
    ['sd*', 'sda', true],
    ['sd?', 'sda1', false],
    ['nvme[0-9]n1', 'nvme3n1', true],
    ['[!l]o', 'lo', false],
    ['[]x]', ']', true],
    ['a[b', 'a[b', true],
    ['[a-', '[a-', true],
    ['[z-a]', 'm', false],
    ['eth0.100', 'eth0x100', false],
    ['**', '', true],
    ['a.b+c', 'a.b+c', true],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches)
    expect(matchesAny(name, ['never', pattern])).toBe(matches)
  })

  it('is told from a plain name', () => {
    expect(['sda', 'a*', 'a?', '[a]'].map(isShellPattern)).toEqual([false, true, true, true])
  })

  it.skipIf(!existsSync('/bin/dash'))('means what dash takes it for (needs dash)', () => {
    const pieces = fc.constantFrom('a', 'b', '-', '*', '?', '[ab]', '[!a]', '[a-c]', '.', '[')
    const pairs = fc.sample(
      fc.tuple(
        fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join('')),
        fc.stringMatching(/^[abc.\-[]{0,5}$/u),
      ),
      300,
    )
    const script = 'while IFS= read -r pattern && IFS= read -r name; do case $name in $pattern) echo 1;; *) echo 0;; esac; done'
    const output = execFileSync('/bin/dash', ['-c', script], {
      input: pairs.map(([pattern, name]) => `${pattern}\n${name}\n`).join(''),
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
    })
    const ours = pairs.map(([pattern, name]) => [pattern, name, matchesPattern(pattern, name)])
    expect(ours).toEqual(
      output
        .trim()
        .split('\n')
        .map((line, index) => [...(pairs[index] ?? []), line === '1']),
    )
  })
})
