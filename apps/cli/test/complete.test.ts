import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInside } from './support/run-inside.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-completion-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('values that only the machine knows', () => {
  it('are asked of the operation, and of the SSH configuration for --host', async () => {
    mkdirSync(join(directory, '.ssh'), { recursive: true })
    writeFileSync(join(directory, '.ssh', 'config'), 'Host db1 db2\n  User root\nHost *.lan\n')
    const env = { HOME: directory }
    expect((await runInside(['__complete', '--', '--host', 'ssh'], { env })).stdout).toBe('ssh://db1\nssh://db2\nssh://\n')
    expect((await runInside(['__complete', '--', '--host', 'ssh://db1,su'], { env })).stdout).toBe('ssh://db1,sudo\n')
    expect((await runInside(['__complete', '--', 'shelf', 'book', 'lex'])).stdout).toBe('lexicon\n')
  })

  it('are none where finding them fails', async () => {
    expect(await runInside(['__complete', '--', 'shelf', 'book', '--host', 'bogus', 'lex'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})
