import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { runInside } from './support/run-inside.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const state = (): string[] => ['--state-dir', join(directory, '.state')]

describe('a query', () => {
  it('shows its view, fitted to the terminal and without control characters', async () => {
    const { code, stdout, stderr } = await runInside(['shelf', 'list'], { columns: 60, env: { NO_COLOR: '1' } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(
      [
        'name     size  note',
        'lexicon  1200  A very long note on a heavy book that no one',
        '               ever takes from the shelf any more',
        '本棚        7  wide�[31m letters',
        '',
      ].join('\n'),
    )
  })

  it('is as wide as it needs into a pipe, unless COLUMNS says otherwise', async () => {
    expect((await runInside(['shelf', 'list'])).stdout.split('\n')[1]).toBe(
      'lexicon  1200  A very long note on a heavy book that no one ever takes from the shelf any more',
    )
    expect((await runInside(['shelf', 'list'], { env: { COLUMNS: '40' } })).stdout.split('\n')[1]).toBe('lexicon  1200  A very long note on a')
  })

  it('uses colours on a terminal, or where they are asked for', async () => {
    expect((await runInside(['shelf', 'list'], { columns: 80 })).stdout).toContain('\u001b[1mlexicon\u001b[22m')
    expect((await runInside(['shelf', 'list', '--color', 'always'])).stdout).toContain('\u001b[1mlexicon\u001b[22m')
    expect((await runInside(['shelf', 'list', '--color=never'], { columns: 80 })).stdout).not.toContain('\u001b')
  })

  it('gives one JSON document under --json', async () => {
    const { code, stdout } = await runInside(['shelf', 'book', 'lexicon', '--json'])
    expect(code).toBe(0)
    expect(stdout).toBe('{"type":"result","version":1,"ok":true,"command":"shelf book","host":"local","exitCode":0,"data":{"title":"lexicon","pages":1200}}\n')
  })

  it('is drawn from the shape of its output if it says nothing about it', async () => {
    expect((await runInside(['shelf', 'book', 'lexicon'])).stdout).toBe('title  lexicon\npages  1200\n')
  })

  it('exits with 4 under --check if something is pending', async () => {
    expect((await runInside(['shelf', 'list', '--check'])).code).toBe(4)
    expect(await runInside(['shelf', 'book', 'lexicon', '--check'])).toEqual({
      code: 2,
      stdout: '',
      stderr: '✖ `shelf book` has nothing that --check could find pending\n',
    })
  })
})

describe('a mistake', () => {
  it.each<[string[], number, string]>([
    [['shlef', 'list'], 2, '✖ there is no command `shlef`\n  Did you mean `hostwright shelf`?\n'],
    [['shelf'], 2, '✖ `shelf` needs a further word: list, book, unsupported, wait, flood, put, ttl, try\n  See `hostwright shelf --help`.\n'],
    [['shelf', 'list', '--sort', 'siz'], 2, '✖ --sort: `siz` is not one of name, size\n  Did you mean `size`?\n'],
    [['shelf', 'list', '--srot', 'size'], 2, '✖ --srot is no flag of `shelf list`\n  Did you mean `--sort`?\n'],
    [['shelf', 'book'], 2, '✖ `shelf book` needs TITLE: The title\n'],
    [['shelf', 'book', 'novel'], 1, '✖ there is no book `novel`\n  See `hostwright shelf list`.\n'],
    [
      ['shelf', 'book', 'novel', '--verbose'],
      1,
      '✖ there is no book `novel`\n  See `hostwright shelf list`.\n  code NOT_FOUND\n  because the shelf is short\n',
    ],
    [['shelf', 'book', 'crash'], 1, '✖ TypeError: a mistake in the program\n'],
    [['shelf', 'unsupported'], 3, '✖ this shelf has no drawer\n'],
    [['shelf', 'book', 'lexicon', '--confirm', '5s'], 2, '✖ `shelf book` changes nothing, so there is nothing to confirm\n'],
    [
      ['shelf', 'list', '--host', 'db1'],
      2,
      '✖ --host: `db1` is not ssh://USER@MACHINE[:PORT], netns:NAME, chroot:DIR, root:DIR or sudo\n  Did you mean `ssh://db1`?\n',
    ],
    [['shelf', 'list', '--host', 'sudo,ssh://db1'], 2, '✖ --host: `ssh://db1` can only come first, or behind another ssh://\n'],
    [['shelf', 'try', '--dry-run', '--', 'true'], 2, '✖ `shelf try` has no plan that could be shown beforehand\n'],
    [
      ['plan'],
      1,
      '✖ there is no host.yaml here, and no /etc/hostwright/host.yaml\n  Write one (`hostwright schema` gives its JSON Schema to your editor), or name one with --config.\n',
    ],
    [
      ['plan', '--config', '/nonexistent/host.yaml'],
      1,
      '✖ there is no configuration /nonexistent/host.yaml\n  Name one with --config, or write a host.yaml here.\n',
    ],
    [
      ['rollback', '01AAAAAAAAAAAAAAAAAAAAAAAA', '--state-dir', '/nonexistent'],
      1,
      '✖ there is no transaction 01AAAAAAAAAAAAAAAAAAAAAAAA on local\n  Run `hostwright history --state-dir /nonexistent` to see them.\n',
    ],
    [['doctor', 'shlef'], 2, '✖ DOMAIN: `shlef` is not one of shelf\n  Did you mean `shelf`?\n'],
    [['completion', 'csh'], 2, '✖ SHELL: `csh` is not one of bash, zsh, fish\n  Did you mean `zsh`?\n'],
  ])('%j exits with %d and one message', async (argv, code, stderr) => {
    expect(await runInside(argv, { cwd: directory })).toEqual({ code, stdout: '', stderr })
  })

  it('is JSON under --json, even if the command line itself is wrong', async () => {
    const { code, stdout, stderr } = await runInside(['shelf', 'list', '--sort', 'siz', '--json'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      type: 'result',
      version: 1,
      ok: false,
      command: 'shelf list',
      exitCode: 2,
      error: {
        code: 'INVALID_INPUT',
        message: '--sort: `siz` is not one of name, size',
        subject: '--sort',
        hint: 'Did you mean `size`?',
        data: { parameter: '--sort', value: 'siz', allowed: ['name', 'size'] },
      },
    })
    expect(JSON.parse((await runInside(['shelf', 'book', 'novel', '--json'])).stdout)).toMatchObject({
      ok: false,
      command: 'shelf book',
      host: 'local',
      exitCode: 1,
      error: { code: 'NOT_FOUND' },
    })
  })
})

describe('a change', () => {
  it('shows its plan and changes nothing under --dry-run, and says how to apply it', async () => {
    const { code, stdout } = await runInside(['shelf', 'put', directory, 'atlas', '-n'])
    expect(code).toBe(0)
    expect(stdout).toBe(
      [
        '  + put atlas  safe',
        '    It was asked for. (test)',
        '    + atlas',
        '    + second line',
        '  ▲ shelf: it is old',
        '1 change.',
        `Apply with: hostwright shelf put ${directory} atlas --confirm 60s`,
        '',
      ].join('\n'),
    )
    expect(readdirSync(directory)).toEqual([])
  })

  it('exits with 4 under --check while something is pending, and with 0 once it is done', async () => {
    expect((await runInside(['shelf', 'put', directory, 'atlas', '--check'])).code).toBe(4)
    expect(readdirSync(directory)).toEqual([])
    writeFileSync(join(directory, 'atlas'), 'atlas\nsecond line\n')
    expect(await runInside(['shelf', 'put', directory, 'atlas', '--check'])).toEqual({
      code: 0,
      stdout: '  ▲ shelf: it is old\nNothing to change.\n',
      stderr: '',
    })
  })

  it('is applied, listed in the history, shown in full, and undone', async () => {
    writeFileSync(join(directory, 'novel'), 'old\n')
    const applied = await runInside(['shelf', 'put', directory, 'atlas', 'novel', ...state()])
    expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: '' })
    expect(applied.stdout.split('\n').slice(-4)).toEqual([
      '2 changes.',
      expect.stringMatching(/^✔ undo\.sh written \(.*\/undo\.sh\)$/u),
      expect.stringMatching(/^✔ 2 of 2 steps {3}\d\.\d\d s$/u),
      '',
    ])
    expect(readFileSync(join(directory, 'novel'), 'utf8')).toBe('novel\nsecond line\n')

    const history = await runInside(['history', '--json', ...state()])
    const [transaction] = (JSON.parse(history.stdout) as { data: { transactions: { id: string; state: string }[] } }).data.transactions
    expect(transaction?.state).toBe('committed')
    const id = transaction?.id ?? ''
    expect((await runInside(['history', id, ...state()])).stdout).toContain('    - old\n    + novel\n')

    const preview = await runInside(['rollback', '--dry-run', ...state()])
    expect(preview.stdout).toBe(`Undoing transaction ${id} would\n  write the 4 B back to ${directory}/novel, mode 0644\n  remove ${directory}/atlas\n`)
    expect(await runInside(['rollback', ...state()])).toEqual({ code: 0, stdout: `✔ transaction ${id} is undone\n`, stderr: '' })
    expect(readdirSync(directory)).toEqual(['.state', 'novel'])
    expect(readFileSync(join(directory, 'novel'), 'utf8')).toBe('old\n')
    expect((await runInside(['rollback', ...state()])).stderr).toBe(
      `✖ there is no change to undo on local\n  Run \`${['hostwright history', ...state()].join(' ')}\` to see what was done.\n`,
    )
  })

  it('waits for its confirmation, which can be put off', async () => {
    const applied = await runInside(['shelf', 'put', directory, 'atlas', '--confirm', '30s', ...state()])
    expect(applied.stdout.split('\n').at(-2)).toBe(
      `Waiting for confirmation: run \`hostwright confirm --state-dir ${directory}/.state\` from a new connection within 30s, or everything is put back.`,
    )
    expect((await runInside(['confirm', '--extend', '1m', ...state()])).stdout).toMatch(
      /^Transaction \w{26} is undone in (?:1m|59s) unless it is confirmed\.\n$/u,
    )
    expect((await runInside(['confirm', ...state()])).stdout).toMatch(/^✔ transaction \w{26} is kept\n$/u)
    expect((await runInside(['confirm', ...state()])).code).toBe(1)
    expect(readdirSync(directory)).toEqual(['.state', 'atlas'])
  })

  it('exits with 5 if a step fails and everything was undone', async () => {
    const { code, stderr } = await runInside(['shelf', 'put', directory, 'atlas', '--fail', ...state()])
    expect(code).toBe(5)
    expect(stderr).toContain('✖ close the shelf: sh ended with 3: no room')
    expect(readdirSync(directory)).toEqual(['.state'])
  })

  it('needs --yes for what is destructive or cannot be undone', async () => {
    const refused = await runInside(['shelf', 'put', directory, 'atlas', '--burn', ...state()])
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 2,
      stderr: '✖ `burn the oldest book` cannot be undone; nothing was changed\n  Give --yes to permit it.\n',
    })
    expect(readdirSync(directory)).toEqual([])
    expect((await runInside(['shelf', 'put', directory, 'atlas', '--burn', '--yes', ...state()])).code).toBe(0)
  })

  it('gives events and a result, one JSON document a line', async () => {
    const { stdout } = await runInside(['shelf', 'put', directory, 'atlas', '--json', ...state()])
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; seq?: number })
    expect(lines.map(({ type }) => type)).toEqual(['prepared', 'step-begun', 'step-done', 'finished', 'result'])
    expect(lines.slice(0, -1).map(({ seq }) => seq)).toEqual([0, 1, 2, 3])
    expect(lines.at(-1)).toMatchObject({
      ok: true,
      command: 'shelf put',
      host: 'local',
      exitCode: 0,
      data: { applied: true, state: 'committed', left: [], plan: { steps: [{ summary: 'put atlas' }] } },
    })
  })

  it('shows every action and step if asked to explain', async () => {
    const { stdout } = await runInside(['shelf', 'put', directory, 'atlas', '--explain', ...state()])
    expect(stdout).toContain(`    does  write 18 B to ${directory}/atlas\n    undo  remove ${directory}/atlas\n`)
    expect(stdout).toContain('\n✔ put atlas\n')
  })

  it('that has no plan is done by its operation', async () => {
    expect((await runInside(['shelf', 'try', '--', 'ls', '--help'])).stdout).toBe('ran  ls, --help\n')
    expect((await runInside(['shelf', 'try', '--json', '--', 'ls'])).stdout).toBe(
      '{"type":"progress","seq":0,"time":"2026-01-01T00:00:00.000Z","message":"trying","done":1}\n' +
        '{"type":"result","version":1,"ok":true,"command":"shelf try","host":"local","exitCode":0,"data":{"ran":["ls"]}}\n',
    )
  })

  it('that a crash interrupted is ended by recover, which otherwise does nothing', async () => {
    expect(await runInside(['recover', ...state()])).toEqual({ code: 0, stdout: 'Nothing was interrupted.\n', stderr: '' })
  })
})

describe('doctor', () => {
  it('shows the findings of all domains below what the host is', async () => {
    const { code, stdout } = await runInside(['doctor'])
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toContain(' · kernel ')
    expect(stdout.split('\n').slice(1)).toEqual(['', '  ▲ shelf  top board  there is dust on it  hostwright shelf list', '  ✔ level', '', '1 finding', ''])
    expect((await runInside(['doctor', '--check'])).code).toBe(4)
  })

  it('has nothing to fix where no finding has a plan', async () => {
    expect(await runInside(['doctor', '--fix', '--dry-run'])).toEqual({ code: 0, stdout: 'Nothing to change.\n', stderr: '' })
  })
})

describe('help, man and schema', () => {
  it('is shown without arguments, by --help and by help', async () => {
    const { code, stdout } = await runInside([])
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: hostwright COMMAND [flags]\n')
    expect((await runInside(['--help'])).stdout).toBe(stdout)
    expect((await runInside(['help'])).stdout).toBe(stdout)
    expect((await runInside(['help', 'shelf', 'put'])).stdout).toBe((await runInside(['shelf', 'put', '--bogus', '-h'])).stdout)
    expect((await runInside(['help', 'shlef'])).stderr).toBe('✖ there is no command `shlef`\n  Did you mean `hostwright shelf`?\n')
  })

  it('prints manual pages', async () => {
    expect((await runInside(['man', 'shelf', 'put'])).stdout).toMatch(/^\.TH "HOSTWRIGHT-SHELF-PUT" "1" "" "hostwright \d+\.\d+\.\d+" "hostwright manual"\n/u)
    expect((await runInside(['man'])).stdout).toContain('.SH COMMANDS\n')
  })

  it('prints the JSON Schemas of host.yaml and of commands', async () => {
    expect(JSON.parse((await runInside(['schema'])).stdout)).toMatchObject({ title: 'The desired state of a host', type: 'object' })
    expect(JSON.parse((await runInside(['schema', 'shelf', 'list'])).stdout)).toMatchObject({
      name: 'shelf list',
      kind: 'query',
      input: { properties: { sort: { enum: ['name', 'size'] } } },
      output: { type: 'array' },
    })
    expect((await runInside(['schema', 'shelf'])).code).toBe(2)
  })

  it('describe under the name of a change what applying it gives', async () => {
    const { output } = JSON.parse((await runInside(['schema', 'shelf', 'put'])).stdout) as { output: Parameters<typeof z.fromJSONSchema>[0] }
    const schema = z.fromJSONSchema(output)
    for (const argv of [['atlas'], ['atlas', '--dry-run'], []]) {
      const { stdout } = await runInside(['shelf', 'put', directory, ...argv, ...state(), '--json'])
      const { data } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { data: unknown }
      expect(schema.safeParse(data).error).toBeUndefined()
    }
    expect(schema.safeParse({}).success).toBe(false)
  })
})
