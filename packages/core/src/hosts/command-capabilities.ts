import type { FileTree } from '../file-tree.ts'
import type { Host, RunResult } from '../host.ts'
import type { CapabilityProbe } from './capability-probe.ts'
import { plainText } from './plain-text.ts'

/** Answers through commands of the host, which needs a POSIX shell, `id` and `uname`. */
export function commandCapabilityProbe(fs: FileTree, run: Host['run'], commandPath: (path: string) => string = (path) => path): CapabilityProbe {
  const shell = (script: string, argument: string): Promise<RunResult> => run(['sh', '-c', script, 'sh', argument], { check: false })
  return {
    fs,
    uid: async () => Number((await run(['id', '-u'])).stdout),
    kernelRelease: async () => (await run(['uname', '-r'])).stdout,
    async findCommand(name) {
      const { exitCode, stdout } = await shell('command -v -- "$1"', name)
      return exitCode === 0 ? stdout.trimEnd() : undefined
    },
    async canWrite(path) {
      // Root passes every check of access(2), but the kernel still refuses to open an attribute without a write bit.
      const script = 'test -w "$1" || exit 1; case $1 in /proc/*|/sys/*) case $(ls -ldL -- "$1") in ??w*|?????w*|????????w*) ;; *) exit 1 ;; esac ;; esac'
      return (await shell(script, commandPath(path))).exitCode === 0 ? true : `${plainText(path)} may not be written by this user, or is read-only.`
    },
  }
}
