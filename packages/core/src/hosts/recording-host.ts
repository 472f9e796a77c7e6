import type { CommandStream, Host, OutputChunk } from '../host.ts'
import type { HostFileSystem } from '../file-tree.ts'
import { plainOptions, questionOf, recordedError, recordedValue, type HostRecording, type RecordedAnswer } from './recording.ts'

/** What is recorded. */
export interface RecordingOptions {
  /**
   * Also the standard input of commands, the values of their variables, and what is written to files, so that a replay
   * tells them apart. Default `false`: they may hold secrets. Output and the contents of files that are read are always recorded.
   */
  readonly input?: boolean
}

/** A host that keeps everything that it is asked, and what it answered. */
export interface RecordingHost extends Host {
  /** What was asked so far, as plain JSON. */
  readonly recording: HostRecording
}

/** Passes everything on to a host and records it, for {@link replayHost}. */
export function recordingHost(host: Host, options: RecordingOptions = {}): RecordingHost {
  const entries: (() => RecordedAnswer)[] = []
  const input = options.input === true
  const recorded = async <T>(method: string, args: readonly unknown[], work: () => Promise<T>): Promise<T> => {
    const question = questionOf(method, args, input)
    try {
      const value = await work()
      const answer = recordedValue(value)
      entries.push(() => ({ question, answer }))
      return value
    } catch (error) {
      const answer = recordedError(error)
      if (answer !== undefined) entries.push(() => ({ question, answer }))
      throw error
    }
  }
  return {
    label: host.label,
    kind: 'recording',
    root: host.root,
    prefix: host.prefix,
    fs: recordingFileSystem(host.fs, recorded),
    run: (argv, runOptions = {}) => recorded('run', [argv, plainOptions(runOptions)], () => host.run(argv, runOptions)),
    stream(argv, runOptions = {}) {
      const stream = host.stream(argv, runOptions)
      const chunks: OutputChunk[] = []
      const question = questionOf('stream', [argv, plainOptions(runOptions)], input)
      // The reader may still take chunks after the command has ended.
      stream.exit.then(
        (exit) => entries.push(() => ({ question, answer: recordedValue({ chunks, exit }) })),
        (error: unknown) => {
          const failure = recordedError(error)
          if (failure !== undefined && 'error' in failure) entries.push(() => ({ question, answer: recordedValue({ chunks, failure: failure.error }) }))
        },
      )
      return recordingStream(stream, chunks)
    },
    capabilities: (names) => recorded('capabilities', [names], () => host.capabilities(names)),
    get recording(): HostRecording {
      return { version: 1, label: host.label, kind: host.kind, root: host.root, prefix: [...host.prefix], input, entries: entries.map((entry) => entry()) }
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  }
}

type Recorded = <T>(method: string, args: readonly unknown[], work: () => Promise<T>) => Promise<T>

function recordingFileSystem(fs: HostFileSystem, recorded: Recorded): HostFileSystem {
  return {
    label: fs.label,
    list: (path) => recorded('list', [path], () => fs.list(path)),
    stat: (path) => recorded('stat', [path], () => fs.stat(path)),
    lstat: (path) => recorded('lstat', [path], () => fs.lstat(path)),
    readlink: (path) => recorded('readlink', [path], () => fs.readlink(path)),
    realpath: (path) => recorded('realpath', [path], () => fs.realpath(path)),
    read: (path, options = {}) => recorded('read', [path, options], () => fs.read(path, options)),
    readText: (path, options = {}) => recorded('readText', [path, options], () => fs.readText(path, options)),
    exists: (path) => recorded('exists', [path], () => fs.exists(path)),
    readMany: (paths) => recorded('readMany', [paths], () => fs.readMany(paths)),
    write: (path, content, options = {}) => recorded('write', [path, { content }, options], () => fs.write(path, content, options)),
    set: (path, value) => recorded('set', [path, { content: value }], () => fs.set(path, value)),
    mkdir: (path, options = {}) => recorded('mkdir', [path, options], () => fs.mkdir(path, options)),
    remove: (path) => recorded('remove', [path], () => fs.remove(path)),
    symlink: (target, path) => recorded('symlink', [target, path], () => fs.symlink(target, path)),
    rename: (from, to) => recorded('rename', [from, to], () => fs.rename(from, to)),
    chmod: (path, mode) => recorded('chmod', [path, mode], () => fs.chmod(path, mode)),
    chown: (path, uid, gid) => recorded('chown', [path, uid, gid], () => fs.chown(path, uid, gid)),
  }
}

function recordingStream(stream: CommandStream, chunks: OutputChunk[]): CommandStream {
  return {
    exit: stream.exit,
    write: (data) => stream.write(data),
    end: () => stream.end(),
    kill: (signal) => stream.kill(signal),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of stream) {
        chunks.push(chunk)
        yield chunk
      }
    },
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  }
}
