import type { ChildProcess } from 'node:child_process'
import type { CommandStream, RunOptions } from '../host.ts'
import { checkCommand } from './command-outcome.ts'
import { commandStream } from './command-stream.ts'
import { localLaunch, type Environment } from './local-command.ts'

/** Starts a command of this machine through execa, in a process group of its own. */
export function streamLocalCommand(argv: readonly string[], options: RunOptions, environment: Environment): CommandStream {
  return commandStream(argv, options, async () => {
    checkCommand(argv, options)
    const launch = localLaunch(argv, options, environment)
    const { execa } = await import('execa')
    checkCommand(argv, options)
    const child = execa(launch.file, launch.args, {
      cwd: launch.cwd,
      env: launch.env,
      extendEnv: false,
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
      encoding: 'buffer',
      stdio: 'pipe',
    })
    // An execa process is a promise of its end as well, so that it may not be what this promise resolves to.
    return { child: child as unknown as ChildProcess }
  })
}
