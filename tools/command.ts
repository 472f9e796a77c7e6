import { spawn } from 'node:child_process'
import { root } from './workspaces.ts'

/** How a command of the tooling ended, with all that it printed. */
export interface CommandResult {
  readonly ok: boolean
  /** Standard output alone. */
  readonly stdout: string
  /** Standard output and error as they came. */
  readonly output: string
}

/** What a command of the tooling may be given. */
export interface CommandOptions {
  /** Default: the repository's root. */
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Runs a command of the tooling to its end and keeps what it prints. Never throws: a missing program is a failure with its message as output. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = '', ...rest] = argv
  return new Promise((resolve) => {
    const child = spawn(program, rest, { cwd: options.cwd ?? root, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const all: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk)
      all.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk))
    child.on('error', (error) => resolve({ ok: false, stdout: '', output: `${program}: ${error.message}\n` }))
    child.on('close', (code) => resolve({ ok: code === 0, stdout: Buffer.concat(stdout).toString(), output: Buffer.concat(all).toString() }))
  })
}

/** Runs a command and gives its standard output; throws with all that it printed if it fails. */
export async function requireCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(argv, options)
  if (!result.ok) throw new Error(`${argv.join(' ')} failed:\n${result.output}`)
  return result.stdout
}
