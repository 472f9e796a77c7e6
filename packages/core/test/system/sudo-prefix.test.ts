import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPlanner, localHost, prefixHost, rollbackTransaction, sudoPrefix } from '../../src/index.ts'
import { apply, ending } from '../support/workbench.ts'

const missing = spawnSync('sudo', ['-n', 'true']).status !== 0

describe.skipIf(missing)(`a host behind sudo${missing ? ' (skipped: needs sudo without a password)' : ''}`, () => {
  it('runs commands as the other user, with their directory, variables and exit codes', async () => {
    const host = prefixHost(localHost(), sudoPrefix('nobody'))
    expect((await host.run(['id', '-un'])).stdout).toBe('nobody\n')
    expect((await host.run(['sh', '-c', 'echo "$PWD $GREETING $LC_ALL"'], { cwd: '/tmp', env: { GREETING: 'a b' } })).stdout).toBe('/tmp a b C\n')
    expect((await host.run(['sh', '-c', 'exit 7'], { check: false })).exitCode).toBe(7)
    await expect(host.run(['hostwright-no-such-program'])).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' })
    await expect(host.fs.readText('/etc/shadow')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('applies a plan as root and rolls it back', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hostwright-sudo-'))
    try {
      const host = prefixHost(localHost(), sudoPrefix())
      const planner = createPlanner(host, 'test')
      await planner.write(join(directory, 'file'), 'made as root\n', { mode: 0o600 })
      const options = { stateDirectory: join(directory, 'state') }
      const { events, error } = await apply(host, planner.finish(), options)
      expect(error).toBeUndefined()
      expect([readFileSync(join(directory, 'file'), 'utf8'), statSync(join(directory, 'file')).uid]).toEqual(['made as root\n', 0])
      expect((await rollbackTransaction(host, ending(events).id, options)).state).toBe('undone')
      expect(await host.fs.exists(join(directory, 'file'))).toBe(false)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
