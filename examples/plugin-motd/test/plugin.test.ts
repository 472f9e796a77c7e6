import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyPlan, loadConfiguration, localHost, planDesiredState, rollbackTransaction, rootedHost } from '@hostwright/core'
import { expect, it } from 'vitest'

const plugin = fileURLToPath(new URL('..', import.meta.url))

it('takes part in desired state: planned, applied, found in order, rolled back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hostwright-plugin-'))
  try {
    const tree = join(directory, 'tree')
    mkdirSync(join(tree, 'etc'), { recursive: true })
    writeFileSync(join(directory, 'host.yaml'), `plugins: [${plugin}]\nmotd:\n  text: Be careful here\n`)
    const host = rootedHost(localHost(), tree)
    const configuration = await loadConfiguration(join(directory, 'host.yaml'), [])
    const plan = await planDesiredState(host, configuration)
    expect(plan.steps.map((step) => [step.summary, step.source])).toEqual([['message of the day: Be careful here', 'host.yaml:3']])
    let id = ''
    for await (const event of applyPlan(host, plan)) if (event.type === 'finished') id = event.transaction
    expect(readFileSync(join(tree, 'etc/motd'), 'utf8')).toBe('Be careful here\n')
    expect((await planDesiredState(host, configuration)).steps).toEqual([])
    await rollbackTransaction(host, id)
    expect(await host.fs.exists('/etc/motd')).toBe(false)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

it('says where its section is wrong', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hostwright-plugin-'))
  try {
    writeFileSync(join(directory, 'host.yaml'), `plugins: [${plugin}]\nmotd:\n  txet: hello\n`)
    await expect(loadConfiguration(join(directory, 'host.yaml'), [])).rejects.toMatchObject({
      message: expect.stringContaining('host.yaml:3:3: unknown key `txet`; did you mean `text`?'),
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
