import { suggest } from '@hostwright/core'
import { modprobeCommands, parseModprobeFile, type ModprobeLine, type ModuleOption } from '../modprobe-file.ts'
import { shorten } from '../sysctl-file.ts'
import type { KernelView } from './kernel-view.ts'
import type { LintFinding } from './lint-finding.ts'
import type { ModuleDatabase } from './module-database.ts'

type Place = Pick<LintFinding, 'file' | 'line' | 'column'>

/** What to say about files of modprobe.d that are read together, in their order. */
export async function lintModprobeFiles(
  view: KernelView,
  files: readonly { readonly path: string; readonly text: string }[],
  modules: ModuleDatabase,
): Promise<readonly LintFinding[]> {
  const findings: LintFinding[] = []
  const options = new Map<string, { readonly place: Place; readonly value: string | undefined }>()
  const blocked = new Map<string, Place>()
  for (const { path: file, text } of files) {
    const { lines, problems } = parseModprobeFile(text)
    const raw = text.split('\n')
    findings.push(
      ...problems.map((problem): LintFinding => ({ file, severity: 'error', code: 'syntax', ...problem, ...commandFix(raw[problem.line - 1] ?? '') })),
    )
    for (const line of lines) {
      const place = { file, line: line.line, column: line.column }
      if (line.kind === 'blacklist' || (line.kind === 'install' && /^(?:\/usr)?\/?(?:bin\/)?(?:true|false)$/u.test(line.command)))
        blocked.set(line.module, place)
      findings.push(...(await lintModule(line, place, modules)))
      if (line.kind !== 'options') continue
      for (const option of line.options) {
        const at = { file, line: option.line, column: option.column }
        const key = `${line.module}.${option.name}`
        const earlier = options.get(key)
        if (earlier !== undefined) findings.push(repeated(key, earlier, { place: at, value: option.value }))
        options.set(key, { place: at, value: option.value })
        findings.push(...(await lintOption(view, line.module, option, at, modules)))
      }
    }
  }
  for (const [key, { place }] of options) {
    const stop = blocked.get(key.slice(0, key.indexOf('.')))
    if (stop === undefined) continue
    const message = `${key.slice(0, key.indexOf('.'))} is kept from loading by ${stop.file}:${stop.line}; its options only count where it is loaded by name.`
    findings.push({ ...place, severity: 'info', code: 'contradicts', key, message })
  }
  return findings
}

async function lintModule(line: ModprobeLine, place: Place, modules: ModuleDatabase): Promise<readonly LintFinding[]> {
  if (line.kind === 'alias') return []
  const known = await modules.find(line.module)
  if (known?.kind === 'built-in' && (line.kind === 'blacklist' || line.kind === 'install')) {
    const message = `${line.module} is built into this kernel: \`${line.kind}\` cannot keep it out. Use module_blacklist=${line.module} or initcall_blacklist= on the kernel command line.`
    return [{ ...place, severity: 'warning', code: 'ineffective', key: line.module, message }]
  }
  if (known?.kind === 'built-in' && line.kind === 'options') {
    const words = line.options.map(({ name, value }) => `${line.module}.${name}${value === undefined ? '' : `=${value}`}`).join(' ')
    const message = `${line.module} is built into this kernel, which does not read modprobe.d. Put \`${words}\` on the kernel command line.`
    return [{ ...place, severity: 'warning', code: 'ineffective', key: line.module, message }]
  }
  if (known === undefined && modules.complete && (line.kind === 'options' || line.kind === 'softdep')) {
    return [{ ...place, severity: 'info', code: 'not-on-this-kernel', key: line.module, message: `This kernel has no module ${shorten(line.module)}.` }]
  }
  return []
}

async function lintOption(view: KernelView, module: string, option: ModuleOption, place: Place, modules: ModuleDatabase): Promise<readonly LintFinding[]> {
  const known = await modules.find(module)
  const key = `${module}.${option.name}`
  // Every module takes `dyndbg`; the lists do not name it.
  if (known?.parameters !== undefined && !known.parameters.includes(option.name) && option.name !== 'dyndbg') {
    const nearest = suggest(option.name, known.parameters)
    const hint =
      nearest === undefined
        ? known.parameters.length === 0
          ? 'It has no options.'
          : `It has ${shorten(known.parameters.join(', '))}.`
        : `Did you mean \`${nearest}\`?`
    return [{ ...place, severity: 'error', code: 'unknown-key', key, message: `The module ${module} has no option \`${shorten(option.name)}\`. ${hint}` }]
  }
  const [text] = await view.fs.readMany([`/sys/module/${module}/parameters/${option.name}`])
  const have = text?.trim()
  if (have === undefined || option.value === undefined || sameOption(have, option.value)) return []
  const message = `The module ${module} is loaded with ${option.name}=${shorten(have)}, not ${shorten(option.value)}; it takes the value when it is loaded again.`
  return [{ ...place, severity: 'info', code: 'differs-now', key, message }]
}

function repeated(
  key: string,
  earlier: { readonly place: Place; readonly value: string | undefined },
  later: { readonly place: Place; readonly value: string | undefined },
): LintFinding {
  const where = earlier.place.file === later.place.file ? `line ${later.place.line}` : `${later.place.file}:${later.place.line}`
  if (earlier.value === later.value)
    return { ...earlier.place, severity: 'info', code: 'duplicate', key, message: `\`${key}\` has the same value in ${where}.` }
  const code = earlier.place.file === later.place.file ? 'contradicts' : 'overridden'
  return { ...earlier.place, severity: 'warning', code, key, message: `\`${key}\` is ${later.value ?? 'set'} in ${where}, which modprobe gives after it.` }
}

/** The kernel prints what it was given in its own way: `Y` for 1, decimal for hexadecimal. */
function sameOption(have: string, want: string): boolean {
  const plain = (text: string): string => {
    const unquoted = text.replaceAll('"', '')
    if (/^(?:y|yes|on|true)$/iu.test(unquoted)) return '1'
    if (/^(?:n|no|off|false)$/iu.test(unquoted)) return '0'
    return /^0x[0-9a-f]+$/iu.test(unquoted) ? BigInt(unquoted).toString() : unquoted
  }
  return plain(have) === plain(want)
}

function commandFix(raw: string): { readonly fix?: string } {
  const word = /^\s*(\S+)/u.exec(raw)?.[1]
  if (word === undefined || modprobeCommands.includes(word)) return {}
  const nearest = suggest(word, modprobeCommands)
  return nearest === undefined ? {} : { fix: raw.replace(word, nearest) }
}
