import process from 'node:process'
import { exitCodes } from './exit-code.ts'
import type { Program } from './program.ts'
import { runCommandLine } from './run.ts'
import { streamOutput, type Terminal } from './terminal.ts'

/**
 * Runs a command line in this process: ends it cleanly on the first SIGINT, SIGTERM or SIGHUP, at once on the second, and
 * sets the exit code.
 */
export async function runProcess(argv: readonly string[], program?: Program): Promise<void> {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled)
    controller.abort(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const terminal: Terminal = { env: process.env, cwd: process.cwd(), stdout: streamOutput(process.stdout), stderr: streamOutput(process.stderr) }
  process.exitCode = await runCommandLine(argv, terminal, controller.signal, program)
  // What was cancelled may still hold the process: a command that ignores its end, a connection.
  if (controller.signal.aborted) process.exit()
}
