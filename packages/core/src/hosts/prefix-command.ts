import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { HostwrightError } from '../errors.ts'
import { decodeFileName } from '../file-name.ts'
import type { RunOptions } from '../host.ts'
import { commandNotFound, commandNotPermitted, noWorkingDirectory } from './command-outcome.ts'
import { formatCommand, plainText } from './plain-text.ts'

/**
 * Runs behind the prefix: enters the directory, sets the variables, looks for the program and becomes it. Before that it
 * prints one marked line on standard error, which tells a command that failed from one that was never started.
 */
const entrance = `hostwright_mark=$1 hostwright_dir=$2 hostwright_left=$3
shift 3
hostwright_say() { printf '%s%s\\n' "$hostwright_mark" "$1" >&2; }
if ! cd -- "$hostwright_dir" 2>/dev/null; then
  if [ -d "$hostwright_dir" ]; then hostwright_say noenter; else hostwright_say nodir; fi
  exit 1
fi
while [ "$hostwright_left" -gt 0 ]; do
  case $1 in +*) export "\${1#+}" ;; *) unset "\${1#-}" ;; esac
  shift
  hostwright_left=$((hostwright_left - 1))
done
case $1 in
*/*) if [ -f "$1" ] && [ -x "$1" ]; then hostwright_say start; elif [ -e "$1" ]; then hostwright_say denied; exit 1; else hostwright_say missing; exit 1; fi ;;
*) if command -v -- "$1" >/dev/null 2>&1; then hostwright_say start; else hostwright_say missing; exit 1; fi ;;
esac
exec "$@"`

/** Names that a shell guards or reads itself; they are set by `env` instead. */
const shellNames = new Set([
  'IFS',
  'ENV',
  'BASH_ENV',
  'PPID',
  'UID',
  'EUID',
  'GID',
  'EGID',
  'OPTIND',
  'LINENO',
  'PS4',
  'RANDOM',
  'SECONDS',
  'SHELLOPTS',
  'BASHOPTS',
])

/** A command as it is given to the host that holds the prefix. */
export interface PrefixedCommand {
  readonly argv: readonly string[]
  /** Begins the marked line. */
  readonly mark: string
}

/** The words that bring a command behind the prefix. `directory` is the working directory there. */
export function prefixedCommand(prefix: readonly string[], argv: readonly string[], directory: string, env: RunOptions['env']): PrefixedCommand {
  const mark = `hostwright-${randomBytes(8).toString('hex')}:`
  const variables = Object.entries({ LC_ALL: 'C', ...env })
  const inShell = variables.filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/u.test(name) && !shellNames.has(name))
  const byEnv = variables.filter((variable) => !inShell.includes(variable))
  const words =
    byEnv.length === 0
      ? argv
      : [
          'env',
          ...byEnv.flatMap(([name, value]) => (value === undefined ? ['-u', name] : [])),
          ...byEnv.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
          ...argv,
        ]
  const changes = inShell.map(([name, value]) => (value === undefined ? `-${name}` : `+${name}=${value}`))
  return { argv: [...prefix, 'sh', '-c', entrance, 'sh', mark, directory, String(changes.length), ...changes, ...words], mark }
}

/** What stands on standard error before and after the marked line, and what the line says; `undefined` until it is there. */
export function findMark(stderr: Uint8Array, mark: string): { readonly state: string; readonly before: Uint8Array; readonly after: Uint8Array } | undefined {
  const bytes = Buffer.from(stderr.buffer, stderr.byteOffset, stderr.length)
  const at = bytes.indexOf(mark)
  const end = at === -1 ? -1 : bytes.indexOf(0x0a, at)
  if (end === -1) return undefined
  return { state: bytes.toString('latin1', at + mark.length, end), before: stderr.subarray(0, at), after: stderr.subarray(end + 1) }
}

/** Why the command was not started, from the marked line; `undefined` if it was. */
export function markedProblem(state: string, argv: readonly string[], directory: string): HostwrightError | undefined {
  switch (state) {
    case 'start':
      return undefined
    case 'nodir':
      return noWorkingDirectory(directory, 'NOT_FOUND')
    case 'noenter':
      return noWorkingDirectory(directory, 'PERMISSION_DENIED')
    case 'denied':
      return commandNotPermitted(argv)
    default:
      return commandNotFound(argv)
  }
}

/** The error for a prefix that ended before it started the command. */
export function prefixFailed(prefix: readonly string[], stderr: Uint8Array): HostwrightError {
  const said = plainText(decodeFileName(stderr))
  const code = /not permitted|permission denied|password|not allowed|must be root|may not run/iu.test(said)
    ? 'PERMISSION_DENIED'
    : /no such|not found|cannot open|does not exist/iu.test(said)
      ? 'NOT_FOUND'
      : 'CONNECTION_FAILED'
  const hint =
    code === 'PERMISSION_DENIED'
      ? 'Run as root, or allow this user to do it without a password.'
      : 'Check that what the prefix names exists, and that there is a POSIX shell behind it.'
  return new HostwrightError(code, `\`${formatCommand(prefix)}\` did not start the command${said === '' ? '' : `: ${said}`}`, {
    subject: formatCommand(prefix),
    hint,
  })
}
