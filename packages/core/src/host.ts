import type { CapabilityReport } from './capability.ts'
import type { HostFileSystem } from './file-tree.ts'

/** How a command is run. */
export interface RunOptions {
  /** Given on standard input; default: empty. */
  readonly stdin?: string | Uint8Array
  /** Default: `/`. */
  readonly cwd?: string
  /** Added to the host's environment; `undefined` removes a variable. `LC_ALL=C` is always set unless given here. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** After this time the whole process group is ended and `TIMEOUT` thrown. Default: none. */
  readonly timeoutMs?: number
  /** Each of standard output and error may have this many bytes, else the group is ended and `OUTPUT_LIMIT` thrown. Default 64 MiB. */
  readonly maxOutputBytes?: number
  /** Ends the whole process group and throws `ABORTED`. */
  readonly signal?: AbortSignal
  /** `false`: a failing command resolves as well. Default `true`: it throws `COMMAND_FAILED`. */
  readonly check?: boolean
}

/** How a command ended. */
export interface RunExit {
  readonly argv: readonly string[]
  /** `undefined` if a signal ended it. */
  readonly exitCode: number | undefined
  /** Such as `SIGTERM`; `undefined` if it exited by itself. */
  readonly signal: string | undefined
  readonly durationMs: number
}

/** How a command ended and what it printed. */
export interface RunResult extends RunExit {
  /** Standard output as text: UTF-8, other bytes as `decodeFileName` does. */
  readonly stdout: string
  readonly stderr: string
  /** Standard output, untouched. */
  readonly stdoutBytes: Uint8Array
}

/** A piece of what a running command prints. */
export interface OutputChunk {
  readonly type: 'stdout' | 'stderr'
  readonly bytes: Uint8Array
}

/**
 * A running command: iterate for its output; leaving the loop early ends the command. A command whose output is not read is
 * held back after about a megabyte. Its standard input stays open for `write` until `end`, unless `stdin` was given.
 */
export interface CommandStream extends AsyncIterable<OutputChunk>, AsyncDisposable {
  /** Resolves when it has ended, whatever its exit code; rejects as `run` does for time-outs, aborts and missing programs. */
  readonly exit: Promise<RunExit>
  /** Writes to its standard input. */
  write(data: string | Uint8Array): Promise<void>
  /** Ends its standard input. */
  end(): void
  /** Sends a signal to the whole process group. Default `SIGTERM`. */
  kill(signal?: NodeJS.Signals): void
}

/** Which backend a host is. */
export type HostKind = 'local' | 'rooted' | 'prefix' | 'ssh' | 'fake' | 'recording' | 'replay'

/**
 * Where work happens: this machine, a directory tree, a network namespace, a machine behind SSH, or a recording of one.
 * `argv` is always an array; there is no shell in between.
 */
export interface Host extends AsyncDisposable {
  /** For messages and for plans: `local`, `ssh://root@db1`, `netns lab` … */
  readonly label: string
  readonly kind: HostKind
  readonly fs: HostFileSystem
  /**
   * Where the host's `/` lies for its own commands: empty, except on a rooted host, whose commands see the machine that
   * holds the tree.
   */
  readonly root: string
  /**
   * What stands before a command to bring it to this host from the machine that runs it, such as
   * `['ip', 'netns', 'exec', 'lab']`; empty for most.
   */
  readonly prefix: readonly string[]
  /**
   * Runs a command to its end.
   *
   * @throws `COMMAND_FAILED`, `COMMAND_NOT_FOUND`, `PERMISSION_DENIED`, `TIMEOUT`, `ABORTED`, `OUTPUT_LIMIT`,
   * `NOT_FOUND` (the working directory), and those of the transport
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Starts a command and gives its output as it comes. `check` and `maxOutputBytes` have no effect. */
  stream(argv: readonly string[], options?: RunOptions): CommandStream
  /** Whether the host can do each of the named things, and why not. */
  capabilities(names: readonly string[]): Promise<readonly CapabilityReport[]>
}
