import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runInside } from './support/run-inside.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-'))
  writeFileSync(
    join(directory, 'plugin.mjs'),
    `import * as z from '${import.meta.resolve('zod')}'
    const section = {
      name: 'bells',
      schema: z.strictObject({ file: z.string(), done: z.boolean().default(false) }),
      observe: async () => ({}),
      async plan(host, desired, source) {
        const undo = { kind: 'actions', actions: [{ kind: 'remove', path: desired.file }] }
        const ring = { id: 'ring', summary: 'ring the bell', risk: 'disruptive', action: { kind: 'run', argv: ['touch', desired.file] }, undo, source: source?.locate(['file']) }
        return { version: 1, domain: 'bells', host: host.label, reads: [], notes: [], steps: desired.done ? [] : [ring] }
      },
    }
    const ring = { kind: 'query', name: 'bells ring', summary: 'Ring a bell', input: z.object({}), output: z.object({}), run: async () => ({ rang: true }) }
    export const domain = { name: 'bells', summary: 'Bells', operations: [ring], section }
    `,
  )
  writeFileSync(join(directory, 'host.yaml'), `plugins: [./plugin.mjs]\nbells:\n  file: ${directory}/rung\n`)
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const run = (...argv: readonly string[]): ReturnType<typeof runInside> => runInside([...argv, '--state-dir', join(directory, '.state')], { cwd: directory })

describe('plan and apply', () => {
  it('show the change that host.yaml asks for, and how to apply it on the same host', async () => {
    expect(await run('plan')).toEqual({
      code: 0,
      stdout: [
        'host.yaml → local',
        '  * ring the bell  disruptive',
        '    (host.yaml:3)',
        '1 change, 1 disruptive.',
        `Apply with: hostwright apply --confirm 60s --state-dir ${directory}/.state`,
        '',
      ].join('\n'),
      stderr: '',
    })
    expect((await run('plan', '--check')).code).toBe(4)
  })

  it('make the change and undo it', async () => {
    const { code, stdout } = await run('apply')
    expect(code).toBe(0)
    expect(stdout).toContain('✔ 1 of 1 steps')
    expect(readFileSync(join(directory, 'rung'), 'utf8')).toBe('')
    expect((await run('rollback')).code).toBe(0)
    expect((await run('plan', '--check')).code).toBe(4)
  })

  it('have nothing to do where the host is as it should be', async () => {
    writeFileSync(join(directory, 'host.yaml'), `plugins: [./plugin.mjs]\nbells: { file: x, done: true }\n`)
    expect(await run('apply')).toEqual({ code: 0, stdout: 'Nothing to change.\n', stderr: '' })
    expect(await run('plan', '--check')).toEqual({ code: 0, stdout: 'host.yaml → local\nNothing to change.\n', stderr: '' })
  })

  it('tell every mistake of the file with its place', async () => {
    writeFileSync(join(directory, 'host.yaml'), `plugins: [./plugin.mjs]\nbels: {}\nbells: { file: 3 }\n`)
    const { code, stdout, stderr } = await run('plan')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('✖ host.yaml:2:1: unknown section `bels`; did you mean `bells`?\n')
    expect(stderr).toContain('  host.yaml:3:16: ')
  })
})

describe('plugins', () => {
  it('of a configuration that is named bring their commands, with help and completion', async () => {
    const config = ['--config', join(directory, 'host.yaml')]
    expect(await run('bells', 'ring', ...config)).toEqual({ code: 0, stdout: 'rang  yes\n', stderr: '' })
    expect((await run('--help', ...config)).stdout).toContain('\n  bells  Bells\n')
    expect((await run('bells', 'ring', '--help', ...config)).stdout).toContain('Usage: hostwright bells ring [flags]\n')
    expect((await runInside(['__complete', '--', ...config, 'bel'])).stdout).toBe('bells\tBells\n')
  })

  it('of a configuration that merely lies there are not run', async () => {
    expect((await run('bells', 'ring')).stderr).toContain('✖ there is no command `bells`\n')
  })
})
