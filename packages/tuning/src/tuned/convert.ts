import type { CommandLineSetting, DeviceSelector, ModuleOptionSetting, Profile, Setting, UnsupportedSetting } from '../profile.ts'
import type { Tunable } from '../tunable.ts'
import { claims, claimSelector, parseDevices, remainingClaim } from './device-claims.ts'
import type { DeviceClaim } from './device-claims.ts'
import { searches } from './expand.ts'
import { optionText } from './load-profile.ts'
import type { LoadedTunedProfile } from './load-profile.ts'
import { unsupported } from './placement.ts'
import type { ExpandedOption, Placement, PlacedSetting, PluginContext, TunedPlugin } from './placement.ts'
import { modules, placeBootloader } from './plugins-boot.ts'
import { cpu } from './plugins-cpu.ts'
import { devicePlugins } from './plugins-devices.ts'
import { kernelPlugins } from './plugins-kernel.ts'
import { otherPlugins } from './plugins-other.ts'
import { parseInteger } from './python-text.ts'
import type { TunedOption, TunedUnit } from './unit.ts'
import { devicesByProperties } from './udev-devices.ts'

const plugins: ReadonlyMap<string, TunedPlugin> = new Map(Object.entries({ ...kernelPlugins, ...devicePlugins, ...otherPlugins, cpu, modules }))

/** An option of a loaded profile, and the one place where it ended up. */
export interface PlacedOption {
  readonly unit: string
  readonly option: string
  readonly kind: Placement['kind']
}

/** A profile of tuned in our terms, and where each of its options went. */
export interface ConvertedProfile {
  readonly profile: Profile
  readonly placed: readonly PlacedOption[]
}

interface Result {
  readonly settings: Setting[]
  readonly commandLine: CommandLineSetting[]
  readonly moduleOptions: ModuleOptionSetting[]
  readonly unsupported: UnsupportedSetting[]
  readonly placed: PlacedOption[]
}

interface PathIndex {
  /** Ids by path. */
  readonly byPath: ReadonlyMap<string, string>
  readonly knownPaths: ReadonlySet<string>
}

/** The table is the same array each time; its index is made once. */
const indexes = new WeakMap<readonly Tunable[], PathIndex>()

function indexPaths(tunables: readonly Tunable[]): PathIndex {
  const known = indexes.get(tunables)
  if (known !== undefined) return known
  const byPath = new Map(tunables.map((tunable) => [tunable.path, tunable.id]))
  const index = { byPath, knownPaths: new Set(byPath.keys()) }
  indexes.set(tunables, index)
  return index
}

/** Turns a loaded profile of tuned into settings for the given tunables. What cannot be expressed is reported; nothing is left out. */
export async function convertTunedProfile(loaded: LoadedTunedProfile, tunables: readonly Tunable[]): Promise<ConvertedProfile> {
  const { byPath, knownPaths } = indexPaths(tunables)
  const result: Result = { settings: [], commandLine: [], moduleOptions: [], unsupported: [...loaded.problems], placed: [] }
  const claimed = new Map<string, { unit: string; claim: DeviceClaim }[]>()
  for (const unit of inOrder(loaded)) {
    const options = [...unit.options.values()].filter((option) => option.name !== 'priority')
    const skipped = await skipReason(unit, loaded)
    const plugin = unit.type === 'bootloader' ? undefined : plugins.get(unit.type)
    if (skipped !== undefined || (plugin === undefined && unit.type !== 'bootloader')) {
      const why = skipped ?? `tuned has no plugin \`${unit.type}\` that is known here.`
      for (const option of options) place(result, unit, option, optionText(option), unsupported(why), undefined, byPath)
      continue
    }
    const earlier = claimed.get(unit.type) ?? []
    const wanted = plugin?.hasDevices === true ? await unitDevices(unit, loaded) : { names: [], notNames: [] }
    const claim = typeof wanted === 'string' ? wanted : plugin?.hasDevices === true ? remainingClaim(wanted, earlier) : wanted
    if (typeof claim !== 'string') claimed.set(unit.type, [...earlier, { unit: unit.name, claim }])
    reportUnit(result, unit, plugin, loaded)
    const expanded: ExpandedOption[] = []
    for (const option of options) {
      const text = optionText(option)
      const { text: value, unresolved } = await loaded.variables.expand(unquotes(unit.type) ? text.replace(/^"(.*)"$/su, '$1') : text, option)
      const blocked =
        typeof claim === 'string'
          ? claim
          : unresolved.length > 0
            ? `Its value cannot be told: ${unresolved.map(({ reason }) => reason).join('; ')}.`
            : undefined
      if (blocked === undefined) expanded.push({ name: option.name, value, origin: option })
      else place(result, unit, option, value, unsupported(blocked), undefined, byPath)
    }
    if (typeof claim === 'string') continue
    const context: PluginContext = {
      unit,
      system: loaded.system,
      configuration: loaded.configuration,
      first: earlier.length === 0,
      knownPaths,
      selects: (device) => claims(claim, device),
    }
    const boot = plugin === undefined ? placeBootloader(expanded) : undefined
    for (const option of expanded) {
      const placement = boot?.get(option.name) ?? (await plugin?.place(option, context)) ?? unsupported('No plugin of tuned takes it.')
      place(result, unit, option.origin, option.value, placement, claimSelector(claim), byPath)
    }
  }
  const { settings, commandLine, moduleOptions } = result
  return {
    profile: {
      name: loaded.name,
      summary: loaded.summary,
      settings,
      ...(commandLine.length === 0 ? {} : { commandLine }),
      ...(moduleOptions.length === 0 ? {} : { moduleOptions }),
      ...(result.unsupported.length === 0 ? {} : { unsupported: result.unsupported }),
      origin: loaded.files.at(-1) ?? loaded.name,
    },
    placed: result.placed,
  }
}

/** The units in the order in which tuned applies them: by priority, then as they stand. */
function inOrder(loaded: LoadedTunedProfile): readonly TunedUnit[] {
  const priority = (unit: TunedUnit): number => Number(parseInteger(optionText(unit.options.get('priority'))) ?? loaded.configuration.defaultPriority)
  return [...loaded.units.values()].toSorted((left, right) => priority(left) - priority(right))
}

async function skipReason(unit: TunedUnit, loaded: LoadedTunedProfile): Promise<string | undefined> {
  if (!unit.enabled) return 'The profile switches this unit off (`enabled`).'
  if (unit.cpuinfoRegex !== undefined && searches(unit.cpuinfoRegex, await loaded.system.cpuinfo()) !== true) {
    return `This unit is for processors that \`${unit.cpuinfoRegex}\` describes, and /proc/cpuinfo has no such; tuned skips it too.`
  }
  if (unit.unameRegex !== undefined && searches(unit.unameRegex, await loaded.system.uname()) !== true) {
    return `This unit is for systems that \`${unit.unameRegex}\` describes, and this is ${(await loaded.system.uname()).trim()}; tuned skips it too.`
  }
  return undefined
}

async function unitDevices(unit: TunedUnit, loaded: LoadedTunedProfile): Promise<DeviceClaim | string> {
  if (unit.devicesUdevRegex === undefined) return parseDevices(unit.devices)
  const names = await devicesByProperties(unit.type, unit.devicesUdevRegex, loaded.system)
  return typeof names === 'string' ? names : { names, notNames: [] }
}

/** What a unit does besides its options. */
function reportUnit(result: Result, unit: TunedUnit, plugin: TunedPlugin | undefined, loaded: LoadedTunedProfile): void {
  const where = `${unit.source}:${unit.line}`
  const dynamic = loaded.configuration.dynamicTuning ? plugin?.dynamic?.(unit) : undefined
  if (dynamic !== undefined) result.unsupported.push({ where, what: `[${unit.name}]`, why: `While it runs, ${dynamic} A profile here sets values once.` })
  for (const [name, script] of [
    ['script_pre', unit.scriptPre],
    ['script_post', unit.scriptPost],
  ]) {
    if (script !== undefined)
      result.unsupported.push({
        where,
        what: `[${unit.name}] ${name} = ${script}`,
        why: 'It runs a program for each device; what it changes cannot be seen, planned or put back.',
      })
  }
}

function place(
  result: Result,
  unit: TunedUnit,
  option: TunedOption,
  value: string,
  placement: Placement,
  selector: DeviceSelector | undefined,
  byPath: ReadonlyMap<string, string>,
): void {
  const source = `${option.source}:${option.line}`
  const report = (why: string): void => {
    result.unsupported.push({ where: source, what: `[${unit.name}] ${option.name} = ${value.trim()}`, why })
    result.placed.push({ unit: unit.name, option: option.name, kind: 'unsupported' })
  }
  if (placement.kind === 'unsupported') {
    report(placement.why)
    return
  }
  const why = (note?: string): string =>
    [option.comment === '' ? `Set in [${unit.name}] of the tuned profile.` : sentence(option.comment), ...(note === undefined ? [] : [note])].join(' ')
  if (placement.kind === 'settings') {
    const targets = placement.settings.map((setting) => ({
      setting,
      tunable: byPath.get(setting.path) ?? (setting.path.includes('{') ? undefined : setting.path),
    }))
    const unknown = targets.find((target) => target.tunable === undefined)
    if (unknown !== undefined) {
      report(`There is no tunable for ${unknown.setting.path}.`)
      return
    }
    const perPolicy = targets.find((target) => target.setting.path.includes('{policy}'))
    if (perPolicy !== undefined && selector !== undefined) {
      report('It is set for a frequency policy, which may have several CPUs; a choice of single CPUs cannot be expressed.')
      return
    }
    for (const { setting, tunable } of targets) result.settings.push(settingOf(setting, tunable ?? setting.path, selector, why(setting.note), source))
  } else if (placement.kind === 'commandLine') {
    for (const parameter of placement.parameters) result.commandLine.push({ parameter, why: why(), source })
  } else
    for (const [name, wanted] of placement.options)
      result.moduleOptions.push({ module: placement.module, option: name, value: wanted, why: why(placement.note), source })
  result.placed.push({ unit: unit.name, option: option.name, kind: placement.kind })
}

function settingOf(setting: PlacedSetting, tunable: string, selector: DeviceSelector | undefined, why: string, source: string): Setting {
  // A path without devices in it is one attribute, whatever devices the unit is for.
  const on = setting.on ?? (setting.path.includes('{') ? selector : undefined)
  return { tunable, ...(on === undefined || Object.keys(on).length === 0 ? {} : { on }), value: setting.value, why, source }
}

/** The plugins that take quotes off their values. */
function unquotes(type: string): boolean {
  return type === 'sysctl'
}

/** A comment of a profile as a sentence, cut where it gets long. */
function sentence(comment: string): string {
  const text = comment.length > 300 ? `${comment.slice(0, 300).replace(/\s+\S*$/u, '')} …` : comment
  return /[.!?…:)]$/u.test(text) ? text : `${text}.`
}
