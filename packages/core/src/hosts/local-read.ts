import type { Buffer } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { HostwrightError } from '../errors.ts'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { ReadOptions } from '../file-tree.ts'
import { defaultByteLimit } from './command-outcome.ts'
import { plainText } from './plain-text.ts'
import { fileTooLarge } from './system-error.ts'

/** Reads files through one buffer that is kept between calls. */
export interface FileReader {
  read(native: string | Buffer, path: string, options: ReadOptions): Uint8Array
  /** A whole small file as text; `undefined` if it cannot be read. */
  readText(native: string | Buffer, path: string): string | undefined
}

/** Opening a fifo or a device must not wait for someone at its other end. */
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * A reader for files of any size. The size that `stat` says is not believed: attributes of `/proc` say 0 and those of
 * `/sys` say 4096, whatever they hold.
 */
export function attributeReader(): FileReader {
  const scratch = new Uint8Array(64 * 1024)
  const read = (native: string | Buffer, path: string, options: ReadOptions): Uint8Array => {
    const maxBytes = options.maxBytes ?? defaultByteLimit
    const wanted = Math.min(options.length ?? Number.POSITIVE_INFINITY, maxBytes + 1)
    let position = options.offset === undefined || options.offset === 0 ? null : options.offset
    const fd = openSync(native, readFlags)
    try {
      let buffer: Uint8Array = scratch
      let filled = 0
      while (filled < wanted) {
        if (filled === buffer.length) buffer = enlarge(buffer, fd, wanted)
        const count = readSync(fd, buffer, filled, Math.min(buffer.length, wanted) - filled, position)
        if (count === 0) break
        filled += count
        if (position !== null) position += count
      }
      if (filled > maxBytes) throw fileTooLarge(path, maxBytes)
      return buffer === scratch ? scratch.slice(0, filled) : buffer.subarray(0, filled)
    } finally {
      closeSync(fd)
    }
  }
  return {
    read,
    readText(native, path) {
      try {
        return decodeFileName(read(native, path, {}))
      } catch {
        return undefined
      }
    },
  }
}

/** Writes a value to an existing file or attribute with one system call. */
export function writeInPlace(native: string | Buffer, path: string, value: string): void {
  const type = statSync(native)
  if (type.isFIFO() || type.isSocket()) throw new HostwrightError('INVALID_INPUT', `${plainText(path)} is no file or attribute`, { subject: path })
  // The kernel does not see a write of no bytes; an empty line is what clears an attribute.
  const bytes = encodeFileName(value === '' ? '\n' : value)
  const fd = openSync(native, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOCTTY)
  try {
    const written = writeSync(fd, bytes)
    if (written !== bytes.length) {
      throw new HostwrightError('IO_ERROR', `${plainText(path)} took only ${written} of ${bytes.length} bytes`, { subject: path })
    }
  } finally {
    closeSync(fd)
  }
}

function enlarge(buffer: Uint8Array, fd: number, wanted: number): Uint8Array {
  const size = fstatSync(fd).size
  // One byte more than the file says, so that its end is seen without another buffer.
  const capacity = size > buffer.length ? size + 1 : buffer.length * 4
  const larger = new Uint8Array(Math.min(capacity, Math.max(wanted, buffer.length + 1)))
  larger.set(buffer)
  return larger
}
