import type { DeviceSelector, SettingValue } from '../profile.ts'
import type { TunedConfiguration } from './find-profile.ts'
import { parseInteger } from './python-text.ts'
import type { TunedSystem } from './runtime.ts'
import type { TunedOption, TunedUnit } from './unit.ts'

/** A value for the attribute at a path, whose `{disk}`, `{interface}` … stand for the devices of the unit. */
export interface PlacedSetting {
  readonly path: string
  readonly value: SettingValue
  /** Instead of the devices of the unit. */
  readonly on?: DeviceSelector
  /** What the reader should know besides the profile's own comment. */
  readonly note?: string
}

/** Where an option of a tuned profile ends up: exactly one of these. */
export type Placement =
  | { readonly kind: 'settings'; readonly settings: readonly PlacedSetting[] }
  | { readonly kind: 'commandLine'; readonly parameters: readonly string[] }
  | { readonly kind: 'moduleOptions'; readonly module: string; readonly options: readonly (readonly [name: string, value: string])[]; readonly note?: string }
  | { readonly kind: 'unsupported'; readonly why: string }

/** An option with its variables and functions replaced. */
export interface ExpandedOption {
  readonly name: string
  readonly value: string
  readonly origin: TunedOption
}

/** What a plugin may look at. */
export interface PluginContext {
  readonly unit: TunedUnit
  readonly system: TunedSystem
  readonly configuration: TunedConfiguration
  /** Whether no unit of this plugin comes before this one. */
  readonly first: boolean
  /** The paths of the knowledge table, `{…}` included. */
  readonly knownPaths: ReadonlySet<string>
  /** Names of the devices that the unit is for. */
  selects(device: string): boolean
}

/** What one of tuned's plugins makes of the options of a unit. */
export interface TunedPlugin {
  /** It works on devices, which the first unit that matches them keeps for itself. */
  readonly hasDevices?: boolean
  /** What it does besides its options, such as following the load. */
  dynamic?(unit: TunedUnit): string | undefined
  place(option: ExpandedOption, context: PluginContext): Promise<Placement> | Placement
}

/** An option that comes to one value of one attribute. */
export function setTo(path: string, value: SettingValue, note?: string): Placement {
  return { kind: 'settings', settings: [{ path, value, ...(note === undefined ? {} : { note }) }] }
}

/** An option that cannot be expressed, and why, as a sentence. */
export function unsupported(why: string): Placement {
  return { kind: 'unsupported', why }
}

/** What an option does that no plugin of tuned has. */
export function unknownOption(option: ExpandedOption, plugin: string): Placement {
  return unsupported(`tuned's plugin ${plugin} has no option \`${option.name}\`; it only logs a warning.`)
}

/** A value with tuned's modifiers: `>5` raises, `<5` lowers. `undefined`: the modifier stands before something that is no number. */
export function modified(text: string, parse: (plain: string) => string | undefined = (plain) => plain): SettingValue | undefined {
  const operator = text.length > 1 ? text[0] : undefined
  if (operator !== '>' && operator !== '<') return parse(text)
  const plain = parse(text.slice(1))
  if (plain === undefined || parseInteger(plain) === undefined) return undefined
  const value = `${parseInteger(plain)}`
  return operator === '>' ? { atLeast: value } : { atMost: value }
}

/** The alternatives `a|b|c`: one is meant as it is, of several the first that the kernel takes. */
export function alternatives(text: string, translate: (one: string) => string = (one) => one): SettingValue | undefined {
  const values = [...new Set(text.split('|').map((one) => translate(one.trim())))]
  if (values.some((value) => value === '')) return undefined
  return values.length === 1 ? values[0] : { firstOf: values }
}

/** A setting of an integer with modifiers, or why it is none. */
export function integerTo(path: string, text: string): Placement {
  const value = modified(text, (plain) => (parseInteger(plain) === undefined ? undefined : `${parseInteger(plain)}`))
  return value === undefined ? unsupported(`\`${text}\` is no integer; tuned refuses it too.`) : setTo(path, value)
}

/** tuned's switches: `true`, `yes`, `1` … as the digits that the kernel takes; anything else as it is. */
export function switched(text: string): string {
  const value = text.trim().toUpperCase()
  if (['Y', 'YES', 'T', 'TRUE'].includes(value)) return '1'
  return ['N', 'NO', 'F', 'FALSE'].includes(value) ? '0' : text
}
