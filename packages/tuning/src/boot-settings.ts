import type { FileTree } from '@hostwright/core'
import { parameterName } from './profile-merge.ts'
import type { CommandLineSetting, ModuleOptionSetting } from './profile.ts'

/** How a parameter of the kernel command line or an option of a module stands. */
export interface BootSettingReading {
  readonly kind: 'kernel parameter' | 'module option'
  /** `skew_tick`, `kvm.halt_poll_ns` */
  readonly name: string
  readonly want: string
  readonly have?: string
  readonly state: 'ok' | 'differs' | 'no such device'
  readonly detail?: string
  readonly why: string
  readonly source: string
}

/** How the running kernel stands towards parameters of its command line and options of its modules. */
export async function readBootSettings(
  fs: FileTree,
  commandLine: readonly CommandLineSetting[],
  moduleOptions: readonly ModuleOptionSetting[],
): Promise<readonly BootSettingReading[]> {
  if (commandLine.length === 0 && moduleOptions.length === 0) return []
  const options = moduleOptions.map(({ module, option }) => `/sys/module/${module.replaceAll('-', '_')}/parameters/${option.replaceAll('-', '_')}`)
  const [running, ...values] = await fs.readMany(['/proc/cmdline', ...options])
  const words = (running ?? '').match(/(?:"[^"]*"|[^\s"])+/gu) ?? []
  return [
    ...commandLine.map((setting) => readParameter(setting, words)),
    ...(await Promise.all(moduleOptions.map((setting, index) => readModuleOption(fs, setting, values[index])))),
  ]
}

function readParameter({ parameter, why, source }: CommandLineSetting, words: readonly string[]): BootSettingReading {
  const name = parameterName(parameter)
  // The kernel takes - and _ for the same; of several, the last one counts for most parameters.
  const plain = (word: string): string => parameterName(word).replaceAll('-', '_')
  const have = words.findLast((word) => plain(word) === plain(parameter))
  const base = { kind: 'kernel parameter', name, want: parameter, why, source } as const
  if (have === undefined) return { ...base, state: 'differs', detail: 'is not on the command line that the kernel was started with' }
  return { ...base, have, state: valueOf(have) === valueOf(parameter) ? 'ok' : 'differs' }
}

async function readModuleOption(fs: FileTree, setting: ModuleOptionSetting, text: string | undefined): Promise<BootSettingReading> {
  const { module, option, value, why, source } = setting
  const base = { kind: 'module option', name: `${module}.${option}`, want: value, why, source } as const
  if (text === undefined) {
    const loaded = await fs.exists(`/sys/module/${module.replaceAll('-', '_')}`)
    return { ...base, state: 'no such device', detail: loaded ? 'the module is loaded and does not show this option' : 'the module is not loaded' }
  }
  const have = text.trim()
  return { ...base, have, state: truth(have) === truth(value) ? 'ok' : 'differs' }
}

function valueOf(word: string): string {
  return word.slice(parameterName(word).length)
}

/** Module options that are truth values read back as Y and N, however they were written. */
function truth(value: string): string {
  if (/^(?:y|1|yes|on|true)$/iu.test(value)) return '1'
  return /^(?:n|0|no|off|false)$/iu.test(value) ? '0' : value
}
