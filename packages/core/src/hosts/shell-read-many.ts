import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { decodeFileName, encodeFileName } from '../file-name.ts'
import type { RunOptions, RunResult } from '../host.ts'
import { checkPath } from './path-check.ts'

type Run = (argv: readonly string[], options: RunOptions) => Promise<RunResult>

/** How many paths one command gets as arguments. */
const pathsAtOnce = 1000
/** Larger files are not for reading in bulk. */
const maxFileBytes = 16 * 1024 * 1024
const maxOutputBytes = 256 * 1024 * 1024

/**
 * One `head` prints all that can be opened, each below a header with its path. A file's content cannot pretend to be a
 * header: the paths begin with a random walk of `/.` steps.
 */
const together = 'for f; do shift; if [ -f "$f" ] && [ -r "$f" ]; then set -- "$@" "$walk$f"; fi; done; [ "$#" -eq 0 ] || exec head -v -c "$size" -- "$@"'

/** One `cat` for each file, with its exit status: for those that were empty or could not be read. */
const singly = 'for f; do if [ -f "$f" ]; then cat -- "$f" 2>/dev/null; fi && printf "%s0" "$mark" || printf "%s1" "$mark"; done'

/** Reads many small files by as few processes as possible. */
export async function readManyByShell(run: Run, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  for (const path of paths) checkPath(path)
  const texts: (string | undefined)[] = []
  for (let at = 0; at < paths.length; at += pathsAtOnce) texts.push(...(await readTogether(run, paths.slice(at, at + pathsAtOnce))))
  return texts
}

async function readTogether(run: Run, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  const walk = randomWalk()
  const { stdoutBytes, exitCode } = await run(['sh', '-c', `walk=$1 size=$2; shift 2; ${together}`, 'sh', walk, String(maxFileBytes), ...paths], {
    check: false,
    maxOutputBytes,
  })
  const output = Buffer.from(stdoutBytes.buffer, stdoutBytes.byteOffset, stdoutBytes.length)
  const texts = splitAtHeaders(output, walk, paths)
  // An attribute that cannot be read looks like an empty file, and a `head` without `-v` prints nothing of use.
  const odd = exitCode !== 0 && !output.includes(walk) ? [...paths.keys()] : [...paths.keys()].filter((index) => texts[index] === '')
  if (odd.length === 0) return texts
  const again = await readSingly(
    run,
    odd.map((index) => paths[index] ?? ''),
  )
  for (const [position, index] of odd.entries()) texts[index] = again[position]
  return texts
}

/** The headers come in the order of the paths; those of files that could not be opened are missing. */
function splitAtHeaders(output: Buffer, walk: string, paths: readonly string[]): (string | undefined)[] {
  const texts: (string | undefined)[] = paths.map(() => undefined)
  const starts: { readonly index: number; readonly header: number; readonly content: number }[] = []
  let from = 0
  for (const [index, path] of paths.entries()) {
    const header = Buffer.concat([Buffer.from(`==> ${walk}`), Buffer.from(encodeFileName(path)), Buffer.from(' <==\n')])
    const at = output.indexOf(header, from)
    if (at === -1) continue
    starts.push({ index, header: at, content: at + header.length })
    from = at + header.length
  }
  for (const [position, { index, content }] of starts.entries()) {
    const next = starts[position + 1]
    // An empty line stands before every header but the first.
    texts[index] = decodeFileName(output.subarray(content, next === undefined ? output.length : next.header - 1))
  }
  return texts
}

async function readSingly(run: Run, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  const mark = `hostwright-${randomBytes(12).toString('hex')}:`
  const { stdoutBytes } = await run(['sh', '-c', `mark=$1; shift; ${singly}`, 'sh', mark, ...paths], { check: false, maxOutputBytes })
  const output = Buffer.from(stdoutBytes.buffer, stdoutBytes.byteOffset, stdoutBytes.length)
  const texts: (string | undefined)[] = []
  let from = 0
  for (let at = output.indexOf(mark); at !== -1; at = output.indexOf(mark, from)) {
    const status = at + mark.length
    texts.push(output[status] === 0x30 ? decodeFileName(output.subarray(from, at)) : undefined)
    from = status + 1
  }
  return texts
}

/** 64 random bits as a path that leads to `/`: `/.` for one, `/` for zero. */
function randomWalk(): string {
  let walk = ''
  for (const byte of randomBytes(8)) for (let bit = 0; bit < 8; bit += 1) walk += (byte >> bit) & 1 ? '/.' : '/'
  return walk
}
