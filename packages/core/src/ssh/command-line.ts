import { Buffer } from 'node:buffer'
import { encodeFileName } from '../file-name.ts'
import type { RunOptions } from '../host.ts'
import { quoteShell, quoteShellWords } from '../shell-quote.ts'

/** A command line for the login shell of the host, and what its input must begin with. */
export interface RemoteCommandLine {
  readonly line: Buffer
  readonly input: Buffer
}

/** Linux takes at most 128 KiB as one argument (MAX_ARG_STRLEN in linux/binfmts.h), and the line is one argument of the login shell. */
const maxLineBytes = 120 * 1024

/** Names that shells guard or give a meaning of their own. */
const shellNames = new Set([
  'BASHOPTS',
  'BASH_ENV',
  'BASH_VERSINFO',
  'EGID',
  'ENV',
  'EUID',
  'GID',
  'IFS',
  'LINENO',
  'OPTIND',
  'PPID',
  'PS4',
  'RANDOM',
  'SECONDS',
  'SHELLOPTS',
  'UID',
  'USERNAME',
])

/**
 * The line that makes a POSIX login shell become the command. Before, it prints `mark` on its output, and `mark` with its
 * process id on its error output: what the shell's own start-up files print comes before that, and the id is the process
 * group's, for sshd starts each command in a session of its own.
 */
export function remoteCommandLine(argv: readonly string[], options: RunOptions, mark: string): RemoteCommandLine {
  const [variables, indirect] = environment(options)
  const command = `exec ${[...indirect, ...guarded(argv, indirect.length > 0)].join(' ')}`
  const line = Buffer.from(encodeFileName(`${entrance(options, mark)}echo ${mark};${variables}${command}`))
  if (line.length <= maxLineBytes) return { line, input: Buffer.alloc(0) }
  // One byte at a time, so that nothing of the command's own input is taken.
  return { line: Buffer.from(`eval "$(dd bs=1 count=${line.length} 2>/dev/null)"`), input: line }
}

/**
 * The line that tells why a program could not be executed, by printing `found`, `denied` or nothing. A name that the shell
 * itself knows is not a program: `command -v` prints it without a slash.
 */
export function searchLine(program: string, options: RunOptions): Buffer {
  const [variables] = environment({ ...(options.env === undefined ? {} : { env: options.env }) })
  const name = quoteShell(program)
  const search = program.includes('/')
    ? `if [ -f ${name} ]&&[ -x ${name} ];then echo found;elif [ -e ${name} ];then echo denied;fi`
    : `case $(command -v ${program.startsWith('-') ? '-- ' : ''}${name}) in */*)echo found;;esac`
  return Buffer.from(encodeFileName(`cd ${directory(options)};${variables}${search}`))
}

/** The line that sends a signal to a process group. */
export function signalLine(group: number, signal: string): Buffer {
  return Buffer.from(`kill -s ${signal.replace(/^SIG/u, '')} -- -${group}`)
}

/**
 * The line that ends a process group: SIGTERM, and SIGKILL for what is left after the grace. It ends when the group is
 * gone. Zombies do not count: their parent may never reap them, see proc_pid_stat(5) for their state.
 */
export function endGroupLine(group: number, graceMs: number): Buffer {
  const send = (signal: string): string => `kill -s ${signal} -- -${group} 2>/dev/null`
  const alive = `alive(){ for f in /proc/[0-9]*/stat;do read -r l<$f||continue;case \${l##*\\) } in [!ZX]\\ *\\ ${group}\\ *)return 0;;esac;done 2>/dev/null;return 1;}`
  const wait = (rounds: number): string => `n=0;while [ $n -lt ${rounds} ]&&${send('0')}&&alive;do sleep 0.01||sleep 1;n=$((n+1));done`
  return Buffer.from(`${alive};${send('TERM')};${send('CONT')};${wait(Math.ceil(graceMs / 10))};${send('KILL')};${wait(20)};:`)
}

/** What stands in place of the process id when the working directory cannot be entered. */
export const directoryProblems: Readonly<Record<string, 'NOT_FOUND' | 'PERMISSION_DENIED'>> = { missing: 'NOT_FOUND', denied: 'PERMISSION_DENIED' }

function entrance(options: RunOptions, mark: string): string {
  const cwd = directory(options)
  if (cwd === '/') return `cd /;echo ${mark}$$>&2;`
  return `if cd ${cwd} 2>/dev/null;then echo ${mark}$$>&2;elif [ -d ${cwd} ];then echo ${mark}denied>&2;exit 1;else echo ${mark}missing>&2;exit 1;fi;`
}

function directory({ cwd = '/' }: RunOptions): string {
  return quoteShell(cwd.startsWith('/') ? cwd : `./${cwd}`)
}

/** Commands that set the variables, and the words of `env` for those that a shell cannot hold. */
function environment({ env = {} }: RunOptions): readonly [commands: string, words: readonly string[]] {
  const set: string[] = []
  const unset: string[] = []
  const indirect: string[] = []
  for (const [name, value] of Object.entries({ LC_ALL: 'C', ...env })) {
    if (/^[A-Z][A-Z0-9_]*$/u.test(name) && !shellNames.has(name)) {
      if (value === undefined) unset.push(name)
      else set.push(`${name}=${quoteShell(value)}`)
    } else if (value === undefined) indirect.unshift('-u', quoteShell(name))
    else indirect.push(quoteShell(`${name}=${value}`))
  }
  const commands = `${unset.length === 0 ? '' : `unset ${unset.join(' ')};`}${set.length === 0 ? '' : `export ${set.join(' ')};`}`
  return [commands, indirect.length === 0 ? [] : ['env', ...indirect]]
}

/** The command's words; a program whose name `exec` or `env` would take for something else is started by a shell. */
function guarded(argv: readonly string[], throughEnv: boolean): readonly string[] {
  const name = argv[0] ?? ''
  if (throughEnv && (name.includes('=') || name.startsWith('-'))) return ['sh', '-c', quoteShell('exec -- "$@"'), 'sh', ...argv.map(quoteShell)]
  return [...(name.startsWith('-') ? ['--'] : []), quoteShellWords(argv)]
}
