import process from 'node:process'
import type { Host } from '../host.ts'
import { hostCapabilities } from './capability-probe.ts'
import { runLocalCommand, type Environment } from './local-command.ts'
import { localFileSystem } from './local-file-system.ts'
import { localCapabilityProbe } from './local-capabilities.ts'
import { streamLocalCommand } from './local-stream.ts'

/** How this machine is reached. */
export interface LocalHostOptions {
  /** Default `local`. */
  readonly label?: string
  /** The variables that commands start with; default: those of this process when the command starts. */
  readonly env?: Environment
}

/**
 * The machine that this process runs on.
 *
 * Every command leads a process group of its own, so that a time limit or an abort ends its children too. File access
 * uses synchronous system calls underneath.
 *
 * @example
 * ```ts
 * import { localHost } from '@hostwright/core'
 *
 * await using host = localHost()
 * const { stdout } = await host.run(['uname', '-r'])
 * const release = await host.fs.readText('/proc/sys/kernel/osrelease')
 * console.log(stdout === release)
 * ```
 */
export function localHost(options: LocalHostOptions = {}): Host {
  const environment = (): Environment => options.env ?? process.env
  const fs = localFileSystem(options.label ?? 'local')
  return {
    label: options.label ?? 'local',
    kind: 'local',
    fs,
    root: '',
    prefix: [],
    run: (argv, runOptions = {}) => runLocalCommand(argv, runOptions, environment()),
    stream: (argv, runOptions = {}) => streamLocalCommand(argv, runOptions, environment()),
    capabilities: (names) => hostCapabilities(localCapabilityProbe(fs, environment), names),
    async [Symbol.asyncDispose]() {},
  }
}
