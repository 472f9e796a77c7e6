import type { AnyOperation, View } from '@hostwright/core'
import { defineOperation } from '@hostwright/core'
import * as z from 'zod'
import { describeValue } from '../explain.ts'
import { resolveProfile } from '../profile-merge.ts'
import type { DeviceSelector } from '../profile.ts'
import { completeProfile, loadNamedProfile, profileName } from './profile-input.ts'

const output = z.object({
  name: z.string(),
  summary: z.string(),
  origin: z.string(),
  merged: z.array(z.string()),
  settings: z.array(z.object({ tunable: z.string(), devices: z.string().optional(), value: z.string(), why: z.string(), source: z.string() })),
  boot: z.array(z.object({ parameter: z.string(), why: z.string(), source: z.string() })),
  unsupported: z.array(z.object({ where: z.string(), what: z.string(), why: z.string() })),
})

/** `tuning show`: what a profile sets. */
export const showOperation: AnyOperation = defineOperation({
  name: 'tuning show',
  kind: 'query',
  summary: 'Show what a profile sets, with the reason and source of each value',
  input: z.object({ profile: profileName }),
  positionals: ['profile'],
  output,
  examples: [{ argv: ['tuning', 'show', 'server'], text: 'Show the profile for servers.' }],
  async run(context, input) {
    const { profile, profiles } = await loadNamedProfile(context, input.profile)
    const { name, summary, origin, merged, settings, commandLine, moduleOptions, unsupported } = resolveProfile(profile, { profiles })
    return {
      name,
      summary,
      origin,
      merged: [...merged],
      settings: settings.map((setting) => ({
        tunable: setting.tunable,
        ...(setting.on === undefined ? {} : { devices: describeDevices(setting.on) }),
        value: describeValue(setting.value),
        why: setting.why,
        source: setting.source,
      })),
      boot: [
        ...commandLine.map(({ parameter, why, source }) => ({ parameter, why, source })),
        ...moduleOptions.map(({ module, option, value, why, source }) => ({ parameter: `${module}.${option}=${value}`, why, source })),
      ],
      unsupported: unsupported.map((each) => ({ ...each })),
    }
  },
  complete: completeProfile,
  view: (profile): View => ({
    kind: 'group',
    title: { text: `${profile.name}: ${profile.summary}`, tone: 'strong' },
    children: [
      ...(profile.merged.length > 1 ? [{ kind: 'lines', lines: [{ text: `made of ${profile.merged.join(', ')}`, tone: 'dim' }] } satisfies View] : []),
      {
        kind: 'table',
        columns: [{ title: 'tunable' }, { title: 'devices', shrink: 1 }, { title: 'value' }, { title: 'why', shrink: 3 }, { title: 'source', shrink: 2 }],
        rows: [
          ...profile.settings.map((setting) => [
            setting.tunable,
            setting.devices ?? '',
            { text: setting.value, tone: 'accent' } as const,
            setting.why,
            { text: setting.source, tone: 'dim' } as const,
          ]),
          ...profile.boot.map((setting) => [
            'at boot',
            '',
            { text: setting.parameter, tone: 'accent' } as const,
            setting.why,
            { text: setting.source, tone: 'dim' } as const,
          ]),
        ],
        empty: 'It sets nothing.',
      },
      ...(profile.unsupported.length === 0
        ? []
        : [
            {
              kind: 'lines',
              lines: profile.unsupported.map((each) => ({ text: `${each.where}: ${each.what}: ${each.why}`, tone: 'warn' as const })),
            } satisfies View,
          ]),
    ],
  }),
})

function describeDevices(on: DeviceSelector): string {
  return [
    ...(on.names ?? []),
    ...(on.notNames ?? []).map((name) => `not ${name}`),
    ...(on.rotational === undefined ? [] : [on.rotational ? 'spinning' : 'solid state']),
    ...(on.transport === undefined ? [] : [on.transport.join(', ')]),
  ].join('; ')
}
