import type { AnySection, DomainSection, Finding, Host, Plan, SectionSource } from '@hostwright/core'
import { createPlanner, HostwrightError, isHostwrightError, mergePlans, sizeBytes } from '@hostwright/core'
import * as z from 'zod'
import { findActiveProfile } from './active-profile.ts'
import { tuningFindings } from './findings.ts'
import { readKernelAnswers } from './kernel-history.ts'
import { planProfile } from './plan-profile.ts'
import { readProfileDirectory } from './profile-file.ts'
import { profileSchema, settingsSchema, toProfile, toSettings } from './profile-schema.ts'
import type { ProfileInput, SettingsInput } from './profile-schema.ts'
import type { Profile } from './profile.ts'
import { findTunable } from './tunable-table.ts'
import { planZram } from './zram.ts'
import { listZramDevices } from './zram-state.ts'
import { planZswap } from './zswap.ts'

/** The section `tuning` of `host.yaml`. */
export interface TuningSection {
  profile?: string | undefined
  set?: SettingsInput | undefined
  except?: string[] | undefined
  profiles?: Record<string, ProfileInput> | undefined
  persist?: boolean | undefined
  zram?: { sizeBytes?: number | undefined; share?: number | undefined; algorithm?: string | undefined; priority?: number | undefined } | undefined
  zswap?: { enabled: boolean; compressor?: string | undefined; maxPoolPercent?: number | undefined; shrinker?: boolean | undefined } | undefined
}

const share = z.number().gt(0).max(100)

/** What the section `tuning` of `host.yaml` can hold. */
export const tuningSchema: z.ZodType<TuningSection, unknown> = z.strictObject({
  profile: z.string().optional().describe('The profile of this host: a built-in one, one of `profiles`, or one of /etc/hostwright/profiles'),
  set: settingsSchema.optional().describe('Values that override the profile, by tunable: vm.swappiness: 5'),
  except: z.array(z.string()).optional().describe('Tunables of the profile, or shell patterns of them, that are left as they are'),
  profiles: z.record(z.string(), profileSchema).optional().describe('Profiles of your own'),
  persist: z.boolean().optional().describe('Set the values again at boot; default true'),
  zram: z
    .strictObject({
      sizeBytes: sizeBytes().optional().describe('Uncompressed size, such as 4G'),
      share: z.number().gt(0).max(4).optional().describe('Uncompressed size as a share of memory; default 0.5'),
      algorithm: z.string().optional().describe('zstd, lz4, lzo-rle …; default: the best that the kernel has'),
      priority: z.number().int().min(0).max(32_767).optional().describe('Of the swap area; default 100'),
    })
    .optional()
    .describe('Compressed swap in memory'),
  zswap: z
    .strictObject({
      enabled: z.boolean(),
      compressor: z.string().optional(),
      maxPoolPercent: share.optional().describe('Share of memory that it may take'),
      shrinker: z.boolean().optional().describe('Whether cold pages go to swap early'),
    })
    .optional()
    .describe('A compressed cache in front of a swap device'),
})

const section: DomainSection<typeof tuningSchema> = {
  name: 'tuning',
  schema: tuningSchema,
  observe,
  plan: planSection,
  findings: (host: Host): Promise<readonly Finding[]> => tuningFindings(host),
}

/** The part of `@hostwright/tuning` in desired state. */
export const tuningSection: AnySection = section

async function observe(host: Host): Promise<unknown> {
  const [active, devices] = await Promise.all([findActiveProfile(host.fs), listZramDevices(host.fs)])
  const swap = devices.find((device) => device.swap !== undefined)
  return {
    ...(active === undefined ? {} : { profile: active.profile }),
    ...(swap?.swap === undefined ? {} : { zram: { sizeBytes: swap.sizeBytes, algorithm: swap.algorithm, priority: swap.swap.priority } }),
  }
}

async function planSection(host: Host, desired: TuningSection, source?: SectionSource): Promise<Plan> {
  const locate = (...keys: string[]): string => source?.locate(keys) ?? 'host.yaml'
  const plans: Plan[] = []
  if (desired.profile !== undefined || desired.set !== undefined) {
    plans.push(
      await planValues(host, desired, locate).catch((error: unknown) => {
        throw placed(error, desired, source)
      }),
    )
  }
  if (desired.zram !== undefined) plans.push(await planZram(host, withoutUndefined({ ...desired.zram, replace: true, persist: desired.persist })))
  if (desired.zswap !== undefined) plans.push(await planZswap(host, withoutUndefined({ ...desired.zswap, persist: desired.persist })))
  return plans.length === 0 ? createPlanner(host, 'tuning').finish() : mergePlans(plans)
}

async function planValues(host: Host, desired: TuningSection, locate: (...keys: string[]) => string): Promise<Plan> {
  const own = Object.entries(desired.profiles ?? {}).map(([name, input]) =>
    toProfile(name, input, locate('profiles', name), (key) => locate('profiles', name, 'set', key)),
  )
  const profiles: readonly Profile[] = [...(await readProfileDirectory(host.fs)), ...own]
  // Values without a profile are a profile of their own.
  const profile = desired.profile ?? { name: 'host.yaml', summary: 'Values of host.yaml', origin: locate(), settings: [] }
  return planProfile(host, profile, {
    profiles,
    overrides: toSettings(desired.set ?? {}, (key) => locate('set', key)),
    except: desired.except ?? [],
    persist: desired.persist ?? true,
    answers: await readKernelAnswers(host),
  })
}

/** An error about the profile or a value of the section, with the place in the file that it is about. */
function placed(error: unknown, desired: TuningSection, source: SectionSource | undefined): unknown {
  if (!isHostwrightError(error) || error.subject === undefined || source?.place === undefined) return error
  const { code, subject, hint, data } = error
  const key = Object.keys(desired.set ?? {}).find((each) => each === subject || findTunable(each)?.id === subject)
  const path = code === 'NOT_FOUND' && subject === desired.profile ? ['profile'] : key === undefined ? undefined : ['set', key]
  const place = path === undefined ? undefined : source.place(path, key !== undefined && findTunable(key) === undefined ? 'key' : 'value')
  if (path === undefined || place === undefined) return error
  const message = error.message.replace(`${source.locate(path) ?? ''}: `, '')
  return new HostwrightError(code, `${place}: ${message}`, {
    subject: place,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(data === undefined ? {} : { data }),
  })
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Optional fields that a schema may leave `undefined`, as optional fields that are then absent. */
function withoutUndefined<T extends object>(value: T): Partial<Defined<T>> & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as ReturnType<typeof withoutUndefined<T>>
}
