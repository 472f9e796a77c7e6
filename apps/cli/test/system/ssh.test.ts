import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, type CommandEnd } from '../support/run-command.ts'
import { sshdObstacle, startTestSshd, type TestSshd } from '../support/test-sshd.ts'

describe.skipIf(sshdObstacle !== '')(`--host ssh://${sshdObstacle === '' ? '' : ` (${sshdObstacle})`}`, () => {
  let server: TestSshd
  let directory = ''
  beforeAll(async () => {
    server = await startTestSshd()
    directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-ssh-'))
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (argv: readonly string[], home = server.home): Promise<CommandEnd> =>
    runCommand([...argv, '--host', server.url], { entry: 'test', env: { HOME: home } })
  const state = (): string[] => ['--state-dir', join(directory, 'state')]

  it('reads facts there', async () => {
    const { code, stdout } = await runCommand(['facts', 'kernel', '--json', '--host', server.url], { env: { HOME: server.home } })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      host: server.url,
      data: { kernel: { release: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim() } },
    })
  })

  it('applies a change that waits, confirms it over a new connection, and undoes it', async () => {
    const file = join(directory, 'shelf', 'atlas')
    const applied = await run(['shelf', 'put', join(directory, 'shelf'), 'atlas', '--confirm', '30s', ...state()])
    expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: '' })
    expect(applied.stdout).toContain(`run \`hostwright confirm --host ${server.url} --state-dir ${join(directory, 'state')}\` from a new connection`)
    expect(existsSync(file)).toBe(true)
    expect((await run(['confirm', ...state()])).stdout).toMatch(/^✔ transaction \w{26} is kept\n$/u)
    expect((await run(['history', ...state()])).stdout).toContain('committed')
    expect((await run(['rollback', ...state()])).code).toBe(0)
    expect(existsSync(file)).toBe(false)
  })

  it('refuses a machine whose key is not known, and a login that is refused, each with one message and a hint', async () => {
    const stranger = join(directory, 'stranger')
    mkdirSync(join(stranger, '.ssh'), { recursive: true })
    const unknown = await run(['shelf', 'list'], stranger)
    expect({ code: unknown.code, stdout: unknown.stdout }).toEqual({ code: 1, stdout: '' })
    expect(unknown.stderr).toMatch(/^✖ .*key.*\n {2}.+/u)
    writeFileSync(join(stranger, '.ssh', 'known_hosts'), readFileSync(join(server.home, '.ssh', 'known_hosts')))
    const refused = await run(['shelf', 'list', '--verbose'], stranger)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('code AUTHENTICATION_FAILED')
  })
})
