import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHostwrightError } from '../src/errors.ts'
import { encodeSftpPacket, SftpFramer, SftpReader } from '../src/ssh/sftp-packet.ts'

describe('an SFTP packet', () => {
  it('is laid out as the draft says', () => {
    const packet = encodeSftpPacket(3, [7, Buffer.from('/é'), 0x1a, { mode: 0o644 }])
    expect(packet.toString('hex')).toBe('00000018' + '03' + '00000007' + '00000003' + '2fc3a9' + '0000001a' + '00000004' + '000001a4')
  })

  it('is read back field by field', () => {
    const [bytes] = new SftpFramer().push(encodeSftpPacket(105, [9, 2n ** 40n, Buffer.from([0xff, 0]), { uid: 1, gid: 2, mode: 0o100755 }]))
    const reader = new SftpReader(bytes!)
    expect([reader.type, reader.uint32(), reader.uint64(), [...reader.bytes()], reader.attributes(), reader.atEnd]).toEqual([
      105,
      9,
      2 ** 40,
      [0xff, 0],
      { uid: 1, gid: 2, mode: 0o100755 },
      true,
    ])
  })

  it('comes out of the stream whole, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 }),
        (payloads, cuts) => {
          const stream = Buffer.concat(payloads.map((payload, index) => encodeSftpPacket(index, [payload])))
          const framer = new SftpFramer()
          const packets: Buffer[] = []
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = cuts[turn % cuts.length]!
            packets.push(...framer.push(stream.subarray(at, at + size)))
            at += size
          }
          expect(packets.map((packet) => [packet[0], [...new SftpReader(packet).bytes()]])).toEqual(payloads.map((payload, index) => [index, [...payload]]))
        },
      ),
    )
  })

  it('with a length that no server sends is refused', () => {
    for (const length of [0, 256 * 1024 + 1, 0xffff_ffff]) {
      const header = Buffer.alloc(4)
      header.writeUInt32BE(length)
      expect(() => new SftpFramer().push(header)).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
    }
  })

  it('of any bytes gives fields or IO_ERROR', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.array(fc.constantFrom('uint32', 'uint64', 'bytes', 'attributes')), (bytes, fields) => {
        const reader = new SftpReader(Buffer.from(bytes))
        try {
          for (const field of fields) reader[field as 'uint32']()
        } catch (error) {
          expect(isHostwrightError(error, 'IO_ERROR')).toBe(true)
        }
      }),
    )
  })
})
