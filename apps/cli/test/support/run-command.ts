import { spawn, type ChildProcess } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** How a command line ended. */
export interface CommandEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a command line is run. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Called when it runs. */
  readonly started?: (child: ChildProcess) => void
  /** Which program; default: the real one. */
  readonly entry?: 'main' | 'test'
}

/** The files that run the command from its sources: the real one, and the one with the domain made for tests. */
export const entries = {
  main: fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
  test: fileURLToPath(new URL('test-main.ts', import.meta.url)),
} as const

/** Runs the command from its sources as a process of its own. */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
  const child = spawn(process.execPath, ['--conditions=@hostwright/source', entries[options.entry ?? 'main'], ...argv], {
    cwd: options.cwd ?? '/',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  options.started?.(child)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('close', resolve)
  return { code: await promise, stdout, stderr }
}
