import { randomBytes } from 'node:crypto'
import { HostwrightError, isHostwrightError } from '../errors.ts'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { FileStat, HostFileSystem, ReadOptions } from '../file-tree.ts'
import type { RunOptions, RunResult } from '../host.ts'
import { defaultByteLimit } from './command-outcome.ts'
import { checkPath } from './path-check.ts'
import { plainText } from './plain-text.ts'
import { readManyByShell } from './shell-read-many.ts'
import * as scripts from './shell-scripts.ts'
import { parseEntries, parseStat } from './shell-answers.ts'
import { fileError, fileTooLarge } from './system-error.ts'
import { errnoOfMessage } from './system-message.ts'

/** What a limit leaves room for besides the bytes that are wanted: the reason why there are none. */
const reasonBytes = 4096

/** Runs a command on the host whose files are meant; arguments are bytes as `encodeFileName` makes them. */
export type ShellRunner = (argv: readonly string[], options: RunOptions) => Promise<RunResult>

/**
 * Files by way of a POSIX shell: for hosts that can only run commands. It needs coreutils or busybox there.
 * Paths and contents are arguments and input of fixed scripts, never a part of them.
 */
export function shellFileSystem(run: ShellRunner, label: string): HostFileSystem {
  const ask = async (script: string, verb: string, path: string, args: readonly string[], options: RunOptions = {}): Promise<Uint8Array> => {
    checkPath(path)
    const result = await run(['sh', '-c', script, 'sh', path, ...args], { ...options, check: false })
    if (result.exitCode !== 0) throw refusal(result, verb, path)
    return result.stdoutBytes
  }
  const look = async (flag: string, path: string): Promise<FileStat> => parseStat(decodeFileName(await ask(scripts.stat, 'look at', path, [flag])), path)
  const read = async (path: string, { offset = 0, length, maxBytes = defaultByteLimit }: ReadOptions = {}): Promise<Uint8Array> => {
    const wanted = Math.min(length ?? Number.POSITIVE_INFINITY, maxBytes + 1)
    const bytes = await ask(scripts.read, 'read', path, [String(offset + 1), String(wanted)], { maxOutputBytes: Math.max(wanted, reasonBytes) })
    if (bytes.length > maxBytes) throw fileTooLarge(path, maxBytes)
    return bytes
  }
  return {
    label,
    list: async (path) => parseEntries(await ask(scripts.list, 'list', path, [])),
    stat: (path) => look('-L', path),
    lstat: (path) => look('', path),
    readlink: async (path) => decodeFileName(await ask(scripts.readlink, 'read the link', path, [])),
    realpath: async (path) => decodeFileName(await ask(scripts.realpath, 'resolve', path, [])),
    read,
    readText: async (path, options) => decodeFileName(await read(path, options)),
    async exists(path) {
      try {
        await look('', path)
        return true
      } catch (error) {
        if (isHostwrightError(error, 'NOT_FOUND')) return false
        throw error
      }
    },
    readMany: (paths) => readManyByShell(run, paths),
    async write(path, content, { mode, uid, gid } = {}) {
      const owner = [uid, gid].map((id) => (id === undefined ? '' : String(id)))
      await ask(scripts.write, 'write', path, [randomBytes(8).toString('hex'), mode === undefined ? '' : octal(mode), ...owner], {
        stdin: typeof content === 'string' ? encodeFileName(content) : content,
      })
    },
    async set(path, value) {
      // The kernel does not see a write of no bytes; an empty line is what clears an attribute.
      await ask(scripts.set, 'set', path, [], { stdin: value === '' ? '\n' : value })
    },
    async mkdir(path, { mode } = {}) {
      await ask(scripts.mkdir, 'create', path, [mode === undefined ? '' : octal(mode)])
    },
    async remove(path) {
      await ask(scripts.remove, 'remove', path, [])
    },
    async symlink(target, path) {
      if (target.includes('\0')) checkPath(`/${target}`)
      await ask(scripts.symlink, 'link', path, [target])
    },
    async rename(from, to) {
      checkPath(to)
      await ask(scripts.rename, 'rename', from, [to])
    },
    async chmod(path, mode) {
      await ask(scripts.chmod, 'change the mode of', path, [octal(mode)])
    },
    async chown(path, uid, gid) {
      await ask(scripts.chown, 'change the owner of', path, [`${uid}:${gid}`])
    },
  }
}

/** Five digits: with fewer, coreutils keeps the set-group-id bit of a directory. */
function octal(mode: number): string {
  return mode.toString(8).padStart(5, '0')
}

function refusal(result: RunResult, verb: string, path: string): HostwrightError {
  const errno = errnoOfMessage(result.stderr)
  if (errno !== undefined) return fileError({ errno, verb, path })
  const said = plainText(result.stderr)
  if (result.exitCode === 127) {
    return new HostwrightError('UNSUPPORTED', `cannot ${verb} ${plainText(path)}: ${said}`, { subject: path, hint: 'The host needs coreutils or busybox.' })
  }
  return new HostwrightError(
    'IO_ERROR',
    `cannot ${verb} ${plainText(path)}: ${said === '' ? `the script ended with ${result.exitCode ?? result.signal}` : said}`,
    {
      subject: path,
      data: { stderr: result.stderr.slice(-4096) },
    },
  )
}
