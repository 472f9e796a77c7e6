import { listNames, type FileTree, type Finding, type Host } from '@hostwright/core'
import { readDropInFiles } from '../drop-in-files.ts'
import { modprobeCommands } from '../modprobe-file.ts'
import { resolveAssignments, resolvedFile, resolveSysctlFiles } from '../sysctl-resolution.ts'
import { readKernelView, type KernelView } from './kernel-view.ts'
import { sortFindings, type LintFinding } from './lint-finding.ts'
import { lintModprobeFiles } from './lint-modprobe.ts'
import { lintSysctlFiles } from './lint-sysctl.ts'
import { lintTunedProfile } from './lint-tuned.ts'
import { readModuleDatabase } from './module-database.ts'

/** What a configuration file is. */
export type LintedKind = 'sysctl' | 'modprobe' | 'tuned'

/** What to look at. */
export interface LintOptions {
  /** Files, or directories of which every `.conf` file is looked at. Default: sysctl.d, modprobe.d and the host's own tuned profiles. */
  readonly paths?: readonly string[]
}

/** What was looked at and what there is to say. */
export interface LintReport {
  readonly files: readonly { readonly path: string; readonly kind: LintedKind }[]
  readonly findings: readonly LintFinding[]
}

/**
 * Looks for lines of configuration files that do not do what they seem to: unknown, renamed, removed and ineffective keys, values out of range,
 * lines that lose against others, twins of which only one can hold. Files of the host's drop-in directories are judged as they are read together;
 * other files (a sysctl list of a distribution or a script's) by themselves. Nothing is changed.
 *
 * @throws NOT_FOUND if a path is not there
 */
export async function lintFiles(target: Host | FileTree, options: LintOptions = {}): Promise<LintReport> {
  const fs = 'run' in target ? target.fs : target
  const view = await readKernelView(fs)
  const system = await lintSystem(view)
  if (options.paths === undefined || options.paths.length === 0) {
    const profiles = await ownTunedProfiles(fs)
    return joinReports([system, ...(await Promise.all(profiles.map((path) => lintAlone(view, path))))])
  }
  const paths = [...new Set((await Promise.all(options.paths.map((path) => filesAt(fs, path)))).flat())]
  const reports = await Promise.all(
    paths.map(async (path): Promise<LintReport> => {
      const known = system.files.find((file) => file.path === path)
      return known === undefined ? lintAlone(view, path) : { files: [known], findings: system.findings.filter((finding) => finding.file === path) }
    }),
  )
  return joinReports(reports)
}

/** The errors and warnings of {@link lintFiles} for the host's own files, for `doctor`. */
export async function tuningLintFindings(host: Host): Promise<readonly Finding[]> {
  const { findings } = await lintFiles(host)
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ file, line, column, severity, code, message, fix }) => ({
      id: `tuning/lint-${code}`,
      domain: 'tuning',
      severity,
      subject: `${file}:${line}`,
      message,
      evidence: [`${file}:${line}:${column}`, ...(fix === undefined || fix === '' ? [] : [`better: ${fix.trim()}`])],
      command: ['tuning', 'lint', file],
    }))
}

function joinReports(reports: readonly LintReport[]): LintReport {
  const files = reports.flatMap((report) => report.files)
  return {
    files,
    findings: sortFindings(
      reports.flatMap((report) => report.findings),
      files.map(({ path }) => path),
    ),
  }
}

async function lintSystem(view: KernelView): Promise<LintReport> {
  const [{ files, keys }, modprobe, modules] = await Promise.all([
    resolveSysctlFiles(view.fs),
    readDropInFiles(view.fs, 'modprobe.d'),
    readModuleDatabase(view),
  ])
  const findings = [...(await lintSysctlFiles(view, files, keys)), ...(await lintModprobeFiles(view, modprobe, modules))]
  return {
    files: [
      ...files.flatMap((file) => [file.path, ...file.hides].map((path) => ({ path, kind: 'sysctl' as const }))),
      ...modprobe.map(({ path }) => ({ path, kind: 'modprobe' as const })),
    ],
    findings,
  }
}

async function lintAlone(view: KernelView, path: string): Promise<LintReport> {
  const text = await view.fs.readText(path, { maxBytes: 4 * 1024 * 1024 })
  const kind = fileKind(path, text)
  const files = [{ path, kind }]
  if (kind === 'tuned') return { files, findings: await lintTunedProfile(view, path, text) }
  if (kind === 'modprobe') return { files, findings: await lintModprobeFiles(view, [{ path, text }], await readModuleDatabase(view)) }
  const file = resolvedFile(path, text)
  return { files, findings: await lintSysctlFiles(view, [file], await resolveAssignments(view.fs, file.lines, 'procps')) }
}

/** What a file is, by its place and else by its first line that says something. */
export function fileKind(path: string, text: string): LintedKind {
  if (/\/modprobe\.d\/[^/]*$/u.test(path)) return 'modprobe'
  if (/\/sysctl\.(?:d\/[^/]*|conf)$/u.test(path)) return 'sysctl'
  const first =
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '' && !line.startsWith('#') && !line.startsWith(';')) ?? ''
  if (first.startsWith('[')) return 'tuned'
  return !first.includes('=') || /^options\s/u.test(first) ? (modprobeCommands.includes(first.split(/\s/u)[0] ?? '') ? 'modprobe' : 'sysctl') : 'sysctl'
}

/** Profiles that the host's administrator wrote; those of the distribution are tuned's own matter. */
async function ownTunedProfiles(fs: FileTree): Promise<readonly string[]> {
  const lists = await Promise.all(
    ['/etc/tuned', '/etc/tuned/profiles'].map(async (parent) => (await listNames(fs, parent)).map((name) => `${parent}/${name}/tuned.conf`)),
  )
  const paths = lists.flat()
  const there = await Promise.all(paths.map((path) => fs.exists(path)))
  return paths.filter((_, index) => there[index])
}

async function filesAt(fs: FileTree, path: string): Promise<readonly string[]> {
  if ((await fs.stat(path)).type !== 'directory') return [path]
  return (await listNames(fs, path)).filter((name) => name.endsWith('.conf')).map((name) => `${path.replace(/\/$/u, '')}/${name}`)
}
