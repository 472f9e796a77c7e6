import { once } from 'node:events'
import { HostwrightError } from '../errors.ts'
import type { DirectoryEntry, FileStat } from '../file-tree.ts'
import type { CapabilityReport } from '../capability.ts'
import type { Host, OutputChunk, RunExit, RunOptions, RunResult } from '../host.ts'
import { checkCommand, stopError } from './command-outcome.ts'
import { checkPath } from './path-check.ts'
import { plainText } from './plain-text.ts'
import { playedStream } from './played-stream.ts'
import { plainOptions, playBack, questionOf, recordedFailure, type HostRecording, type RecordedOutcome } from './recording.ts'

/**
 * A host that gives the answers of a recording. A question that was asked several times gets its answers in their order,
 * then the last one again.
 *
 * Every method throws `NOT_RECORDED` for what was never asked.
 */
export function replayHost(recording: HostRecording): Host {
  const answers = new Map<string, RecordedOutcome[]>()
  for (const { question, answer } of recording.entries) answers.set(question, [...(answers.get(question) ?? []), answer])
  const outcome = (method: string, args: readonly unknown[]): RecordedOutcome => {
    const question = questionOf(method, args, recording.input)
    const list = answers.get(question)
    const next = list !== undefined && list.length > 1 ? list.shift() : list?.[0]
    if (next === undefined) {
      throw new HostwrightError('NOT_RECORDED', `the recording of ${recording.label} has no answer to ${plainText(question)}`, {
        subject: recording.label,
        hint: 'Record it again with this question.',
      })
    }
    return next
  }
  const ask = async <T>(method: string, args: readonly unknown[]): Promise<T> => playBack(outcome(method, args)) as T
  const about = async <T>(method: string, path: string, ...args: readonly unknown[]): Promise<T> => {
    checkPath(path)
    return ask<T>(method, [path, ...args])
  }
  return {
    label: recording.label,
    kind: 'replay',
    root: recording.root,
    prefix: recording.prefix,
    fs: {
      label: recording.label,
      list: (path) => about<readonly DirectoryEntry[]>('list', path),
      stat: (path) => about<FileStat>('stat', path),
      lstat: (path) => about<FileStat>('lstat', path),
      readlink: (path) => about<string>('readlink', path),
      realpath: (path) => about<string>('realpath', path),
      read: (path, options = {}) => about<Uint8Array>('read', path, options),
      readText: (path, options = {}) => about<string>('readText', path, options),
      exists: (path) => about<boolean>('exists', path),
      readMany: (paths) => ask<readonly (string | undefined)[]>('readMany', [paths]),
      write: (path, content, options = {}) => about<void>('write', path, { content }, options),
      set: (path, value) => about<void>('set', path, { content: value }),
      mkdir: (path, options = {}) => about<void>('mkdir', path, options),
      remove: (path) => about<void>('remove', path),
      symlink: (target, path) => ask<void>('symlink', [target, path]),
      rename: (from, to) => about<void>('rename', from, to),
      chmod: (path, mode) => about<void>('chmod', path, mode),
      chown: (path, uid, gid) => about<void>('chown', path, uid, gid),
    },
    async run(argv, options = {}) {
      checkCommand(argv, options)
      const recorded = outcome('run', [argv, plainOptions(options)])
      await untilAborted(recorded, argv, options)
      return playBack(recorded) as RunResult
    },
    stream: (argv, options = {}) =>
      playedStream(async () => {
        checkCommand(argv, options)
        const { chunks, exit, failure } = playBack(outcome('stream', [argv, plainOptions(options)])) as RecordedStream
        const end = exit ?? { argv: [...argv], exitCode: undefined, signal: undefined, durationMs: 0 }
        return { chunks, exit: end, ...(failure === undefined ? {} : { failure: recordedFailure(failure) }) }
      }),
    capabilities: (names) => ask<readonly CapabilityReport[]>('capabilities', [names]),
    async [Symbol.asyncDispose]() {},
  }
}

interface RecordedStream {
  readonly chunks: readonly OutputChunk[]
  readonly exit?: RunExit
  readonly failure?: ReturnType<HostwrightError['toJSON']>
}

/** A command that was aborted when it was recorded waits for its abort again. */
async function untilAborted(recorded: RecordedOutcome, argv: readonly string[], options: RunOptions): Promise<void> {
  if (!('error' in recorded) || recorded.error.code !== 'ABORTED' || options.signal === undefined) return
  if (!options.signal.aborted) await once(options.signal, 'abort')
  throw stopError('ABORTED', argv, options)
}
