import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HostwrightError, isHostwrightError, ParseError } from '../src/index.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('error codes', () => {
  it('are each explained in docs/errors.md, and no others', () => {
    const declared = [...read('../src/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gmu)].map((match) => match[1])
    const documented = [...read('../../../docs/errors.md').matchAll(/^\| `([A-Z_]+)` +\|/gmu)].map((match) => match[1])
    expect(declared.length).toBeGreaterThan(20)
    expect(documented.toSorted()).toEqual(declared.toSorted())
  })
})

describe('HostwrightError', () => {
  it('is plain JSON without stack and cause', () => {
    const error = new HostwrightError('NOT_FOUND', 'no such thing', { subject: 'thing', hint: 'Make one.', cause: new Error('inner'), data: { a: 1 } })
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'NOT_FOUND', message: 'no such thing', subject: 'thing', hint: 'Make one.', data: { a: 1 } })
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('is recognised by code, also when it comes from another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { code: 'LOCKED', hint: undefined })
    expect([
      isHostwrightError(foreign),
      isHostwrightError(foreign, 'LOCKED'),
      isHostwrightError(foreign, 'CONFLICT'),
      isHostwrightError(new Error('x')),
    ]).toEqual([true, true, false, false])
  })

  it('names file, line and column in a parse error', () => {
    expect(new ParseError({ source: 'a.conf', line: 3, column: 7 }, 'expected `=`')).toMatchObject({
      code: 'PARSE_ERROR',
      message: 'a.conf:3:7: expected `=`',
      subject: 'a.conf:3:7',
    })
  })
})
