import { HostwrightError, isHostwrightError, type Host } from '@hostwright/core'
import type { Tunable } from './tunable.ts'
import { validateValue } from './tunable-value.ts'

/** The argv that read and set a tunable that a program keeps. */
export interface TunableCommand {
  /** Prints the present value; absent where no program can tell it. */
  readonly read?: readonly string[]
  /** Sets a value; the value has been validated. */
  set(value: string): readonly string[]
  /** The value in what `read` printed; `undefined` if the device does not have it. */
  find(output: string): string | undefined
}

/** What reading a program's tunable gave. */
export type CommandReading =
  | { readonly available: true; readonly value: string; readonly command: TunableCommand }
  | { readonly available: false; readonly reason: string }

/**
 * The commands of a `command:` tunable for one device or interface.
 *
 * @throws INVALID_INPUT if the tunable is no such tunable, or if the name cannot be a device's
 */
export function tunableCommand(tunable: Tunable, device: string): TunableCommand {
  const match = /^command:([a-z-]+)\/([a-z-]+)\//u.exec(tunable.path)
  const make = match === null ? undefined : families[match[1] ?? '']
  if (match === null || make === undefined)
    throw new HostwrightError('INVALID_INPUT', `${tunable.id} is an attribute, not the tunable of a program`, { subject: tunable.id })
  // A name that begins with a hyphen would be an option to the program.
  if (!/^[^-/\s\0][^/\s\0]*$/u.test(device))
    throw new HostwrightError('INVALID_INPUT', `${JSON.stringify(device)} is no name of a device`, { subject: tunable.id })
  return make(match[2] ?? '', device)
}

/**
 * The present value of a `command:` tunable. Says why not where the program is missing or the driver does not have it.
 *
 * @throws the errors of `host.run`, except for a missing or failing program
 */
export async function readCommandTunable(host: Host, tunable: Tunable, device: string, signal?: AbortSignal): Promise<CommandReading> {
  const command = tunableCommand(tunable, device)
  if (command.read === undefined) return { available: false, reason: `${tunable.id} can be set but not read.` }
  const [program = ''] = command.read
  try {
    const result = await host.run(command.read, { check: false, timeoutMs: 10_000, ...(signal === undefined ? {} : { signal }) })
    if (result.exitCode !== 0) {
      const said = `${result.stderr}\n${result.stdout}`
        .split('\n')
        .map((line) => line.trim())
        .find((line) => line !== '')
      return { available: false, reason: `${command.read.join(' ')}: ${said ?? `ended with ${result.exitCode ?? result.signal}`}.` }
    }
    const value = command.find(result.stdout)
    if (value === undefined) return { available: false, reason: `The driver of ${device} does not have ${tunable.id}.` }
    return { available: true, value, command }
  } catch (error) {
    if (isHostwrightError(error, 'COMMAND_NOT_FOUND')) return { available: false, reason: `The program ${program} is not installed.` }
    throw error
  }
}

/**
 * The argv that gives a `command:` tunable a value.
 *
 * @throws INVALID_INPUT if the value does not fit
 */
export function setCommand(tunable: Tunable, device: string, value: string): readonly string[] {
  return tunableCommand(tunable, device).set(validateValue(tunable, value))
}

type Family = (field: string, device: string) => TunableCommand

/** ethtool 6.1 prints JSON for features alone; the rest is text with one `name: value` a line. */
const families: Readonly<Record<string, Family>> = {
  'ethtool-ring': (field, device) => ({
    read: ['ethtool', '-g', device],
    set: (value) => ['ethtool', '-G', device, field, value],
    find: (output) => number(currentSettings(output, field)),
  }),
  'ethtool-channels': (field, device) => ({
    read: ['ethtool', '-l', device],
    set: (value) => ['ethtool', '-L', device, field, value],
    find: (output) => number(currentSettings(output, field)),
  }),
  'ethtool-coalesce': (field, device) => ({
    read: ['ethtool', '-c', device],
    set: (value) => ['ethtool', '-C', device, field, value],
    find(output) {
      const adaptive = /^Adaptive RX:\s*(\S+)\s+TX:\s*(\S+)/imu.exec(output)
      if (field === 'adaptive-rx') return onOff(adaptive?.[1])
      if (field === 'adaptive-tx') return onOff(adaptive?.[2])
      return number(lineValue(output, field))
    },
  }),
  'ethtool-pause': (field, device) => ({
    read: ['ethtool', '-a', device],
    set: (value) => ['ethtool', '-A', device, field, value],
    find: (output) => onOff(lineValue(output, field)),
  }),
  'ethtool-wake': (field, device) => ({
    read: ['ethtool', device],
    set: (value) => ['ethtool', '-s', device, field, value],
    find: (output) => lineValue(output, 'Wake-on'),
  }),
  'ethtool-feature': (field, device) => ({
    read: ['ethtool', '--json', '-k', device],
    set: (value) => ['ethtool', '-K', device, field, value],
    find(output) {
      const active = feature(output, field)
      return active === undefined ? undefined : active ? 'on' : 'off'
    },
  }),
  'iw-power-save': (_field, device) => ({
    read: ['iw', 'dev', device, 'get', 'power_save'],
    set: (value) => ['iw', 'dev', device, 'set', 'power_save', value],
    find: (output) => onOff(lineValue(output, 'Power save')),
  }),
  'hdparm-apm': (_field, device) => ({
    read: ['hdparm', '-B', `/dev/${device}`],
    set: (value) => ['hdparm', '-B', value, `/dev/${device}`],
    find(output) {
      const level = /^\s*APM_level\s*=\s*(\S+)/imu.exec(output)?.[1]
      return level === 'off' ? '255' : number(level)
    },
  }),
  'hdparm-standby': (_field, device) => ({
    set: (value) => ['hdparm', '-S', value, `/dev/${device}`],
    find: () => undefined,
  }),
}

function currentSettings(output: string, field: string): string | undefined {
  const at = output.search(/^Current hardware settings:/imu)
  return at === -1 ? undefined : lineValue(output.slice(at), field)
}

function lineValue(output: string, name: string): string | undefined {
  for (const line of output.split('\n')) {
    const colon = line.indexOf(':')
    if (colon !== -1 && line.slice(0, colon).trim().toLowerCase() === name.toLowerCase()) return line.slice(colon + 1).trim()
  }
  return undefined
}

function number(text: string | undefined): string | undefined {
  return text !== undefined && /^\d+$/u.test(text) ? text : undefined
}

function onOff(text: string | undefined): string | undefined {
  return text === 'on' || text === 'off' ? text : undefined
}

/** Whether a feature is on; `undefined` if it is unknown or the driver keeps it as it is. */
function feature(output: string, name: string): boolean | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(output)
  } catch (error) {
    throw new HostwrightError('PARSE_ERROR', 'ethtool printed features that are not JSON', { cause: error, hint: 'ethtool 5.10 or newer is needed.' })
  }
  const entry: unknown = Array.isArray(parsed) ? parsed[0]?.[name] : undefined
  if (typeof entry !== 'object' || entry === null || !('active' in entry) || typeof entry.active !== 'boolean') return undefined
  return 'fixed' in entry && entry.fixed === true ? undefined : entry.active
}
