import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entries, runCommand } from '../support/run-command.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the command and sends it a signal once the condition holds. */
async function interrupt(argv: readonly string[], signal: NodeJS.Signals, ready: () => boolean): Promise<Awaited<ReturnType<typeof runCommand>>> {
  return runCommand(argv, {
    entry: 'test',
    started(child) {
      const timer = setInterval(() => {
        if (!ready()) return
        clearInterval(timer)
        child.kill(signal)
      }, 20)
      child.once('exit', () => clearInterval(timer))
    },
  })
}

describe('the command as a process', () => {
  it.each([['--version'], ['-V'], ['facts --version'], ['--json --version']])('prints its version for %s', async (line) => {
    expect(await runCommand(line.split(' '))).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('knows its own domains', async () => {
    const { code, stdout } = await runCommand(['--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nDomains:\n {2}facts {3}.+\n(?: {10}.+\n)* {2}tuning {2}.+\n/u)
  })

  it('reads facts of this machine', async () => {
    const { code, stdout, stderr } = await runCommand(['facts', 'kernel', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'result',
      ok: true,
      data: { kernel: { release: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim() } },
    })
  })

  it('tells errors on standard error and by its exit code', async () => {
    expect(await runCommand(['fatcs'])).toEqual({ code: 2, stdout: '', stderr: '✖ there is no command `fatcs`\n  Did you mean `hostwright facts`?\n' })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves a query on %s with 130', async (signal) => {
    const since = Date.now()
    const { code, stderr } = await interrupt(['shelf', 'wait'], signal, () => Date.now() - since > 1500)
    expect({ code, stderr }).toEqual({ code: 130, stderr: '✖ cancelled\n' })
  })

  it('undoes a change that is cancelled, and exits with 130', async () => {
    const shelf = join(directory, 'shelf')
    const { code } = await interrupt(['shelf', 'put', shelf, 'atlas', '--slow', '--state-dir', join(directory, 'state')], 'SIGINT', () =>
      existsSync(join(shelf, 'atlas')),
    )
    expect(code).toBe(130)
    expect(readdirSync(directory)).toEqual(['state'])
  })

  it('does not mind that nobody reads what it prints', async () => {
    const child = spawn(process.execPath, ['--conditions=@hostwright/source', entries.test, 'shelf', 'flood'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(stderr).toBe('')
  })

  it('goes on with a change although nobody reads what it prints', async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=@hostwright/source', entries.test, 'shelf', 'put', directory, 'atlas', 'novel', '--json', '--state-dir', join(directory, 'state')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    child.stdout.destroy()
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(readdirSync(directory)).toEqual(['atlas', 'novel', 'state'])
  })
})
