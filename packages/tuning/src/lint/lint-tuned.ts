import { ParseError, suggest } from '@hostwright/core'
import { shorten } from '../sysctl-file.ts'
import { locateTunable, sysctlPath } from '../tunable-table.ts'
import { globPaths } from '../glob-paths.ts'
import { parseTunedIni, type IniOption, type IniSection } from '../tuned/ini.ts'
import type { KernelView } from './kernel-view.ts'
import type { LintFinding } from './lint-finding.ts'
import { judgeSysctl, verdictFindings } from './sysctl-key.ts'

/** The plugins of tuned 2.20 to 2.28; a unit of another type is ignored with a line in the log. */
const plugins: readonly string[] = [
  ...['acpi', 'audio', 'bootloader', 'cpu', 'disk', 'eeepc_she', 'irq', 'irqbalance', 'modules', 'mounts', 'net', 'rtentsk', 'scheduler', 'script'],
  ...['scsi_host', 'selinux', 'service', 'sysctl', 'sysfs', 'systemd', 'uncore', 'usb', 'video', 'vm'],
]

/** What to say about a profile of tuned, its includes left aside: values with variables are not judged. */
export async function lintTunedProfile(view: KernelView, file: string, text: string): Promise<readonly LintFinding[]> {
  let sections: readonly IniSection[]
  try {
    sections = parseTunedIni(text, file)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const { line, column } = error.position
    return [{ file, line, column, severity: 'error', code: 'syntax', message: error.message.replace(`${file}:${line}:${column}: `, '') }]
  }
  const raw = text.split('\n')
  const findings = await Promise.all(sections.map((section) => lintSection(view, file, raw, section)))
  return findings.flat()
}

async function lintSection(view: KernelView, file: string, raw: readonly string[], section: IniSection): Promise<readonly LintFinding[]> {
  if (section.name === 'main' || section.name === 'variables' || section.name === 'DEFAULT') return []
  const type = section.options.get('type')?.value?.trim() ?? section.name
  if (type.includes('${')) return []
  if (!plugins.includes(type)) {
    const nearest = suggest(type, plugins)
    const message = `tuned has no plugin \`${shorten(type)}\` and ignores the section.${nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`}`
    return [{ file, line: section.line, column: 1, severity: 'error', code: 'unknown-key', key: section.name, message }]
  }
  const options = [...section.options.values()]
  if (type === 'sysctl') return (await Promise.all(options.map((option) => lintSysctlOption(view, file, raw[option.line - 1] ?? '', option)))).flat()
  if (type === 'sysfs') return (await Promise.all(options.map((option) => lintSysfsOption(view, file, raw[option.line - 1] ?? '', option)))).flat()
  return []
}

/** What every unit may have besides the options of its plugin. */
const unitOptions = new Set([
  'type',
  'enabled',
  'devices',
  'devices_udev_regex',
  'cpuinfo_regex',
  'uname_regex',
  'priority',
  'script_pre',
  'script_post',
  'replace',
  'drop',
  'prepend',
])

async function lintSysctlOption(view: KernelView, file: string, raw: string, option: IniOption): Promise<readonly LintFinding[]> {
  const path = sysctlPath(option.name)
  if (path === undefined || unitOptions.has(option.name) || option.name.includes('${')) return []
  const written = option.value ?? ''
  const open = written.includes('${')
  // `>N` and `<N` only raise or lower; quotes are taken off.
  const value = written
    .replace(/^["']|["']$/gu, '')
    .replace(/^[<>]=?/u, '')
    .trim()
  const verdicts = await judgeSysctl(view, path, value)
  const place = { file, line: option.line, ...columns(raw, option.name), key: option.name }
  return verdictFindings(place, raw, open ? verdicts.filter((verdict) => verdict.aboutValue !== true) : verdicts)
}

async function lintSysfsOption(view: KernelView, file: string, raw: string, option: IniOption): Promise<readonly LintFinding[]> {
  const path = option.name
  if (!path.startsWith('/') || path.includes('${') || !view.live || (await globPaths(view.fs, path)).length > 0) return []
  const place = { file, line: option.line, column: columns(raw, path).column, key: path }
  const known = locateTunable(path)?.tunable
  if (known !== undefined)
    return [{ ...place, severity: 'info', code: 'not-on-this-kernel', message: `\`${shorten(path)}\` is not there now. ${known.meaning}` }]
  const parent = path.slice(0, path.lastIndexOf('/'))
  const beside = (await globPaths(view.fs, parent)).length > 0
  return beside
    ? [{ ...place, severity: 'warning', code: 'unknown-key', message: `There is no \`${shorten(path)}\` beside the other attributes there.` }]
    : [{ ...place, severity: 'info', code: 'not-on-this-kernel', message: `\`${shorten(parent)}\` is not there now.` }]
}

function columns(raw: string, name: string): { readonly column: number; readonly valueColumn: number } {
  const column = Math.max(raw.indexOf(name), 0) + 1
  const equals = raw.indexOf('=', column)
  if (equals === -1) return { column, valueColumn: column }
  const after = raw.slice(equals + 1)
  return { column, valueColumn: equals + 2 + (after.length - after.trimStart().length) }
}
