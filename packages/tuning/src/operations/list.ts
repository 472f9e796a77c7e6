import type { AnyOperation, View } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { findActiveProfile } from '../active-profile.ts'
import { readProfileDirectory } from '../profile-file.ts'
import { listProfiles, resolveProfile } from '../profile-merge.ts'

const profiles = z.array(
  z.object({ name: z.string(), summary: z.string(), origin: z.string(), merged: z.array(z.string()), settings: z.number().int(), active: z.boolean() }),
)

/** `tuning list`: the profiles that can be applied. */
export const listOperation: AnyOperation = defineOperation({
  name: 'tuning list',
  kind: 'query',
  summary: 'List the tuning profiles that can be applied',
  description:
    'Lists the built-in profiles and those of /etc/hostwright/profiles. `tuning list-tuned` lists the profiles of tuned, which can be named as tuned:NAME.',
  input: z.object({}),
  output: z.object({ profiles }),
  async run({ host }) {
    const [own, active] = await Promise.all([readProfileDirectory(host.fs), findActiveProfile(host.fs)])
    const lookup = { profiles: own }
    return {
      profiles: listProfiles(lookup).map((profile) => {
        const { name, summary, origin } = profile
        const { merged, settings } = resolveProfile(profile, lookup)
        return { name, summary, origin, merged: [...merged], settings: settings.length, active: active?.profile === name }
      }),
    }
  },
  view: (output): View => ({
    kind: 'table',
    columns: [{ title: 'profile' }, { title: 'for', shrink: 2 }, { title: 'values', align: 'right' }, { title: 'from', shrink: 1 }],
    rows: output.profiles.map((profile) => [
      profile.active ? { text: `${profile.name} (applied)`, tone: 'good' } : { text: profile.name, tone: 'strong' },
      profile.summary,
      String(profile.settings),
      { text: profile.origin, tone: 'dim' },
    ]),
  }),
})
