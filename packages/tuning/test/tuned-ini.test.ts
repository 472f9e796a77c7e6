import { ParseError } from '@hostwright/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTunedIni } from '../src/tuned/ini.ts'
import type { IniOptions } from '../src/tuned/ini.ts'

/** Sections as plain objects, without positions. */
function plain(text: string, options?: IniOptions): Record<string, Record<string, string | null>> {
  return Object.fromEntries(
    parseTunedIni(text, 'x', options).map((section) => [
      section.name,
      Object.fromEntries([...section.options.values()].map((option) => [option.name, option.value])),
    ]),
  )
}

function failure(text: string): unknown {
  try {
    return parseTunedIni(text, 'tuned.conf')
  } catch (error) {
    return error instanceof ParseError ? { position: error.position, message: error.message } : error
  }
}

describe('the grammar of profiles', () => {
  it('has `=` as its only delimiter and keeps the case of names', () => {
    expect(plain('[a]\nName = 1\nname=2\ncolon: x = 3\npath=/a=b\n')).toEqual({ a: { Name: '1', name: '2', 'colon: x': '3', path: '/a=b' } })
  })

  it('takes comments in lines of their own by # and ;, and after values by # alone', () => {
    expect(plain('# x\n ; y\n[a] # z\nb=1 # c\nd=;1\ne=a#b\nf=a ;b\n')).toEqual({ a: { b: '1', d: ';1', e: 'a#b', f: 'a ;b' } })
  })

  it('joins what is indented to the option above, blank lines included', () => {
    expect(plain('[a]\nb = 1\n  2\n\n  3\n\nc=4\n')).toEqual({ a: { b: '1\n2\n\n3', c: '4' } })
  })

  it('joins sections of the same name and keeps the last of repeated options in its first place', () => {
    expect(plain('[a]\nx=1\ny=1\n[b]\n[a]\nx=2\nz=3\n')).toEqual({ a: { x: '2', y: '1', z: '3' }, b: {} })
  })

  it('gives every section what stands in [DEFAULT]', () => {
    expect(plain('[DEFAULT]\nx=1\n[a]\n[b]\nx=2\n')).toEqual({ a: { x: '1' }, b: { x: '2' } })
  })

  it('reads files of variables, which need no header and have names without values', () => {
    expect(plain('a=1\nalone\n[more]\nb=2\n', { headless: 'top', allowNoValue: true })).toEqual({ top: { a: '1', alone: null }, more: { b: '2' } })
  })

  it('keeps where an option stands and the comment above it', () => {
    const text =
      '# Licence.\n\n[sysctl]\n# Old reason.\n\n# Writers wait at this share,\n# so that reads are not starved.\n#\nvm.dirty_ratio=40\n#vm.x=1\nvm.y=2\n'
    const options = [...(parseTunedIni(text, '/p/tuned.conf')[0]?.options.values() ?? [])]
    expect(options).toEqual([
      { name: 'vm.dirty_ratio', value: '40', source: '/p/tuned.conf', line: 9, comment: 'Writers wait at this share, so that reads are not starved.' },
      { name: 'vm.y', value: '2', source: '/p/tuned.conf', line: 11, comment: '' },
    ])
  })

  it('is not confused by names that objects have', () => {
    expect(parseTunedIni('[__proto__]\nconstructor=1\n', 'x')[0]?.options.get('constructor')?.value).toBe('1')
  })
})

describe('a profile that does not follow the grammar', () => {
  it.each([
    ['a=1\n', 1, 1, 'expected a section header such as [main], found `a=1`'],
    ['[a]\n\n  b\n', 3, 3, 'expected `name = value` or a section header, found `b`'],
    ['[a]\nb=1\n=2\n', 3, 1, 'expected `name = value` or a section header, found `=2`'],
    ['[a\n', 1, 1, 'expected a section header such as [main], found `[a`'],
  ])('is refused with its position: %j', (text, line, column, message) => {
    expect(failure(text)).toEqual({ position: { source: 'tuned.conf', line, column }, message: `tuned.conf:${line}:${column}: ${message}` })
  })

  it('never fails in another way, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom('[', ']', '=', '\n', ' ', '\t', '#', ';', 'a', '[a]\n', 'b=1\n', '\r', '\u2028', '\u00a0', '\0', '\uFEFF', '[DEFAULT]\n'),
      fc.string({ maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, allowNoValue) => {
        try {
          for (const section of parseTunedIni(pieces.join(''), 'x', { allowNoValue, ...(allowNoValue ? { headless: 'top' } : {}) }))
            for (const option of section.options.values()) expect(option.line).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back what was written as plain lines', () => {
    const name = fc.stringMatching(/^[A-Za-z_./][\w./-]{0,10}$/u)
    const value = fc.stringMatching(/^[\w.>|,-][\w .>|,-]{0,20}$/u).map((text) => text.trim())
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { maxLength: 8, selector: ([key]) => key }), (options) => {
        const text = `[u]\n${options.map(([key, each]) => `${key} = ${each}\n`).join('')}`
        expect([...(parseTunedIni(text, 'x')[0]?.options.values() ?? [])].map((option) => [option.name, option.value])).toEqual(options)
      }),
    )
  })

  it('stays fast on a megabyte of anything', () => {
    const started = performance.now()
    for (const unit of ['#', ' ', ' #', '[', '\n', 'a=1\n ']) failure(`[a]\nb=${unit.repeat(1_000_000 / unit.length)}`)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
