import { HostwrightError, isHostwrightError } from '../errors.ts'
import { encodeFileName } from '../file-name.ts'
import type { Host, RunOptions, RunResult } from '../host.ts'
import { hostCapabilities } from './capability-probe.ts'
import { checkCommand, commandResult, defaultByteLimit, stopError } from './command-outcome.ts'
import { commandCapabilityProbe } from './command-capabilities.ts'
import { delayedStream } from './delayed-stream.ts'
import { checkPath } from './path-check.ts'
import { formatCommand } from './plain-text.ts'
import { findMark, markedProblem, prefixedCommand, prefixFailed } from './prefix-command.ts'
import { streamPrefixedCommand } from './prefix-stream.ts'
import { shellFileSystem } from './shell-file-system.ts'

/** How a prefix host differs from what its prefix says. */
export interface PrefixHostOptions {
  /** Default: the prefix as a command line, with the label of the host unless that is `local`. */
  readonly label?: string
  /**
   * The prefix does not change which files there are, nor who may read them (`nice`, `env`): file access goes straight to
   * the host. Default `false`: file access goes through the prefix, by a POSIX shell.
   */
  readonly shareFiles?: boolean
}

/** Room that the marked line takes on standard error, and what a prefix may print. */
const markBytes = 64 * 1024

/**
 * The host as it is seen behind a prefix: a network namespace, a chroot, the namespaces of a process, another user.
 * Behind the prefix there must be a POSIX shell, and coreutils or busybox for file access.
 *
 * A prefix that starts its command in a session of its own (sudo with `use_pty`) passes SIGTERM on, but what ignores that
 * is not ended by a time limit or an abort.
 *
 * @example
 * ```ts
 * import { localHost, networkNamespace, prefixHost } from '@hostwright/core'
 *
 * const lab = prefixHost(localHost(), networkNamespace('lab'))
 * console.log(lab.label) // ip netns exec lab
 * ```
 */
export function prefixHost(host: Host, prefix: readonly string[], options: PrefixHostOptions = {}): Host {
  if (prefix.length === 0 || prefix[0] === '') throw new HostwrightError('INVALID_INPUT', 'a prefix needs at least one word')
  const label = options.label ?? `${formatCommand(prefix)}${host.label === 'local' ? '' : ` on ${host.label}`}`
  const root = options.shareFiles === true ? host.root : ''
  const directory = (cwd = '/'): string => {
    checkPath(cwd)
    return root === '' ? cwd : cwd === '/' ? root : `${root}${cwd}`
  }
  const run = (argv: readonly string[], runOptions: RunOptions = {}): Promise<RunResult> => runPrefixed(host, prefix, argv, runOptions, directory)
  const fs = options.shareFiles === true ? host.fs : shellFileSystem(run, label)
  return {
    label,
    kind: 'prefix',
    fs,
    root,
    prefix: [...host.prefix, ...prefix],
    run,
    stream: (argv, runOptions = {}) => delayedStream(async () => streamPrefixedCommand(host, prefix, argv, directory(runOptions.cwd), runOptions)),
    capabilities: (names) => hostCapabilities(commandCapabilityProbe(fs, run), names),
    async [Symbol.asyncDispose]() {},
  }
}

async function runPrefixed(
  host: Host,
  prefix: readonly string[],
  argv: readonly string[],
  options: RunOptions,
  directory: (cwd?: string) => string,
): Promise<RunResult> {
  checkCommand(argv, options)
  const { env, cwd, ...rest } = options
  const there = directory(cwd)
  const command = prefixedCommand(prefix, argv, there, env)
  const limit = options.maxOutputBytes ?? defaultByteLimit
  const end = await host.run(command.argv, { ...rest, check: false, maxOutputBytes: limit + markBytes }).catch((error: unknown) => {
    for (const reason of ['TIMEOUT', 'ABORTED', 'OUTPUT_LIMIT'] as const) if (isHostwrightError(error, reason)) throw stopError(reason, argv, options)
    throw error
  })
  const stderr = encodeFileName(end.stderr)
  const found = findMark(stderr, command.mark)
  if (found === undefined) throw prefixFailed(prefix, stderr)
  const problem = markedProblem(found.state, argv, there)
  if (problem !== undefined) throw problem
  if (end.stdoutBytes.length > limit || found.after.length > limit) throw stopError('OUTPUT_LIMIT', argv, options)
  return commandResult(argv, { exitCode: end.exitCode, signal: end.signal, durationMs: end.durationMs, stdout: end.stdoutBytes, stderr: found.after }, options)
}
