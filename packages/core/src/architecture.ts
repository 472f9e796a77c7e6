import type { FileTree } from './file-tree.ts'
import { findBytes } from './file-tree-reading.ts'

/** ELF `e_machine` numbers (elf.h) to `uname -m`, for 32 and 64 bit, little and big endian. */
const machines: Readonly<Record<number, readonly [bits32: string, bits64: string]>> = {
  3: ['i686', 'i686'],
  8: ['mips', 'mips64'],
  20: ['ppc', 'ppc'],
  21: ['ppc64', 'ppc64'],
  22: ['s390', 's390x'],
  40: ['armv7l', 'armv7l'],
  62: ['x86_64', 'x86_64'],
  183: ['aarch64', 'aarch64'],
  243: ['riscv32', 'riscv64'],
  258: ['loongarch32', 'loongarch64'],
}

/** The 64-bit kernels that run 32-bit user lands. */
const wider: Readonly<Record<string, string>> = { i686: 'x86_64', armv7l: 'aarch64', mips: 'mips64', ppc: 'ppc64' }

/**
 * The machine's architecture as `uname -m` gives it; an empty string if nothing tells.
 *
 * Kernels before 6.1 have no file that says it. There, and in an image, the header of `/bin/sh` does, corrected by the
 * width of addresses in `/proc/kallsyms` where a 64-bit kernel runs 32-bit programs.
 */
export async function readArchitecture(fs: FileTree): Promise<string> {
  const [stated] = await fs.readMany(['/proc/sys/kernel/arch'])
  if (stated !== undefined && stated.trim() !== '') return stated.trim()
  for (const path of ['/bin/sh', '/usr/bin/env', '/sbin/init', '/lib/systemd/systemd']) {
    const fromHeader = await readElfMachine(fs, path)
    if (fromHeader === undefined) continue
    const wide = wider[fromHeader]
    return wide !== undefined && (await hasWideAddresses(fs)) ? wide : fromHeader
  }
  return ''
}

async function readElfMachine(fs: FileTree, path: string): Promise<string | undefined> {
  const header = await findBytes(fs, path, 20)
  if (header?.length !== 20 || header[0] !== 0x7f || header[1] !== 0x45 || header[2] !== 0x4c || header[3] !== 0x46) return undefined
  const littleEndian = header[5] !== 2
  const machine = new DataView(header.buffer, header.byteOffset, header.byteLength).getUint16(18, littleEndian)
  const name = machines[machine]?.[header[4] === 2 ? 1 : 0]
  return littleEndian && name === 'ppc64' ? 'ppc64le' : name
}

async function hasWideAddresses(fs: FileTree): Promise<boolean> {
  const start = new TextDecoder('latin1').decode(await findBytes(fs, '/proc/kallsyms', 20))
  return /^[0-9a-f]{16} /.test(start)
}
