import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lingeringProcesses, markedProcesses, runMarker, traces } from '../leftovers.ts'

it('finds a process that carries the mark, even in a session of its own, until it ends', async () => {
  const mark = randomUUID()
  const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, [runMarker]: mark }, detached: true, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  await new Promise((resolve) => child.on('spawn', resolve))
  try {
    expect(await lingeringProcesses(mark, 0)).toEqual([`${child.pid} sleep 60`])
    expect(markedProcesses(randomUUID())).toEqual([])
  } finally {
    child.kill('SIGKILL')
    await ended
  }
  expect(await lingeringProcesses(mark)).toEqual([])
})

it('finds a temporary folder of a test until it is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-left-'))
  expect(traces()).toContain(folder)
  await rmdir(folder)
  expect(traces()).not.toContain(folder)
})
