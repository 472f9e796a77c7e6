import type { FileTree } from '@hostwright/core'
import { isShellPattern, matchesPattern } from '../shell-pattern.ts'
import { resolveSysctlFiles } from '../sysctl-resolution.ts'

/** A value that a configuration file sets at boot. */
export interface SysctlOverride {
  readonly file: string
  readonly line: number
  readonly value: string
}

/** Looks up what other files set at boot after one of ours, by the path of the attribute. */
export interface SysctlOverrides {
  find(path: string): SysctlOverride | undefined
}

/**
 * What the files that are read after one of ours set at boot: the last value counts. Ours names its keys, so for systemd a pattern
 * in a later file does not override it; for procps it does.
 */
export async function readSysctlOverrides(fs: FileTree, ownFile: string): Promise<SysctlOverrides> {
  const { files, reader } = await resolveSysctlFiles(fs)
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  const later = files.filter((file) => file.unread !== true && (nameOf(file.path) > nameOf(ownFile) || file.path === '/etc/sysctl.conf'))
  const named = new Map<string, SysctlOverride>()
  const ordered: { path: string; override: SysctlOverride }[] = []
  for (const { path, value, file, line } of later.flatMap((each) => each.lines)) {
    if (value === undefined) continue
    const override = { file, line, value }
    if (!isShellPattern(path)) named.set(path, override)
    if (reader === 'procps') ordered.push({ path, override })
  }
  if (reader === 'systemd') return { find: (path) => named.get(path) }
  return { find: (path) => ordered.findLast((each) => matchesPattern(each.path, path))?.override }
}
