import type { FileTree, OperationContext } from '@hostwright/core'
import { HostwrightError, pathOnHost, readMachineTraits } from '@hostwright/core'
import * as z from 'zod'
import { findActiveProfile } from '../active-profile.ts'
import type { ProfileChoice } from '../profile-choice.ts'
import { isProfilePath, loadProfile, readProfileDirectory } from '../profile-file.ts'
import type { LoadedProfile } from '../profile-file.ts'
import { listProfiles } from '../profile-merge.ts'
import { recommendProfile } from '../recommend.ts'

/** The fields by which operations adapt a profile. */
export const choiceFields: {
  readonly except: z.ZodDefault<z.ZodArray<z.ZodString>>
  readonly set: z.ZodDefault<z.ZodArray<z.ZodString>>
} = {
  except: z.array(z.string()).default([]).describe('Leave these tunables as they are; shell patterns are fine: block.*'),
  set: z.array(z.string()).default([]).describe('Values that override the profile: vm.swappiness=5').meta({ 'x-placeholder': 'KEY=VALUE' }),
}

/** What a profile is called on the command line. */
export const profileName: z.ZodString = z.string().describe('A profile: its name, tuned:NAME for one of tuned, or the path of a file')

/** The exceptions and overrides of an operation's input. @throws `INVALID_INPUT` for an override that is no `KEY=VALUE` */
export function readChoice(input: { readonly except: readonly string[]; readonly set: readonly string[] }): Pick<ProfileChoice, 'except' | 'set'> {
  const entries = input.set.map((text): [string, string] => {
    const equals = text.indexOf('=')
    if (equals < 1)
      throw new HostwrightError('INVALID_INPUT', `\`${text}\` does not set anything`, { subject: '--set', hint: 'Write KEY=VALUE, such as vm.swappiness=5.' })
    return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()]
  })
  return { except: input.except, set: Object.fromEntries(entries) }
}

/** The profile that was named, else the one that was made persistent here, else the recommended one. */
export async function chooseProfile(context: OperationContext, name: string | undefined): Promise<LoadedProfile> {
  if (name !== undefined) return loadNamedProfile(context, name)
  const { fs } = context.host
  return loadProfile(fs, (await findActiveProfile(fs))?.profile ?? recommendProfile(await readMachineTraits(fs)).profile)
}

/** The profile that was named; the path of a file may be relative to where the user stands. */
export async function loadNamedProfile(context: OperationContext, name: string): Promise<LoadedProfile> {
  return loadProfile(context.host.fs, isProfilePath(name) ? pathOnHost(context, name) : name)
}

/** The names of profiles on a host, for completion. */
export async function completeProfile(context: OperationContext, field: string): Promise<readonly string[]> {
  return field === 'profile' ? profileNames(context.host.fs) : []
}

/** The names of all profiles that a host knows. */
export async function profileNames(fs: FileTree): Promise<readonly string[]> {
  return listProfiles({ profiles: await readProfileDirectory(fs) }).map((profile) => profile.name)
}
