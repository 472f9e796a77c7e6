import type { FileTree } from '@hostwright/core'
import { readDropInFiles } from './drop-in-files.ts'
import { isShellPattern } from './shell-pattern.ts'
import { parseSysctlFile, type FileProblem, type SysctlLine } from './sysctl-file.ts'
import { sysctlName } from './tunable-table.ts'
import { globPaths } from './glob-paths.ts'

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
 * goes before a pattern wherever it stands. procps reads `/etc/sysctl.conf` last, and the last line decides, but that a pattern leaves alone what
 * a line above it names.
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
  const entries = await applied(fs, reader === 'systemd' ? mergedByKey(assignments) : assignments, reader)
  const matched = new Map<string, SysctlAssignment[]>()
  for (const assignment of assignments) {
    for (const path of await pathsOf(fs, assignment)) matched.set(path, [...(matched.get(path) ?? []), assignment])
  }
  const keys = new Map<string, ResolvedSysctl>()
  for (const { path, assignment } of entries) {
    if (assignment.value === undefined) continue
    const losers = (matched.get(path) ?? []).filter((each) => each !== assignment)
    // A key keeps the place of its last writing.
    keys.delete(path)
    keys.set(path, { path, name: sysctlName(path) ?? path, winner: { ...assignment, value: assignment.value }, losers })
  }
  return keys
}

/** What is written, in order. A pattern leaves alone what is named: anywhere under systemd; above it, or anywhere without a value, under procps. */
async function applied(
  fs: FileTree,
  assignments: readonly SysctlAssignment[],
  reader: SysctlResolution['reader'],
): Promise<readonly { readonly path: string; readonly assignment: SysctlAssignment }[]> {
  const anywhere = assignments.filter(({ path, value }) => !isShellPattern(path) && (reader === 'systemd' || value === undefined))
  const taken = new Set(anywhere.map(({ path }) => path))
  const writes: { path: string; assignment: SysctlAssignment }[] = []
  for (const assignment of assignments) {
    const pattern = isShellPattern(assignment.path)
    for (const path of await pathsOf(fs, assignment)) {
      if (assignment.value !== undefined && !(pattern && taken.has(path))) writes.push({ path, assignment })
      if (!pattern) taken.add(path)
    }
  }
  return writes
}

/**
 * The last line of each key as it is written, a pattern being a key too. One that repeats the value leaves its key where it was, another value
 * moves it to the end, and a line without a value takes it away.
 */
function mergedByKey(assignments: readonly SysctlAssignment[]): readonly SysctlAssignment[] {
  const byKey = new Map<string, SysctlAssignment>()
  for (const assignment of assignments) {
    if (byKey.get(assignment.path)?.value !== assignment.value) byKey.delete(assignment.path)
    byKey.set(assignment.path, assignment)
  }
  return [...byKey.values()]
}

async function pathsOf(fs: FileTree, assignment: SysctlAssignment): Promise<readonly string[]> {
  return isShellPattern(assignment.path) ? globPaths(fs, assignment.path) : [assignment.path]
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
