import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientChannel } from 'ssh2'
import { HostwrightError } from '../errors.ts'
import { encodeFileName } from '../file-name.ts'
import type { RunOptions } from '../host.ts'
import { checkCommand, commandNotFound, commandNotPermitted, noWorkingDirectory, stopError, type StopReason } from '../hosts/command-outcome.ts'
import { plainText } from '../hosts/plain-text.ts'
import { defaultGraceMs } from '../hosts/process-group.ts'
import { directoryProblems, endGroupLine, remoteCommandLine, searchLine, signalLine } from './command-line.ts'
import { takeMarks, type Marks } from './mark-filter.ts'
import { runAside } from './remote-aside.ts'
import { channelEnd, type RemoteEnd } from './remote-channel.ts'
import { lineForSpare } from './spare-shell.ts'
import { openChannel } from './ssh-channel.ts'
import type { SshConnection } from './ssh-connection.ts'
import type { SshLink } from './ssh-link.ts'

/** A command on the other side. */
export interface RemoteCommand {
  /** Resolves when it has ended and its output is closed; rejects if it could not run, was stopped, or the connection was lost. */
  readonly ended: Promise<RemoteEnd>
  /** Its channel, once there is one: its standard input. */
  readonly channel: Promise<ClientChannel>
  /** Ends the whole process group. Without a reason the end counts as the command's own. */
  stop(reason?: StopReason): void
  /** Sends a signal to the process group. */
  kill(signal: NodeJS.Signals): void
}

/** How long after its process group is gone a channel may take to close. */
const closingMs = 200
/** How long a login shell may take to name its process group, once it is to be ended. */
const startingMs = 2000
/** When a stopped command counts as ended although the server says nothing, on top of the grace. */
const silenceMs = 1500

/**
 * Starts a command: one channel, a round trip to open it and one to run it.
 *
 * @param attach is called once with the channel, paused, before the command's own output flows
 */
export function startRemoteCommand(link: SshLink, argv: readonly string[], options: RunOptions, attach: (channel: ClientChannel) => void): RemoteCommand {
  const mark = `hw${randomBytes(6).toString('hex')}:`
  const waiting = new AbortController()
  const started = Promise.withResolvers<ClientChannel>()
  const group = Promise.withResolvers<number | undefined>()
  const silence = Promise.withResolvers<never>()
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop('TIMEOUT'), Math.min(options.timeoutMs, 2 ** 31 - 1))
  let stopped: { readonly reason: StopReason | undefined } | undefined
  let ending: Promise<void> | undefined
  let connection: SshConnection | undefined
  let closed: Promise<RemoteEnd> | undefined
  let over = false

  const stopReason = (): HostwrightError => stopError(stopped?.reason ?? 'ABORTED', argv, options)

  const follow = async (): Promise<RemoteEnd> => {
    checkCommand(argv, options)
    const { line, input } = remoteCommandLine(argv, options, mark)
    const on = link.standing ?? (await link.connection(waiting.signal))
    connection = on
    return (await inSpareShell(on, line, input)) ?? (await inNewShell(on, line, input))
  }

  /** Hands the line to a shell that waits for one; `undefined` if there is none, or if it ended before it ran the line. */
  const inSpareShell = async (on: SshConnection, line: Uint8Array, input: Uint8Array): Promise<RemoteEnd | undefined> => {
    const words = input.length > 0 ? undefined : lineForSpare(line)
    const shell = words === undefined ? undefined : await on.spare.take()
    if (words === undefined || shell === undefined) return undefined
    try {
      if (waiting.signal.aborted) {
        shell.channel.close()
        throw stopReason()
      }
      shell.channel.write(words)
      const marks = await takeMarks(shell.channel, mark)
      if (marks.text === undefined) {
        await shell.closed.catch(() => {})
        if (on.lost !== undefined) throw on.lost
        return undefined
      }
      closed = shell.closed
      begin(shell.channel, input)
      return await conclude(shell.channel, marks)
    } finally {
      shell.slot.release()
    }
  }

  const inNewShell = async (on: SshConnection, line: Uint8Array, input: Uint8Array): Promise<RemoteEnd> => {
    // The declared type of `exec` knows text only, but bytes are sent as they are.
    const run: Parameters<typeof openChannel>[1] = (client, callback) => client.exec(line as unknown as string, callback)
    const { channel, slot } = await openChannel(on, run, waiting.signal, (opened) => {
      closed = channelEnd(on, opened)
    })
    try {
      begin(channel, input)
      return await conclude(channel, await takeMarks(channel, mark))
    } finally {
      slot.release()
    }
  }

  const begin = (channel: ClientChannel, input: Uint8Array): void => {
    feed(channel, input, options.stdin)
    started.resolve(channel)
  }

  const conclude = async (channel: ClientChannel, { text, noise }: Marks): Promise<RemoteEnd> => {
    const pid = /^\d+$/u.test(text ?? '') ? Number(text) : undefined
    group.resolve(pid)
    if (pid === undefined) {
      channel.resume()
      channel.stderr.resume()
      await closed
      throw stopped === undefined ? notStarted(link.label, options, text, noise) : stopReason()
    }
    attach(channel)
    const printed = { stdout: 0, stderr: 0 }
    channel.on('data', (bytes: Uint8Array) => (printed.stdout += bytes.length))
    channel.stderr.on('data', (bytes: Uint8Array) => (printed.stderr += bytes.length))
    channel.resume()
    channel.stderr.resume()
    const { exitCode, signal } = await closed!
    await ending
    if (stopped?.reason !== undefined) throw stopReason()
    // A shell that cannot execute the program says so on its error output, and ends with one of these.
    const suspicious = (exitCode === 127 || exitCode === 126) && printed.stdout === 0 && printed.stderr > 0
    if (suspicious && connection !== undefined) await throwIfNotExecutable(link, connection, argv, options, exitCode)
    return { exitCode, signal }
  }

  const endRemote = async (): Promise<void> => {
    const channel = await started.promise
    const pid = await Promise.race([group.promise, sleep(startingMs, undefined, { ref: false })])
    if (pid !== undefined && connection !== undefined) await runAside(link, connection, endGroupLine(pid, defaultGraceMs))
    await Promise.race([closed, sleep(closingMs, undefined, { ref: false })])
    // A process that left the group may hold the channel open for ever.
    channel.close()
  }

  const stop = (reason?: StopReason): void => {
    if (over || stopped !== undefined) return
    stopped = { reason }
    waiting.abort(stopReason())
    ending = endRemote().catch(() => {})
    const patience = sleep(defaultGraceMs + silenceMs, undefined, { ref: false })
    void Promise.race([ending.then(() => sleep(closingMs, undefined, { ref: false })), patience]).then(() => silence.reject(stopReason()))
  }

  const abort = (): void => stop('ABORTED')
  options.signal?.addEventListener('abort', abort, { once: true })
  const finish = async (): Promise<RemoteEnd> => {
    try {
      return await Promise.race([follow(), silence.promise])
    } catch (error) {
      throw stopped?.reason === undefined ? error : stopReason()
    } finally {
      over = true
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      link.commands.delete(command)
      started.reject(undefined)
      group.resolve(undefined)
    }
  }
  for (const { promise } of [started, silence]) promise.catch(() => {})
  const command: RemoteCommand = {
    ended: Promise.resolve().then(finish),
    channel: started.promise,
    stop,
    kill: (signal) =>
      void group.promise
        .then(async (pid) => {
          if (pid !== undefined && !over && connection !== undefined) await runAside(link, connection, signalLine(pid, signal))
        })
        .catch(() => {}),
  }
  link.commands.add(command)
  return command
}

/** Gives a command its standard input: what its line needs, then the caller's. */
function feed(channel: ClientChannel, input: Uint8Array, stdin: RunOptions['stdin']): void {
  if (input.length > 0) channel.write(input)
  if (stdin !== undefined) channel.end(typeof stdin === 'string' ? encodeFileName(stdin) : stdin)
}

async function throwIfNotExecutable(
  link: SshLink,
  connection: SshConnection,
  argv: readonly string[],
  options: RunOptions,
  exitCode: number | undefined,
): Promise<void> {
  const { stdout } = await runAside(link, connection, searchLine(argv[0] ?? '', options))
  const answer = stdout.trim().split('\n').at(-1)
  if (answer === 'found') return
  throw exitCode === 126 || answer === 'denied' ? commandNotPermitted(argv) : commandNotFound(argv)
}

/** The error for a line whose mark never came: the directory was wrong, or the login shell did not run it. */
function notStarted(label: string, { cwd = '/' }: RunOptions, text: string | undefined, noise: string): HostwrightError {
  const problem = directoryProblems[text ?? '']
  if (problem !== undefined) return noWorkingDirectory(cwd, problem)
  const said = plainText(noise)
  return new HostwrightError('UNSUPPORTED', `the login shell of ${label} did not run the command${said === '' ? '' : `: ${said}`}`, {
    subject: label,
    hint: 'The account needs a POSIX login shell such as sh, bash, dash or zsh, and no forced command.',
  })
}
