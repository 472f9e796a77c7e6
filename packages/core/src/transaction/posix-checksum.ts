/**
 * Checksum and size as the `cksum` command prints them: CRC-32 with the polynomial of ISO/IEC 8802-3, most significant bit
 * first, the length appended, complemented (POSIX.1-2017, cksum).
 */
export function posixChecksum(bytes: Uint8Array): string {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) ^ (table[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) {
    crc = ((crc << 8) ^ (table[((crc >>> 24) ^ (length & 0xff)) & 0xff] ?? 0)) >>> 0
  }
  return `${~crc >>> 0} ${bytes.length}`
}

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})
