import * as z from 'zod'
import type { CommandLineSetting, DeviceSelector, ModuleOptionSetting, Profile, Setting, SettingValue } from './profile.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])

const selector = z
  .strictObject({
    names: z.array(z.string()).optional().describe('Shell patterns of kernel names, such as sd* or nvme0n1'),
    notNames: z.array(z.string()).optional().describe('Shell patterns that must not match'),
    rotational: z.boolean().optional().describe('Only spinning disks, or only others'),
    transport: z.array(z.string()).optional().describe('How a disk is attached: nvme, sata, sas, scsi, usb, mmc, virtio, xen'),
  })
  .describe('Which devices it is for; default: all')

const bound = z.union([z.string(), z.number()])

/** What a value can be: the value itself, or a wish for it. */
const value = z.union([
  scalar,
  z.strictObject({ atLeast: bound.describe('Raise to this if it is lower') }),
  z.strictObject({ atMost: bound.describe('Lower to this if it is higher') }),
  z.strictObject({ firstOf: z.array(scalar).min(1).describe('The first of these that the kernel offers') }),
  z.strictObject({
    percentOfMemory: z.number().gt(0).max(100).describe('This share of memory, in the unit of the tunable'),
    atMostBytes: z.number().int().positive().optional().describe('But at most this'),
  }),
])

const detailed = z.strictObject({ value, on: selector.optional(), why: z.string().optional().describe('Why this value; shown in plans and written above it') })

/** The values of a profile or of a host, by tunable id, sysctl name or path. */
export const settingsSchema: z.ZodType<SettingsInput> = z.record(z.string().min(1), z.union([value, detailed, z.array(detailed).min(1)]))

/** A profile as users write it, in `host.yaml` or in a file of its own. */
export const profileSchema: z.ZodType<ProfileInput> = z.strictObject({
  summary: z.string().optional().describe('One sentence: for which machine'),
  extends: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Profiles that it builds on; the later ones win, and this one over all'),
  set: settingsSchema.optional().describe('Values by tunable, such as vm.swappiness: 5'),
  except: z.array(z.string()).optional().describe('Tunables, or shell patterns of them, that are not taken over from the profiles that it builds on'),
  commandLine: z
    .array(z.union([z.string().regex(/^\S+$/u), z.strictObject({ parameter: z.string().regex(/^\S+$/u), why: z.string().optional() })]))
    .optional()
    .describe('Parameters of the kernel command line'),
  moduleOptions: z
    .record(z.string().regex(/^[\w-]+\.[\w-]+$/u), scalar)
    .optional()
    .describe('Options of kernel modules, such as kvm.halt_poll_ns: 0'),
})

/** A value as it stands in a file. */
export type ScalarInput = string | number | boolean
/** A value, or how it is found on the host; see `SettingValue`. */
export type ValueInput =
  | ScalarInput
  | { atLeast: string | number }
  | { atMost: string | number }
  | { firstOf: ScalarInput[] }
  | { percentOfMemory: number; atMostBytes?: number | undefined }
/** Which devices a value is for; see `DeviceSelector`. */
export type SelectorInput = {
  [K in keyof DeviceSelector]?: NonNullable<DeviceSelector[K]> extends readonly string[] ? string[] | undefined : boolean | undefined
}

/** One value with its devices and its reason. */
export interface DetailedInput {
  value: ValueInput
  on?: SelectorInput | undefined
  why?: string | undefined
}

/** What `set` takes. */
export type SettingsInput = Record<string, ValueInput | DetailedInput | DetailedInput[]>

/** What a profile file holds. */
export interface ProfileInput {
  summary?: string | undefined
  extends?: string | string[] | undefined
  set?: SettingsInput | undefined
  except?: string[] | undefined
  commandLine?: (string | { parameter: string; why?: string | undefined })[] | undefined
  moduleOptions?: Record<string, ScalarInput> | undefined
}

/** The settings of a checked `set`. */
export function toSettings(input: SettingsInput, locate: (key: string) => string): readonly Setting[] {
  return Object.entries(input).flatMap(([tunable, given]) => {
    const entries: readonly DetailedInput[] = Array.isArray(given) ? given : isDetailed(given) ? [given] : [{ value: given }]
    return entries.map((entry) => ({
      tunable,
      value: toValue(entry.value),
      why: entry.why ?? 'chosen for this host',
      source: locate(tunable),
      ...(entry.on === undefined ? {} : { on: toSelector(entry.on) }),
    }))
  })
}

/** The profile of a checked input. `locate` gives the place of a key of `set`, such as `host.yaml:8`. */
export function toProfile(name: string, input: ProfileInput, origin: string, locate: (key: string) => string = () => origin): Profile {
  const included = typeof input.extends === 'string' ? [input.extends] : (input.extends ?? [])
  return {
    name,
    summary: input.summary ?? (included.length === 0 ? `Profile of ${origin}` : `${included.join(' and ')} with changes of ${origin}`),
    origin,
    includes: included,
    except: input.except ?? [],
    settings: toSettings(input.set ?? {}, locate),
    commandLine: (input.commandLine ?? []).map((entry): CommandLineSetting => {
      const { parameter, why } = typeof entry === 'string' ? { parameter: entry, why: undefined } : entry
      return { parameter, why: why ?? 'chosen for this host', source: origin }
    }),
    moduleOptions: Object.entries(input.moduleOptions ?? {}).map(([key, option]): ModuleOptionSetting => {
      const dot = key.indexOf('.')
      return { module: key.slice(0, dot), option: key.slice(dot + 1), value: toText(option), why: 'chosen for this host', source: origin }
    }),
  }
}

function toValue(input: ValueInput): SettingValue {
  if (typeof input !== 'object') return toText(input)
  if ('atLeast' in input) return { atLeast: String(input.atLeast) }
  if ('atMost' in input) return { atMost: String(input.atMost) }
  if ('firstOf' in input) return { firstOf: input.firstOf.map(toText) }
  return { percentOfMemory: input.percentOfMemory, ...(input.atMostBytes === undefined ? {} : { atMostBytes: input.atMostBytes }) }
}

function toSelector({ names, notNames, rotational, transport }: SelectorInput): DeviceSelector {
  return {
    ...(names === undefined ? {} : { names }),
    ...(notNames === undefined ? {} : { notNames }),
    ...(rotational === undefined ? {} : { rotational }),
    ...(transport === undefined ? {} : { transport }),
  }
}

function toText(input: ScalarInput): string {
  return typeof input === 'boolean' ? (input ? '1' : '0') : String(input)
}

function isDetailed(input: ValueInput | DetailedInput): input is DetailedInput {
  return typeof input === 'object' && 'value' in input
}
