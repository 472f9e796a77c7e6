import { defineOperation } from '@hostwright/core'
import type { AnyOperation, Cell, View } from '@hostwright/core'
import * as z from 'zod'
import type { SettingValue } from '../profile.ts'
import { activeTunedProfile, listTunedProfiles } from '../tuned/find-profile.ts'
import { readTunedProfile } from '../tuned/read-profile.ts'

const settingValue = z.union([
  z.string(),
  z.object({ atLeast: z.string() }),
  z.object({ atMost: z.string() }),
  z.object({ firstOf: z.array(z.string()) }),
  z.object({ percentOfMemory: z.number(), atMostBytes: z.number().optional() }),
])

const selector = z.object({
  names: z.array(z.string()).optional(),
  notNames: z.array(z.string()).optional(),
  rotational: z.boolean().optional(),
  transport: z.array(z.string()).optional(),
})

const profileOutput = z.object({
  name: z.string(),
  summary: z.string(),
  origin: z.string(),
  settings: z.array(z.object({ tunable: z.string(), on: selector.optional(), value: settingValue, why: z.string(), source: z.string() })),
  commandLine: z.array(z.object({ parameter: z.string(), why: z.string(), source: z.string() })),
  moduleOptions: z.array(z.object({ module: z.string(), option: z.string(), value: z.string(), why: z.string(), source: z.string() })),
  unsupported: z.array(z.object({ where: z.string(), what: z.string(), why: z.string() })),
})

type ProfileOutput = z.output<typeof profileOutput>

const importOperation = defineOperation({
  name: 'tuning import-tuned',
  kind: 'query',
  summary: "Show what one of tuned's profiles sets here, and what of it cannot be expressed",
  description: [
    'Reads the profile unmodified, with its includes, variables and functions, and shows the values that tuned would set on this host. Each part that cannot be expressed is listed with its place and the reason; nothing is left out.',
    'Nothing is changed and no script is run. Use `tuning try tuned:NAME -- COMMAND` to measure it.',
  ].join('\n\n'),
  input: z.object({ profile: z.string().describe('Name of a profile, or the absolute path of a tuned.conf') }),
  positionals: ['profile'],
  output: profileOutput,
  examples: [{ argv: ['tuning', 'import-tuned', 'throughput-performance'], text: "Show tuned's default profile for servers." }],
  async run(context, { profile: name }): Promise<ProfileOutput> {
    const signal = context.signal === undefined ? {} : { signal: context.signal }
    const profile = await readTunedProfile(context.host.fs, name, { runtime: { host: context.host, ...signal } })
    const { summary, origin, settings, commandLine = [], moduleOptions = [], unsupported = [] } = profile
    return structuredClone({ name: profile.name, summary, origin, settings, commandLine, moduleOptions, unsupported }) as ProfileOutput
  },
  complete: async (context, field) => (field === 'profile' ? (await listTunedProfiles(context.host.fs)).map((entry) => entry.name) : []),
  view: (profile): View => ({
    kind: 'group',
    title: { text: `${profile.name}: ${profile.summary}`, tone: 'strong' },
    children: [
      {
        kind: 'table',
        columns: [{ title: 'tunable' }, { title: 'value' }, { title: 'for', shrink: 1 }, { title: 'why', shrink: 3 }, { title: 'source', shrink: 2 }],
        rows: [
          ...profile.settings.map((setting): Cell[] => [
            setting.tunable,
            valueText(setting.value as SettingValue),
            devicesText(setting.on),
            setting.why,
            { text: setting.source, tone: 'dim' },
          ]),
          ...profile.commandLine.map((setting): Cell[] => ['kernel command line', setting.parameter, '', setting.why, { text: setting.source, tone: 'dim' }]),
          ...profile.moduleOptions.map((setting): Cell[] => [
            `module ${setting.module}`,
            `${setting.option}=${setting.value}`,
            '',
            setting.why,
            { text: setting.source, tone: 'dim' },
          ]),
        ],
        empty: 'The profile sets nothing here.',
      },
      {
        kind: 'table',
        columns: [
          { title: 'not expressed', shrink: 1 },
          { title: 'why', shrink: 3 },
          { title: 'where', shrink: 2 },
        ],
        rows: profile.unsupported.map((part): Cell[] => [{ text: part.what, tone: 'warn' }, part.why, { text: part.where, tone: 'dim' }]),
        empty: 'Everything in the profile can be expressed.',
      },
    ],
  }),
})

const listOutput = z.object({
  profiles: z.array(z.object({ name: z.string(), summary: z.string(), path: z.string(), active: z.boolean() })),
  mode: z.enum(['manual', 'auto']).nullable(),
})

const listOperation = defineOperation({
  name: 'tuning list-tuned',
  kind: 'query',
  summary: "List tuned's profiles on this host and the one that is chosen",
  input: z.object({}),
  output: listOutput,
  async run(context) {
    const [entries, active] = await Promise.all([listTunedProfiles(context.host.fs), activeTunedProfile(context.host.fs)])
    const chosen = [...(active?.names ?? []), ...(active?.postLoaded === undefined ? [] : [active.postLoaded])]
    return { profiles: entries.map((entry) => ({ ...entry, active: chosen.includes(entry.name) })), mode: active?.mode ?? null }
  },
  view: (list): View => ({
    kind: 'table',
    columns: [{ title: 'profile' }, { title: 'summary', shrink: 2 }, { title: 'file', shrink: 1 }],
    rows: list.profiles.map((profile): Cell[] => [
      profile.active ? { text: `${profile.name} (chosen)`, tone: 'accent' } : profile.name,
      profile.summary,
      { text: profile.path, tone: 'dim' },
    ]),
    empty: 'There are no profiles of tuned on this host.',
  }),
})

/** What can be asked about tuned's profiles. */
export const tunedOperations: readonly AnyOperation[] = [importOperation, listOperation]

function valueText(value: SettingValue): string {
  if (typeof value === 'string') return value
  if ('atLeast' in value) return `≥ ${value.atLeast}`
  if ('atMost' in value) return `≤ ${value.atMost}`
  if ('firstOf' in value) return value.firstOf.join(' or ')
  return `${value.percentOfMemory} % of memory`
}

function devicesText(on: ProfileOutput['settings'][number]['on']): string {
  return [...(on?.names ?? []), ...(on?.notNames ?? []).map((name) => `not ${name}`)].join(', ')
}
