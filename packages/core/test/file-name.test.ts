import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFileName, encodeFileName, hasEscapedBytes } from '../src/index.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
/** Bytes that are close to UTF-8: sequences cut, joined and spoilt. */
const nearlyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => [...new TextEncoder().encode(text)]),
      fc.constantFrom(
        [0xc3],
        [0xe2, 0x82],
        [0xf0, 0x9f, 0x98],
        [0x80],
        [0xff],
        [0xc0, 0xaf],
        [0xed, 0xa0, 0x80],
        [0xed, 0xb2, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xef, 0xbb, 0xbf],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(parts.flat()))

describe('file names', () => {
  it('come back byte by byte, whatever the bytes', () => {
    fc.assert(
      fc.property(bytes, (name) => {
        expect(encodeFileName(decodeFileName(name))).toEqual(name)
      }),
    )
    fc.assert(
      fc.property(nearlyText, (name) => {
        expect(encodeFileName(decodeFileName(name))).toEqual(name)
      }),
      { numRuns: 500 },
    )
  })

  it('survive JSON', () => {
    fc.assert(
      fc.property(nearlyText, (name) => {
        expect(encodeFileName(JSON.parse(JSON.stringify(decodeFileName(name))) as string)).toEqual(name)
      }),
    )
  })

  it('are ordinary text where they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = new TextEncoder().encode(text)
        expect(decodeFileName(encoded)).toBe(text)
        expect(encodeFileName(text)).toEqual(encoded)
        expect(hasEscapedBytes(text)).toBe(false)
      }),
    )
  })

  it('have a lone surrogate exactly where a byte is no part of UTF-8', () => {
    const shown: readonly (readonly [number[], string])[] = [
      [[0xff], '\udcff'],
      [[0x61, 0x80, 0x62], 'a\udc80b'],
      [[0xc3], '\udcc3'],
      [[0xc3, 0x28], '\udcc3('],
      [[0xc0, 0xaf], '\udcc0\udcaf'],
      [[0xe0, 0x80, 0x80], '\udce0\udc80\udc80'],
      [[0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
      [[0xed, 0xb3, 0xbf], '\udced\udcb3\udcbf'],
      [[0xf0, 0x9f, 0x98, 0x80, 0xff], '😀\udcff'],
      [[0xf0, 0x9f, 0x98], '\udcf0\udc9f\udc98'],
      [[0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
      [[0xef, 0xbb, 0xbf, 0xff], '\ufeff\udcff'],
      [[0xef, 0xbf, 0xbd, 0xff], '\ufffd\udcff'],
    ]
    for (const [raw, text] of shown) {
      expect(decodeFileName(Uint8Array.from(raw)), raw.join(' ')).toBe(text)
      expect(encodeFileName(text)).toEqual(Uint8Array.from(raw))
      expect(hasEscapedBytes(text)).toBe(true)
    }
  })

  it('escape no byte below 128, so that no escape can become a slash or a NUL', () => {
    fc.assert(
      fc.property(bytes, (name) => {
        for (const character of decodeFileName(name)) {
          const unit = character.codePointAt(0) ?? 0
          if (unit >= 0xd800 && unit <= 0xdfff) expect(unit).toBeGreaterThanOrEqual(0xdc80)
        }
      }),
    )
  })

  it('give a replacement character for a lone surrogate that no byte can be', () => {
    expect(encodeFileName('a\ud800b')).toEqual(new TextEncoder().encode('a\ufffdb'))
    expect(encodeFileName('\udc00\udcff')).toEqual(Uint8Array.of(0xef, 0xbf, 0xbd, 0xff))
  })

  it('are decoded in time that grows with their length only', () => {
    const large = Uint8Array.from({ length: 2_000_000 }, (_, index) => (index * 2_654_435_761) >>> 24)
    const startedAt = performance.now()
    const back = encodeFileName(decodeFileName(large))
    expect(performance.now() - startedAt).toBeLessThan(3000)
    expect(Buffer.compare(back, large)).toBe(0)
  })
})
