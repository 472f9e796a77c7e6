import type { FileTree } from '@hostwright/core'
import type { Profile } from '../profile.ts'
import { tunables } from '../tunable-table.ts'
import { convertTunedProfile } from './convert.ts'
import { loadTunedProfile } from './load-profile.ts'
import type { TunedLoadOptions } from './load-profile.ts'

/**
 * Reads a profile of tuned, unmodified, with everything that it includes, as a profile of ours: the values that tuned would set on
 * this system, the kernel command line and module options that it asks for, and a reason for each part that cannot be expressed.
 * A profile of the administrator's directory replaces one of the same name that a package brought.
 *
 * Nothing is started unless `runtime.host` is given, and `${f:exec:…}` not even then, but for `runtime.allowExec`.
 *
 * @param name a name, several names separated by blanks, or the absolute path of a `tuned.conf` or its directory
 * @throws `NOT_FOUND` (the profile or one that it includes), `PARSE_ERROR` with its position, `INVALID_INPUT` (an assertion of the
 * profile that does not hold, as where tuned refuses it)
 * @example
 * ```ts
 * import { localHost } from '@hostwright/core'
 * import { readTunedProfile } from '@hostwright/tuning'
 *
 * await using host = localHost()
 * const profile = await readTunedProfile(host.fs, 'virtual-guest')
 * for (const { where, what, why } of profile.unsupported ?? []) console.log(`${where}: ${what}: ${why}`)
 * ```
 */
export async function readTunedProfile(fs: FileTree, name: string, options: TunedLoadOptions = {}): Promise<Profile> {
  return (await convertTunedProfile(await loadTunedProfile(fs, name, options), tunables())).profile
}
