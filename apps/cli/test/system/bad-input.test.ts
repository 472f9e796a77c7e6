import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entries, runCommand } from '../support/run-command.ts'

const root = process.getuid?.() === 0
const canMount = root && spawnSync('unshare', ['-m', '--propagation', 'private', 'true']).status === 0

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface Refusal {
  readonly code: number | null
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string }
}

/** Runs a command under other circumstances, and takes its error from the last line of its JSON. */
function refusal(before: readonly string[], argv: readonly string[], entry: keyof typeof entries = 'test'): Refusal {
  const [program = '', ...rest] = [...before, process.execPath, '--conditions=@hostwright/source', entries[entry], ...argv, '--json']
  const { status, stdout } = spawnSync(program, rest, { encoding: 'utf8', cwd: '/', env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' } })
  const { error } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly error: Refusal['error'] }
  return { code: status, error }
}

describe('a host.ts with a mistake', () => {
  it.each([
    ['throws', 'export default (() => {\n  throw new Error("boom")\n})()\n', 'host.ts:2:9: cannot be loaded: boom', 'shows where'],
    ['is cut short', 'export default { tuning: {\n', 'host.ts:1: cannot be loaded: ', 'types are stripped'],
    ['has an enum', 'enum A { B }\nexport default {}\n', 'host.ts:1: cannot be loaded: TypeScript enum', 'types are stripped'],
    ['imports what is not there', 'import "a-package-that-is-not-there"\n', 'host.ts: cannot be loaded: Cannot find package', 'Install what it imports'],
    [
      'has an unknown key',
      'export default { tuning: { profil: "server" } }\n',
      'host.ts: unknown key `profil`; did you mean `profile`?',
      '`hostwright schema`',
    ],
  ])('is refused with its place: one that %s', async (_what, text, message, hint) => {
    writeFileSync(join(directory, 'host.ts'), text)
    const { code, stdout, stderr } = await runCommand(['plan', '--state-dir', join(directory, 'state')], { cwd: directory })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n')).toEqual([expect.stringContaining(`✖ ${message}`), expect.stringContaining(hint), ''])
  })
})

describe('a change that may not be made', () => {
  it.skipIf(!root)('is refused before its first step to a user who is not root (needs root to become another user)', () => {
    chmodSync(directory, 0o755)
    mkdirSync(join(directory, 'shelf'))
    const state = join(directory, 'state')
    mkdirSync(state)
    chmodSync(state, 0o777)
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    expect(refusal(nobody, ['shelf', 'put', join(directory, 'shelf'), 'atlas', '--state-dir', state])).toMatchObject({
      code: 1,
      error: {
        code: 'PERMISSION_DENIED',
        message: `put atlas: ${directory}/shelf/atlas may not be written. Nothing was changed.`,
        hint: 'Run as root, for example through `--host sudo`.',
      },
    })
    expect(refusal(nobody, ['shelf', 'put', join(directory, 'shelf'), 'atlas', '--state-dir', '/var/lib/hostwright-not-here'])).toMatchObject({
      code: 1,
      error: { code: 'PERMISSION_DENIED', hint: 'Run as root, or give a state directory that you may write.' },
    })
    expect([readdirSync(join(directory, 'shelf')), readdirSync(join(state, 'transactions'))]).toEqual([[], []])
  })

  it.skipIf(!canMount)('is refused where the disk is full or read-only, and changes nothing (needs root and mount namespaces)', () => {
    const disk = join(directory, 'disk')
    const shelf = join(directory, 'shelf')
    mkdirSync(disk)
    mkdirSync(shelf)
    const on = (options: string): readonly string[] => [
      'unshare',
      '-m',
      '--propagation',
      'private',
      'sh',
      '-c',
      `mount -t tmpfs -o ${options} none ${disk} && exec "$@"`,
      'sh',
    ]
    const argv = ['shelf', 'put', shelf, 'atlas', '--state-dir', join(disk, 'state')]
    const hint = 'Give a state directory on a file system that can be written.'
    expect(refusal(on('size=16k'), argv)).toMatchObject({
      code: 1,
      error: { code: 'NO_SPACE', message: expect.stringMatching(/Nothing was changed\.$/u), hint },
    })
    expect(refusal(on('ro'), argv)).toMatchObject({ code: 1, error: { code: 'READ_ONLY', message: expect.stringMatching(/Nothing was changed\.$/u), hint } })
    const elsewhere = ['shelf', 'put', join(disk, 'shelf'), 'atlas', '--state-dir', join(directory, 'state')]
    expect(refusal(on('ro'), elsewhere)).toMatchObject({
      code: 1,
      error: { code: 'READ_ONLY', message: `put atlas: ${disk}/shelf/atlas lies on a file system that is mounted read-only. Nothing was changed.` },
    })
    expect(readdirSync(shelf)).toEqual([])
  })
})

describe('a change that was killed', () => {
  it('keeps others off until it is recovered, with the command for that', async () => {
    const state = join(directory, 'state')
    const shelf = join(directory, 'shelf')
    mkdirSync(shelf)
    writeFileSync(join(shelf, 'novel'), 'old\n')
    const running = runCommand(['shelf', 'put', shelf, 'atlas', 'novel', '--slow', '--state-dir', state], { entry: 'test' })
    const transaction = await worker(state, () => existsSync(join(shelf, 'novel')) && readFileSync(join(shelf, 'novel'), 'utf8') !== 'old\n')
    process.kill(-transaction, 'SIGKILL')
    expect(await running).toMatchObject({ code: 1 })
    expect(refusal([], ['shelf', 'put', shelf, 'third', '--state-dir', state])).toMatchObject({
      code: 1,
      error: { code: 'RECOVERY_NEEDED', hint: `Run \`hostwright recover --state-dir ${state}\` to end it.` },
    })
    expect(readdirSync(shelf).toSorted()).toEqual(['atlas', 'novel'])
    expect((await runCommand(['recover', '--state-dir', state], { entry: 'test' })).code).toBe(0)
    expect([readdirSync(shelf), readFileSync(join(shelf, 'novel'), 'utf8')]).toEqual([['novel'], 'old\n'])
  }, 30_000)
})

/** The process that applies the one transaction there, once `ready`. */
async function worker(state: string, ready: () => boolean): Promise<number> {
  for (let tries = 0; tries < 400; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25))
    if (!ready()) continue
    const [id = ''] = readdirSync(join(state, 'transactions')).filter((name) => !name.startsWith('.'))
    const link = execFileSync('sh', ['-c', 'readlink "$1"/worker.* | tail -1', 'sh', join(state, 'transactions', id)], { encoding: 'utf8' })
    if (link !== '') return Number(link.split(':')[0])
  }
  throw new Error('nothing was applied in time')
}
