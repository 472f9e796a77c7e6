import type { CapabilityReport } from '../capability.ts'
import { HostwrightError, isHostwrightError } from '../errors.ts'
import type { FileTree } from '../file-tree.ts'
import { compareKernelVersions } from '../kernel-version.ts'
import { plainText } from './plain-text.ts'

/** What a backend has to find out for {@link hostCapabilities}. */
export interface CapabilityProbe {
  readonly fs: FileTree
  /** The effective user id. */
  uid(): Promise<number>
  /** As in `uname -r`. */
  kernelRelease(): Promise<string>
  /** The path of a program, or `undefined`. */
  findCommand(name: string): Promise<string | undefined>
  /** Whether the path can be written by the host's user; a reason if not. */
  canWrite(path: string): Promise<true | string>
}

/**
 * Answers each of the named capabilities with a reason.
 *
 * @throws `INVALID_INPUT` for a name that is no capability
 */
export async function hostCapabilities(probe: CapabilityProbe, names: readonly string[]): Promise<readonly CapabilityReport[]> {
  return Promise.all(names.map((name) => report(probe, name)))
}

async function report(probe: CapabilityProbe, name: string): Promise<CapabilityReport> {
  const colon = name.indexOf(':')
  const kind = colon === -1 ? name : name.slice(0, colon)
  const subject = colon === -1 ? '' : name.slice(colon + 1)
  const shown = plainText(subject)
  const answer = (available: boolean, reason: string): CapabilityReport => ({ name, available, reason })
  if ((kind === 'root' || kind === 'systemd') && colon === -1) {
    if (kind === 'root') {
      const uid = await probe.uid()
      return answer(uid === 0, uid === 0 ? 'Commands run as root.' : `Commands run as user ${uid}, not as root.`)
    }
    const running = await probe.fs.exists('/run/systemd/system')
    return answer(running, running ? 'systemd is the init system.' : 'systemd is not the init system: there is no /run/systemd/system.')
  }
  if (subject === '') throw unknownCapability(name)
  switch (kind) {
    case 'command': {
      const path = await probe.findCommand(subject)
      return answer(
        path !== undefined,
        path === undefined ? `The program ${shown} is not installed or not in PATH.` : `The program ${shown} is ${plainText(path)}.`,
      )
    }
    case 'file': {
      const there = await isThere(probe.fs, subject)
      return answer(there, there ? `${shown} exists.` : `There is no ${shown}.`)
    }
    case 'writable': {
      if (!(await isThere(probe.fs, subject))) return answer(false, `There is no ${shown}.`)
      const writable = await probe.canWrite(subject)
      return answer(writable === true, writable === true ? `${shown} can be written.` : writable)
    }
    case 'kernel': {
      const release = (await probe.kernelRelease()).trim()
      const enough = compareKernelVersions(release, subject) >= 0
      return answer(enough, enough ? `The kernel is ${plainText(release)}.` : `The kernel is ${plainText(release)}, and ${shown} or later is needed.`)
    }
    case 'filesystem': {
      const [text] = await probe.fs.readMany(['/proc/filesystems'])
      if (text === undefined) return answer(false, 'There is no /proc/filesystems that could be read.')
      const known = text.split('\n').some((line) => line.split('\t').at(-1) === subject)
      return answer(
        known,
        known ? `The kernel has the file system ${shown}.` : `The kernel does not have the file system ${shown}, or its module is not loaded.`,
      )
    }
    default:
      throw unknownCapability(name)
  }
}

/** A file that may not be looked at counts as there: a reason follows from trying to use it. */
async function isThere(fs: FileTree, path: string): Promise<boolean> {
  try {
    return await fs.exists(path)
  } catch (error) {
    if (isHostwrightError(error, 'PERMISSION_DENIED')) return false
    throw error
  }
}

function unknownCapability(name: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `\`${plainText(name)}\` is not the name of a capability`, {
    subject: name,
    hint: 'Use root, systemd, command:NAME, file:PATH, writable:PATH, kernel:X.Y or filesystem:NAME.',
  })
}
