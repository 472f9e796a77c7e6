import type { Parameter } from './command.ts'

/** What the flags of every command say, with the defaults filled in. */
export interface GlobalValues {
  readonly help: boolean
  readonly version: boolean
  readonly json: boolean
  readonly host: readonly string[]
  readonly config: string | undefined
  readonly stateDirectory: string | undefined
  readonly color: 'auto' | 'always' | 'never'
  readonly verbose: boolean
  readonly dryRun: boolean
  readonly check: boolean
  readonly explain: boolean
  readonly yes: boolean
  readonly confirmMs: number | undefined
}

const flag = { type: 'boolean', list: false, required: false, placeholder: '' } as const
const value = { type: 'string', list: false, required: false } as const

/** Flags that decide how a change is made. Help shows them with commands that change something; every command takes them. */
export const changeParameters: readonly Parameter[] = [
  { ...flag, field: 'dryRun', flag: 'dry-run', short: 'n', help: 'Show the plan and change nothing.' },
  { ...flag, field: 'check', flag: 'check', help: 'Change nothing; exit with 4 if changes are pending.' },
  { ...flag, field: 'explain', flag: 'explain', help: 'Show every action of the plan and how it is undone.' },
  { ...flag, field: 'yes', flag: 'yes', short: 'y', help: 'Permit steps that are destructive or that cannot be undone.' },
  {
    ...value,
    field: 'confirmMs',
    flag: 'confirm',
    type: 'duration',
    placeholder: 'DURATION',
    help: 'Undo everything after this time unless the change is confirmed from a new connection.',
  },
]

/** Flags that every command has. No operation may have a field of such a name. */
export const globalParameters: readonly Parameter[] = [
  ...changeParameters,
  { ...flag, field: 'json', flag: 'json', help: 'Print JSON, errors included.' },
  {
    ...value,
    field: 'host',
    flag: 'host',
    list: true,
    placeholder: 'HOST',
    help: 'Where to work: ssh://USER@MACHINE[:PORT], netns:NAME, chroot:DIR, root:DIR, sudo; several are passed through in turn. Default: this machine.',
  },
  {
    ...value,
    field: 'config',
    flag: 'config',
    placeholder: 'FILE',
    path: 'file',
    help: 'The desired state. Default: host.yaml or host.ts here, then /etc/hostwright.',
  },
  { ...value, field: 'stateDirectory', flag: 'state-dir', placeholder: 'DIR', path: 'directory', help: "Where the host's transactions are kept." },
  {
    ...value,
    field: 'color',
    flag: 'color',
    type: 'choice',
    choices: ['auto', 'always', 'never'],
    placeholder: 'WHEN',
    help: 'When to use colours.',
  },
  { ...flag, field: 'verbose', flag: 'verbose', short: 'v', help: 'Say more: causes of errors, checks that are fine.' },
  { ...flag, field: 'help', flag: 'help', short: 'h', help: 'Show this help.' },
  { ...flag, field: 'version', flag: 'version', short: 'V', help: 'Show the version.' },
]

/** The values with what was not given filled in. */
export function completeGlobals(given: Readonly<Record<string, unknown>>): GlobalValues {
  return {
    help: false,
    version: false,
    json: false,
    host: [],
    config: undefined,
    stateDirectory: undefined,
    color: 'auto',
    verbose: false,
    dryRun: false,
    check: false,
    explain: false,
    yes: false,
    confirmMs: undefined,
    ...given,
  }
}
