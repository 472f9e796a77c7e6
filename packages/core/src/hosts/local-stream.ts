import type { CommandStream, RunOptions } from '../host.ts'
import { checkCommand } from './command-outcome.ts'
import { commandStream } from './command-stream.ts'
import { localLaunch, startError, type Environment } from './local-command.ts'

/** Starts a command of this machine through execa, in a process group of its own. */
export function streamLocalCommand(argv: readonly string[], options: RunOptions, environment: Environment): CommandStream {
  return commandStream(argv, options, async () => {
    checkCommand(argv, options)
    const launch = localLaunch(argv, options, environment)
    const { execa } = await import('execa')
    checkCommand(argv, options)
    const running = execa(launch.file, launch.args, {
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
    if (running.pid === undefined) throw startError((await running).cause, argv, options)
    return running.nodeChildProcess
  })
}
