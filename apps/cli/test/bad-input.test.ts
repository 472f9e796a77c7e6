import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtInProgram } from '../src/program.ts'
import { runInside, type Told } from './support/run-inside.ts'

let directory = ''
const state = (): string => join(directory, 'state')
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-'))
  mkdirSync(join(directory, 'tree/etc'), { recursive: true })
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const real = (...argv: readonly string[]): Promise<Told> => runInside(argv, { cwd: directory, program: builtInProgram })

/** The error under --json, with the code that the command exits with; nothing else may have been printed. */
async function refusal(run: (...argv: readonly string[]) => Promise<Told>, ...argv: readonly string[]): Promise<Record<string, unknown>> {
  const told = await run(...argv, '--json')
  const document = JSON.parse(told.stdout) as { ok: boolean; exitCode: number; error: Record<string, unknown> }
  expect({ ok: document.ok, exitCode: document.exitCode, stderr: told.stderr }).toEqual({ ok: false, exitCode: told.code, stderr: '' })
  const { code, message, hint } = document.error
  const shown = await run(...argv)
  expect(shown).toMatchObject({ code: told.code, stderr: `✖ ${String(message).replaceAll('\n', '\n  ')}\n${hint === undefined ? '' : `  ${String(hint)}\n`}` })
  return { exitCode: told.code, code, message, ...(hint === undefined ? {} : { hint }) }
}

describe('a mistake in host.yaml', () => {
  const describes = '`hostwright schema` describes what may stand in the file.'
  it.each<[name: string, text: string, exitCode: number, code: string, message: string, hint?: string]>([
    ['a file that is no YAML', 'tuning: { set: { a: 1 }\n', 2, 'PARSE_ERROR', 'host.yaml:2:1: Flow map', `Correct the YAML there; ${describes}`],
    ['a tab', 'tuning:\n\tprofile: server\n', 2, 'PARSE_ERROR', 'host.yaml:2:1: Tabs are not allowed', `Correct the YAML there; ${describes}`],
    ['a key twice', 'tuning: {}\ntuning: {}\n', 2, 'PARSE_ERROR', 'host.yaml:2:1: Map keys must be unique', `Correct the YAML there; ${describes}`],
    ['text alone', 'hello\n', 2, 'INVALID_INPUT', 'host.yaml:1:1: must be a mapping', describes],
    ['an unknown section', 'tunning: {}\n', 2, 'INVALID_INPUT', 'host.yaml:1:1: unknown section `tunning`; did you mean `tuning`?', describes],
    ['an unknown key', 'tuning:\n  profil: server\n', 2, 'INVALID_INPUT', 'host.yaml:2:3: unknown key `profil`; did you mean `profile`?', describes],
    ['a wrong type', 'tuning:\n  profile: [server]\n', 2, 'INVALID_INPUT', 'host.yaml:2:12: profile: must be text, not a list', describes],
    ['an unknown profile', 'tuning:\n  profile: sever\n', 1, 'NOT_FOUND', 'host.yaml:2:12: no profile is called `sever`', 'Did you mean `server`?'],
    [
      'an unknown tunable',
      'tuning:\n  set: { vm.swapiness: 5 }\n',
      2,
      'INVALID_INPUT',
      'host.yaml:2:10: there is no tunable `vm.swapiness`',
      'Did you mean `vm.swappiness`?',
    ],
    [
      'a value out of range',
      'tuning:\n  set:\n    vm.swappiness: 900\n',
      2,
      'INVALID_INPUT',
      'host.yaml:3:20: vm.swappiness cannot be "900": expected an integer from 0 to 200',
    ],
    [
      'a value that is no number',
      'tuning:\n  set:\n    vm.swappiness: much\n',
      2,
      'INVALID_INPUT',
      'host.yaml:3:20: vm.swappiness cannot be "much": expected an integer from 0 to 200',
    ],
    [
      'a plugin that is not installed',
      'plugins: [hostwright-plugin-that-is-not-there]\n',
      1,
      'NOT_FOUND',
      'the plugin hostwright-plugin-that-is-not-there is not installed where the configuration lies',
    ],
    ['plugins that are no list', 'plugins: x\n', 2, 'INVALID_INPUT', 'host.yaml:1:10: plugins: must be a list of package names or paths', describes],
  ])('is refused with its place: %s', async (_name, text, exitCode, code, message, hint) => {
    writeFileSync(join(directory, 'host.yaml'), text)
    for (const command of ['plan', 'apply']) {
      const refused = await refusal(real, command, '--host', `root:${join(directory, 'tree')}`, '--state-dir', state())
      expect(refused).toMatchObject({ exitCode, code, message: expect.stringContaining(message), ...(hint === undefined ? {} : { hint }) })
    }
    expect([existsSync(state()), readdirSync(join(directory, 'tree/etc'))]).toEqual([false, []])
  })

  it('is told as one if there is no file', async () => {
    expect(await refusal(real, 'plan', '--config', 'other.yaml')).toMatchObject({
      exitCode: 1,
      code: 'NOT_FOUND',
      message: expect.stringContaining('other.yaml'),
    })
  })

  it('is told when two sections want to change the same thing', async () => {
    writeFileSync(
      join(directory, 'plugin.mjs'),
      `import * as z from '${import.meta.resolve('zod')}'
      const action = { kind: 'write', path: '/etc/motd', content: { text: 'x' } }
      const reads = [{ kind: 'path', path: '/etc/motd', state: { type: 'absent' } }]
      const steps = [{ id: 'w', summary: 'create /etc/motd', risk: 'safe', action, undo: { kind: 'restore' } }]
      const domain = (name) => ({ name, summary: name, operations: [], section: { name, schema: z.strictObject({}), observe: async () => ({}), plan: async (host) => ({ version: 1, domain: name, host: host.label, steps, reads, notes: [] }) } })
      export const one = domain('one'), two = domain('two')`,
    )
    writeFileSync(join(directory, 'one.mjs'), `export { one as domain } from './plugin.mjs'\n`)
    writeFileSync(join(directory, 'two.mjs'), `export { two as domain } from './plugin.mjs'\n`)
    writeFileSync(join(directory, 'host.yaml'), 'plugins: [./one.mjs, ./two.mjs]\none: {}\ntwo: {}\n')
    expect(await refusal(real, 'apply', '--host', 'root:tree', '--state-dir', state())).toEqual({
      exitCode: 2,
      code: 'INVALID_INPUT',
      message: 'the sections one and two both want to change /etc/motd',
      hint: 'Take the setting out of one of them.',
    })
    expect(existsSync(join(directory, 'tree/etc/motd'))).toBe(false)
  })
})

describe('a host or transaction that is not there', () => {
  it.each<[argv: string, exitCode: number, code: string, message: string, hint: string]>([
    ['facts --host db1', 2, 'INVALID_INPUT', '--host: `db1` is not ssh://', 'Did you mean `ssh://db1`?'],
    ['facts --host ssh://', 2, 'INVALID_INPUT', '`ssh://` is not a valid SSH URL', 'Write it like ssh://root@db1.lan'],
    ['facts --host root:nowhere', 1, 'NOT_FOUND', '/nowhere: there is no such file or directory', 'Check the path'],
    ['facts --host root:file', 1, 'NOT_FOUND', '/file on local is no directory, so it holds no system', 'Give the directory that the system is mounted'],
    ['rollback 01ABC', 1, 'NOT_FOUND', 'there is no transaction 01ABC on ', 'Run `hostwright history --host root:tree --state-dir STATE`'],
    ['history 01ABC', 1, 'NOT_FOUND', 'there is no transaction 01ABC on ', 'Run `hostwright history --host root:tree --state-dir STATE`'],
    ['rollback', 1, 'NOT_FOUND', 'there is no change to undo on ', 'Run `hostwright history --host root:tree --state-dir STATE`'],
    ['confirm', 1, 'NOT_FOUND', 'awaits confirmation', 'Run `hostwright history --host root:tree --state-dir STATE`'],
  ])('is refused with a hint that works when it is typed: %s', async (line, exitCode, code, message, hint) => {
    writeFileSync(join(directory, 'file'), '')
    const argv = line.split(' ')
    const place = argv.includes('--host') ? [] : ['--host', 'root:tree', '--state-dir', state()]
    expect(await refusal(real, ...argv, ...place)).toMatchObject({
      exitCode,
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint.replace('STATE', state())),
    })
    expect(existsSync(state())).toBe(false)
  })
})

describe('a change while the host is not free', () => {
  const shelf = (...argv: readonly string[]): Promise<Told> => runInside([...argv, '--state-dir', state()], { cwd: directory })

  it('is refused while another awaits its confirmation, with the commands that end that one', async () => {
    expect((await shelf('shelf', 'put', directory, 'first', '--confirm', '60s')).code).toBe(0)
    const told = await shelf('shelf', 'put', directory, 'second', '--json')
    const { error } = JSON.parse(told.stdout) as { error: { code: string; hint: string } }
    expect([told.code, error.code, error.hint]).toEqual([
      1,
      'LOCKED',
      `Run \`hostwright confirm --state-dir ${state()}\` to keep it, or \`hostwright rollback --state-dir ${state()}\` to undo it, first.`,
    ])
    expect(readdirSync(directory).toSorted()).toEqual(['first', 'state', 'tree'])
    expect((await shelf('rollback')).code).toBe(0)
    expect(readdirSync(directory).toSorted()).toEqual(['state', 'tree'])
  })

  it('cannot be rolled back once someone else changed the same again, unless that is forced', async () => {
    expect((await shelf('shelf', 'put', directory, 'first')).code).toBe(0)
    writeFileSync(join(directory, 'first'), 'by an administrator\n')
    expect(await refusal(shelf, 'rollback')).toMatchObject({ exitCode: 1, code: 'CONFLICT', message: expect.stringContaining(`path ${directory}/first`) })
    expect((await shelf('rollback', '--force')).code).toBe(0)
    expect(existsSync(join(directory, 'first'))).toBe(false)
  })
})
