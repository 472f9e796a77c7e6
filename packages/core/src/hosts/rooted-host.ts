import type { CapabilityReport } from '../capability.ts'
import { isHostwrightError } from '../errors.ts'
import type { Host, RunOptions } from '../host.ts'
import { noWorkingDirectory } from './command-outcome.ts'
import { delayedStream } from './delayed-stream.ts'
import { checkPath } from './path-check.ts'
import { rootedFileSystem } from './rooted-file-system.ts'

/**
 * The tree below a directory of a host, as if it were a system of its own: an unpacked image, a chroot, a mounted disk.
 * Symbolic links, absolute ones and `..` included, resolve inside the tree and never lead out of it, as long as nobody
 * else changes the tree meanwhile. Commands run on the host itself, in a working directory below the tree.
 */
export function rootedHost(host: Host, directory: string): Host {
  checkPath(directory)
  const base = directory.replace(/\/+$/u, '')
  const label = `${base === '' ? '/' : base}${host.label === 'local' ? '' : ` on ${host.label}`}`
  const fs = rootedFileSystem(host.fs, base, label)
  const located = async (options: RunOptions): Promise<RunOptions> => {
    const cwd = options.cwd ?? '/'
    try {
      const resolved = await fs.locate(cwd, { verb: 'enter', follow: true })
      return { ...options, cwd: resolved === '/' ? base || '/' : `${base}${resolved}` }
    } catch (error) {
      if (isHostwrightError(error, 'NOT_FOUND')) throw noWorkingDirectory(cwd, 'NOT_FOUND', error)
      throw error
    }
  }
  return {
    label,
    kind: 'rooted',
    fs,
    root: `${host.root}${base}`,
    prefix: host.prefix,
    run: async (argv, options = {}) => host.run(argv, await located(options)),
    stream: (argv, options = {}) => delayedStream(async () => host.stream(argv, await located(options))),
    capabilities: (names) => rootedCapabilities(host, fs, base, names),
    async [Symbol.asyncDispose]() {},
  }
}

/** Files are looked for in the tree; everything else is a matter of the machine that runs the commands. */
async function rootedCapabilities(
  host: Host,
  fs: ReturnType<typeof rootedFileSystem>,
  base: string,
  names: readonly string[],
): Promise<readonly CapabilityReport[]> {
  const asked = await Promise.all(
    names.map(async (name) => {
      const [, kind, path] = /^(file|writable):(\/.*)$/su.exec(name) ?? []
      if (kind === undefined || path === undefined) return name
      const resolved = await fs.locate(path, { verb: 'look at', follow: kind === 'writable', missingParents: true }).catch(() => path)
      return `${kind}:${base}${resolved}`
    }),
  )
  const reports = await host.capabilities(asked)
  return reports.map((report, index) => ({ ...report, name: names[index] ?? report.name }))
}
