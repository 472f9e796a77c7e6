import { Buffer } from 'node:buffer'
import { HostwrightError } from '../errors.ts'

/** Packet types of version 3, draft-ietf-secsh-filexfer-02. */
export const sftpType = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
} as const

/** Status codes of version 3. */
export const sftpStatus = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
} as const

/** What a request is made of: a 32-bit number, a 64-bit number, or bytes with their length before them. */
export type SftpField = number | bigint | Uint8Array | SftpAttributes

/** Attributes as they are sent and received; only what is there is set. */
export interface SftpAttributes {
  readonly sizeBytes?: number
  readonly uid?: number
  readonly gid?: number
  /** With the bits of the file type. */
  readonly mode?: number
}

const flag = { size: 0x1, owner: 0x2, mode: 0x4, times: 0x8, extended: 0x8000_0000 } as const

/** A packet with its length before it. */
export function encodeSftpPacket(type: number, fields: readonly SftpField[]): Buffer {
  const parts: Buffer[] = []
  for (const field of fields) {
    if (typeof field === 'number') parts.push(uint32(field))
    else if (typeof field === 'bigint') parts.push(uint64(field))
    else if (field instanceof Uint8Array) parts.push(uint32(field.length), Buffer.from(field.buffer, field.byteOffset, field.length))
    else parts.push(...attributes(field))
  }
  const header = Buffer.alloc(5)
  header.writeUInt32BE(1 + parts.reduce((sum, part) => sum + part.length, 0))
  header[4] = type
  return Buffer.concat([header, ...parts])
}

function attributes({ uid, gid, mode }: SftpAttributes): Buffer[] {
  const owner = uid !== undefined && gid !== undefined
  const parts = [uint32((owner ? flag.owner : 0) | (mode === undefined ? 0 : flag.mode))]
  if (owner) parts.push(uint32(uid), uint32(gid))
  if (mode !== undefined) parts.push(uint32(mode))
  return parts
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** Reads the fields of a packet in turn. Throws `IO_ERROR` where a field goes beyond its end. */
export class SftpReader {
  readonly type: number
  readonly #bytes: Buffer
  #at = 1

  /** @param bytes the packet without its length */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.type = bytes[0] ?? 0
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4))
  }

  uint64(): number {
    return Number(this.#bytes.readBigUInt64BE(this.#advance(8)))
  }

  bytes(): Buffer {
    const length = this.uint32()
    const from = this.#advance(length)
    return this.#bytes.subarray(from, from + length)
  }

  attributes(): SftpAttributes {
    const flags = this.uint32()
    const sizeBytes = (flags & flag.size) === 0 ? undefined : this.uint64()
    const uid = (flags & flag.owner) === 0 ? undefined : this.uint32()
    const gid = (flags & flag.owner) === 0 ? undefined : this.uint32()
    const mode = (flags & flag.mode) === 0 ? undefined : this.uint32()
    if ((flags & flag.times) !== 0) this.#advance(8)
    if ((flags & flag.extended) !== 0) {
      for (let left = this.uint32(); left > 0; left -= 1) {
        this.bytes()
        this.bytes()
      }
    }
    return {
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      ...(mode === undefined ? {} : { mode }),
    }
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  #advance(count: number): number {
    const from = this.#at
    if (from + count > this.#bytes.length) throw malformedSftp('a packet is shorter than its fields')
    this.#at = from + count
    return from
  }
}

/** Cuts a stream of bytes into packets. */
export class SftpFramer {
  #pending: Buffer = Buffer.alloc(0)

  /** The packets that are whole now, without their lengths. Throws `IO_ERROR` for a length that no server sends. */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const packets: Buffer[] = []
    let at = 0
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32BE(at)
      if (length === 0 || length > maxPacketBytes) throw malformedSftp(`a packet says that it has ${length} bytes`)
      if (bytes.length - at - 4 < length) break
      packets.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    this.#pending = bytes.subarray(at)
    return packets
  }
}

/** What OpenSSH sends at most (SFTP_MAX_MSG_LENGTH). */
const maxPacketBytes = 256 * 1024

/** The error for a server whose answers do not follow the protocol. */
export function malformedSftp(what: string): HostwrightError {
  return new HostwrightError('IO_ERROR', `the SFTP server's answer is malformed: ${what}`, {
    hint: 'Something may print into the SFTP session, such as a start-up file of the login shell.',
  })
}
