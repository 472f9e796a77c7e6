import type { FileTree } from '@hostwright/core'
import { readDropInFiles } from './drop-in-files.ts'
import { isShellPattern } from './shell-pattern.ts'
import { parseSysctlFile, type FileProblem, type SysctlLine } from './sysctl-file.ts'
import { sysctlName } from './tunable-table.ts'
import { globPaths } from './tuned/glob.ts'

/** An assignment of a file. */
export interface SysctlAssignment extends SysctlLine {
  readonly file: string
}

/** What the files together make of one key. */
export interface ResolvedSysctl {
  /** `/proc/sys/vm/swappiness` */
  readonly path: string
  /** `vm.swappiness` */
  readonly name: string
  /** The assignment that decides. */
  readonly winner: SysctlAssignment & { readonly value: string }
  /** The other assignments of the key, in the order in which they are read. */
  readonly losers: readonly SysctlAssignment[]
}

/** A file and what it says. */
export interface ResolvedFile {
  readonly path: string
  readonly text: string
  readonly lines: readonly SysctlAssignment[]
  readonly problems: readonly FileProblem[]
  /** Files that are not read because of this one's name. */
  readonly hides: readonly string[]
  /** The file is there but nothing reads it: `/etc/sysctl.conf` under systemd without the link to it. */
  readonly unread?: boolean
}

/** What the sysctl files of a host come to. */
export interface SysctlResolution {
  /** Who applies them at boot: it decides what is read, and that a named key goes before a pattern. */
  readonly reader: 'systemd' | 'procps'
  /** In the order in which they are read. */
  readonly files: readonly ResolvedFile[]
  /** By path below `/proc/sys`, in the order in which they are applied. */
  readonly keys: ReadonlyMap<string, ResolvedSysctl>
}

const systemdPrograms = ['/usr/lib/systemd/systemd-sysctl', '/lib/systemd/systemd-sysctl']

/**
 * What the sysctl files of a host set at boot: for each key the assignment that decides and those that lose.
 *
 * systemd-sysctl reads `sysctl.d` alone (Debian links `/etc/sysctl.conf` there), a later line replaces an earlier one, and a key that is named
 * goes before a pattern wherever it stands. procps reads `/etc/sysctl.conf` last, and the last line decides.
 *
 * Source: systemd `src/sysctl/sysctl.c`, procps `src/sysctl.c`.
 */
export async function resolveSysctlFiles(fs: FileTree): Promise<SysctlResolution> {
  const systemd = (await Promise.all(systemdPrograms.map((program) => fs.exists(program)))).includes(true)
  const dropIns = await readDropInFiles(fs, 'sysctl.d')
  const files: ResolvedFile[] = dropIns.map(({ path, text, hides }) => resolvedFile(path, text, hides))
  const [main] = await fs.readMany(['/etc/sysctl.conf'])
  if (
    main !== undefined &&
    !(await isLinked(
      fs,
      dropIns.map(({ path }) => path),
      main,
    ))
  ) {
    files.push(systemd ? { ...resolvedFile('/etc/sysctl.conf', main), unread: true } : resolvedFile('/etc/sysctl.conf', main))
  }
  const lines = files.filter((file) => file.unread !== true).flatMap((file) => file.lines)
  return { reader: systemd ? 'systemd' : 'procps', files, keys: await resolveAssignments(fs, lines, systemd ? 'systemd' : 'procps') }
}

/** What assignments, in the order in which they are read, come to on a host; see {@link resolveSysctlFiles}. */
export async function resolveAssignments(
  fs: FileTree,
  assignments: readonly SysctlAssignment[],
  reader: SysctlResolution['reader'],
): Promise<ReadonlyMap<string, ResolvedSysctl>> {
  const excluded = new Set(assignments.filter((assignment) => assignment.value === undefined).map((assignment) => assignment.path))
  const all: { path: string; assignment: SysctlAssignment; named: boolean }[] = []
  for (const assignment of assignments) {
    if (assignment.value === undefined) continue
    if (!isShellPattern(assignment.path)) all.push({ path: assignment.path, assignment, named: true })
    else for (const path of await globPaths(fs, assignment.path)) if (!excluded.has(path)) all.push({ path, assignment, named: false })
  }
  const byPath = new Map<string, typeof all>()
  for (const each of all) {
    // A key keeps the place of its last assignment: that is when it is written.
    const others = byPath.get(each.path) ?? []
    byPath.delete(each.path)
    byPath.set(each.path, [...others, each])
  }
  const keys = new Map<string, ResolvedSysctl>()
  for (const [path, candidates] of byPath) {
    const winner = (reader === 'systemd' ? candidates.findLast((each) => each.named) : undefined) ?? candidates.at(-1)
    if (winner?.assignment.value === undefined) continue
    const losers = candidates.filter((each) => each !== winner).map((each) => each.assignment)
    keys.set(path, { path, name: sysctlName(path) ?? path, winner: { ...winner.assignment, value: winner.assignment.value }, losers })
  }
  return keys
}

/** A file's assignments with the file's name. */
export function resolvedFile(path: string, text: string, hides: readonly string[] = []): ResolvedFile {
  const { lines, problems } = parseSysctlFile(text)
  return { path, text, lines: lines.map((line) => ({ ...line, file: path })), problems, hides }
}

/** Whether one of the files is a link to `/etc/sysctl.conf`. */
async function isLinked(fs: FileTree, paths: readonly string[], text: string): Promise<boolean> {
  if (text.trim() === '') return true
  for (const path of paths) {
    if ((await fs.lstat(path)).type === 'symlink' && (await fs.realpath(path)) === (await fs.realpath('/etc/sysctl.conf'))) return true
  }
  return false
}
