import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const probe = fileURLToPath(new URL('../support/loaded-modules.mjs', import.meta.url))

/** Runs the built command and gives what it printed and which files of its own or of other packages it loaded. */
function run(...argv: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly files: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', probe, main, ...argv], {
    encoding: 'utf8',
    env: { HOME: '/nonexistent', PATH: '/usr/bin:/bin' },
  })
  const files = (JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as string[]).filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
  return { status, stdout, files }
}

const text = (files: readonly string[]): string => files.map((path) => readFileSync(path, 'utf8')).join('\n')

describe.skipIf(!existsSync(main))('the built command (needs a build)', () => {
  it('loads nothing but itself for its version', () => {
    const { status, files } = run('--version')
    expect(status).toBe(0)
    expect(files.length).toBeLessThanOrEqual(3)
  })

  it.each([[['--help']], [['tuning', 'apply', '--help']], [['__complete', '--', 'tun']], [['fatcs']]])('loads neither zod nor a domain for %j', (argv) => {
    const { files } = run(...argv)
    expect(text(files)).not.toContain('$ZodType')
    expect(files.filter((path) => /\/(?:facts|tuning)-\w+\.js$/u.test(path))).toEqual([])
  })

  it('loads only the domain of the command, and nothing of other packages', () => {
    const { status, files } = run('facts', 'kernel')
    expect(status).toBe(0)
    expect(files.filter((path) => /\/tuning-\w+\.js$/u.test(path) || path.includes('/node_modules/'))).toEqual([])
  })

  it('has the same help as the sources, so its catalogue is of the same operations', async () => {
    expect(run('--help').stdout).toBe((await runCommand(['--help'])).stdout)
    expect(run('tuning', '--help').stdout).toBe((await runCommand(['tuning', '--help'])).stdout)
  })
})
