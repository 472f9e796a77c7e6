import type { FileTree } from '@hostwright/core'
import { byFileName } from '../drop-in-files.ts'
import { isShellPattern } from '../shell-pattern.ts'
import { resolveAssignments, resolveSysctlFiles } from '../sysctl-resolution.ts'
import type { ResolvedFile, SysctlAssignment } from '../sysctl-resolution.ts'

/** What a configuration file does to a key at boot. */
export interface SysctlOverride {
  readonly file: string
  readonly line: number
  /** The value that it sets; missing where its line takes the key out, so that nothing sets it. */
  readonly value?: string
}

/** Looks up what other files make at boot of a key that one of ours names, by the path of the attribute. */
export interface SysctlOverrides {
  find(path: string): SysctlOverride | undefined
}

/**
 * What the files that are read after one of ours do to the keys that ours names. Patterns are left aside: to both readers of these files
 * a key that is named goes before a pattern that comes later.
 */
export async function readSysctlOverrides(fs: FileTree, ownFile: string): Promise<SysctlOverrides> {
  const { files, reader } = await resolveSysctlFiles(fs)
  const lines = filesAfter(files, ownFile).flatMap((file) => file.lines.filter(({ path }) => !isShellPattern(path)))
  const paths = [...new Set(lines.map(({ path }) => path))]
  // As if ours named every key that a later file names.
  const own = paths.map((path): SysctlAssignment => ({ ...ownLine, key: path, path, file: ownFile }))
  const resolved = await resolveAssignments(fs, [...own, ...lines], reader)
  const overrides = new Map<string, SysctlOverride>()
  for (const path of paths) {
    const decides = resolved.get(path)?.winner ?? lines.findLast((line) => line.path === path)
    if (decides === undefined || decides.file === ownFile) continue
    const { file, line, value } = decides
    overrides.set(path, { file, line, ...(value === undefined ? {} : { value }) })
  }
  return overrides.size === 0 ? none : { find: (path) => overrides.get(path) }
}

const none: SysctlOverrides = { find: () => undefined }

const ownLine = { line: 0, column: 1, valueColumn: 1, value: '', ignoresErrors: false } as const

/** The files that are read after one that may not be there yet. */
function filesAfter(files: readonly ResolvedFile[], ownFile: string): readonly ResolvedFile[] {
  const read = files.filter((file) => file.unread !== true)
  // procps reads /etc/sysctl.conf after all others, whatever it is called.
  return read.filter(({ path }) => path === '/etc/sysctl.conf' || byFileName(path, ownFile) > 0)
}
