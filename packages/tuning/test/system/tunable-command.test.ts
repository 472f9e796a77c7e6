import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { localHost, type Host } from '@hostwright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCommandTunable, setCommand } from '../../src/tunable-command.ts'
import { findTunable } from '../../src/tunable-table.ts'
import type { Tunable } from '../../src/tunable.ts'

const root = process.getuid?.() === 0
const tools = ['ethtool', 'ip'].every((name) => ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((directory) => existsSync(`${directory}/${name}`)))
const namespace = `hw-tunable-${process.pid}`

function get(id: string): Tunable {
  const tunable = findTunable(id)
  if (tunable === undefined) throw new TypeError(id)
  return tunable
}

/** This machine, with every command in the namespace. */
function namespaced(host: Host): Host {
  return { ...host, run: (argv, options) => host.run(['ip', 'netns', 'exec', namespace, ...argv], options) }
}

describe.skipIf(!root || !tools)('ethtool on a veth pair in a network namespace (needs root, ethtool and ip)', () => {
  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', namespace])
    execFileSync('ip', ['-n', namespace, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'])
  })
  afterAll(() => {
    execFileSync('ip', ['netns', 'del', namespace])
  })

  it('reads, sets and reads again what the driver has', async () => {
    await using local = localHost()
    const host = namespaced(local)
    for (const [id, values] of [
      ['ethtool.offload-gro', ['off', 'on']],
      ['ethtool.offload-tso', ['off', 'on']],
      ['ethtool.offload-tx-checksum', ['off', 'on']],
      ['ethtool.channels-rx', ['2', '1']],
    ] as const) {
      for (const value of values) {
        await host.run(setCommand(get(id), 'v0', value))
        const reading = await readCommandTunable(host, get(id), 'v0')
        expect(reading.available ? reading.value : reading.reason, id).toBe(value)
      }
    }
  })

  it('says what the driver does not have', async () => {
    await using local = localHost()
    const host = namespaced(local)
    for (const id of ['ethtool.ring-rx', 'ethtool.coalesce-rx-usecs', 'ethtool.channels-combined', 'ethtool.wake-on-lan']) {
      const reading = await readCommandTunable(host, get(id), 'v0')
      expect(reading.available, id).toBe(false)
      expect(reading.available ? '' : reading.reason, id).toMatch(/\.$/u)
    }
    expect(await readCommandTunable(host, get('ethtool.ring-rx'), 'none0')).toEqual({
      available: false,
      reason: expect.stringMatching(/^ethtool -g none0: .*[Nn]o .*device/u),
    })
  })
})
