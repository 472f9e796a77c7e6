import { isHostwrightError } from '@hostwright/core'
import type { FileTree, Host } from '@hostwright/core'
import { strip } from './python-text.ts'

/** What a profile may ask of the system besides its files. */
export interface TunedRuntime {
  /** Runs the programs that `virt_check`, `lscpu_check`, `check_net_queue_count` and `exec` ask; without it nothing is started. */
  readonly host?: Pick<Host, 'run'>
  /** Runs what `${f:exec:…}` names, with all its side effects. Default `false`: the option that needs it is reported. */
  readonly allowExec?: boolean
  /** What `uname_regex` is compared with. Default: as `uname -snrvm` on the system of the tree. */
  readonly uname?: string
  /** What `cpuinfo_regex` is compared with. Default: the tree's `/proc/cpuinfo`. */
  readonly cpuinfo?: string
  readonly signal?: AbortSignal
}

/** The system that a profile is read for: its files, and what may be run on it. */
export interface TunedSystem {
  readonly fs: FileTree
  readonly runtime: TunedRuntime
  /** The text of a file; empty if it cannot be read. */
  readText(path: string): Promise<string>
  cpuinfo(): Promise<string>
  uname(): Promise<string>
  /** What a program prints, or `undefined` if none may be run or it fails. */
  output(argv: readonly string[]): Promise<string | undefined>
}

/** The system of a file tree. What was read once is kept, so that one profile sees one state. */
export function tunedSystem(fs: FileTree, runtime: TunedRuntime): TunedSystem {
  const texts = new Map<string, string>()
  const readText = async (path: string): Promise<string> => {
    const known = texts.get(path)
    if (known !== undefined) return known
    const text = (await fs.readMany([path]))[0] ?? ''
    texts.set(path, text)
    return text
  }
  const cpuinfo = async (): Promise<string> => runtime.cpuinfo ?? (await readText('/proc/cpuinfo'))
  return {
    fs,
    runtime,
    readText,
    cpuinfo,
    async uname() {
      if (runtime.uname !== undefined) return runtime.uname
      const names = ['ostype', 'hostname', 'osrelease', 'version', 'arch'].map((name) => `/proc/sys/kernel/${name}`)
      const words = (await Promise.all(names.map(readText))).map(strip)
      // The architecture is there since 6.1.
      if (words[4] === '') words[4] = architectureOf(await cpuinfo())
      return words.join(' ')
    },
    async output(argv) {
      if (runtime.host === undefined) return undefined
      try {
        const result = await runtime.host.run(argv, { check: false, timeoutMs: 10_000, ...(runtime.signal === undefined ? {} : { signal: runtime.signal }) })
        return result.exitCode === 0 ? result.stdout : undefined
      } catch (error) {
        if (isHostwrightError(error, 'COMMAND_NOT_FOUND') || isHostwrightError(error, 'PERMISSION_DENIED')) return undefined
        throw error
      }
    },
  }
}

function architectureOf(cpuinfo: string): string {
  if (/^CPU implementer/mu.test(cpuinfo)) return /^CPU architecture\s*:\s*8/mu.test(cpuinfo) ? 'aarch64' : 'armv7l'
  if (/^flags\s*:.*\blm\b/mu.test(cpuinfo)) return 'x86_64'
  return /^vendor_id/mu.test(cpuinfo) ? 'i686' : 'unknown'
}
