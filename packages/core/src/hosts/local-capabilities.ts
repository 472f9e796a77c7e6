import { Buffer } from 'node:buffer'
import { accessSync, constants, statSync } from 'node:fs'
import { release } from 'node:os'
import process from 'node:process'
import { encodeFileName } from '../file-name.ts'
import type { FileTree } from '../file-tree.ts'
import type { CapabilityProbe } from './capability-probe.ts'
import type { Environment } from './local-command.ts'
import { plainText } from './plain-text.ts'
import { findProgram } from './program-search.ts'
import { errnoOf } from './system-error.ts'

/** Answers of this machine, without starting a process. */
export function localCapabilityProbe(fs: FileTree, environment: () => Environment): CapabilityProbe {
  return {
    fs,
    uid: async () => process.geteuid?.() ?? -1,
    kernelRelease: async () => release(),
    async findCommand(name) {
      const found = findProgram(name, environment()['PATH'])
      return found.state === 'found' ? found.path : undefined
    },
    canWrite: async (path) => localWritable(path),
  }
}

function localWritable(path: string): true | string {
  const native = Buffer.from(encodeFileName(path))
  try {
    accessSync(native, constants.W_OK)
    // Root passes every check of `access`, but the kernel still refuses to open an attribute without a write bit.
    if ((statSync(native).mode & 0o222) === 0 && /^\/(?:proc|sys)\//u.test(path)) return `${plainText(path)} is a read-only attribute.`
    return true
  } catch (error) {
    return errnoOf(error) === 'EROFS' ? `${plainText(path)} is on a read-only file system.` : `${plainText(path)} may not be written by this user.`
  }
}
