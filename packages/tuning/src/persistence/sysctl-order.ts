import type { FileTree } from '@hostwright/core'
import { listNames } from '@hostwright/core'
import { isShellPattern, matchesPattern } from '../shell-pattern.ts'
import { sysctlPath } from '../tunable-table.ts'

/** A value that a configuration file sets at boot. */
export interface SysctlOverride {
  readonly file: string
  readonly line: number
  readonly value: string
}

// A file of the same name in an earlier directory hides those in later ones (`man 5 sysctl.d`).
const directories = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d']

/** Looks up what is set at boot. A value for a pattern of keys counts where no file names the key itself. */
export interface SysctlOverrides {
  find(path: string): SysctlOverride | undefined
}

/**
 * What the files that come after one of ours set at boot: the last value counts.
 * Files are in the order of their names, whatever directory they are in; `/etc/sysctl.conf` comes last where procps reads it.
 */
export async function readSysctlOverrides(fs: FileTree, ownFile: string): Promise<SysctlOverrides> {
  const own = ownFile.slice(ownFile.lastIndexOf('/') + 1)
  const files = new Map<string, string>()
  for (const directory of directories) {
    for (const name of await listNames(fs, directory)) if (name.endsWith('.conf') && name > own && !files.has(name)) files.set(name, `${directory}/${name}`)
  }
  const paths = [...files.keys()].toSorted().map((name) => files.get(name) ?? '')
  // systemd-sysctl reads it through a link called 99-sysctl.conf only; without systemd, `sysctl --system` reads it itself.
  const systemd = await fs.exists('/run/systemd/system')
  if (!systemd && !files.has('99-sysctl.conf')) paths.push('/etc/sysctl.conf')
  const texts = await fs.readMany(paths)
  const overrides = new Map<string, SysctlOverride>()
  const patterns: { pattern: string; override: SysctlOverride }[] = []
  for (const [index, file] of paths.entries()) {
    for (const [number, line] of (texts[index] ?? '').split('\n').entries()) {
      const [, key, value] = /^\s*-?\s*([^#;\s=][^=]*?)\s*=\s*(.*?)\s*$/u.exec(line) ?? []
      const path = key === undefined ? undefined : sysctlPath(key)
      if (path === undefined || value === undefined || value === '') continue
      const override = { file, line: number + 1, value }
      if (isShellPattern(path)) patterns.push({ pattern: path, override })
      else overrides.set(path, override)
    }
  }
  return { find: (path) => overrides.get(path) ?? patterns.findLast((each) => matchesPattern(each.pattern, path))?.override }
}
