import type { Host, RunResult } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { planProfile, verifyProfile } from '../src/index.ts'
import type { Profile } from '../src/index.ts'
import { modelHost } from './model-host.ts'

const rings = (rx: number): string =>
  `Ring parameters for eth0:\nPre-set maximums:\nRX:\t\t4096\nTX:\t\t4096\nCurrent hardware settings:\nRX:\t\t${rx}\nTX:\t\t256\n`

/** A machine whose ethtool knows the rings of eth0. */
function machine(): Host & { readonly ran: string[][] } {
  const model = modelHost({ files: { '/sys/class/net/eth0/device/vendor': '0x8086\n', '/usr/bin/systemd-tmpfiles': '' } })
  const state = { rx: 256 }
  return Object.assign(model, {
    async run(argv: readonly string[]): Promise<RunResult> {
      model.ran.push([...argv])
      const known = argv[0] === 'ethtool' && argv[2] === 'eth0'
      if (known && argv[1] === '-G') state.rx = Number(argv[4])
      const stdout = known && argv[1] === '-g' ? rings(state.rx) : ''
      return {
        argv,
        exitCode: known ? 0 : 95,
        signal: undefined,
        durationMs: 0,
        stdout,
        stderr: known ? '' : 'not supported',
        stdoutBytes: new TextEncoder().encode(stdout),
      }
    },
  })
}

const profile = (tunable: string, value: Profile['settings'][number]['value']): Profile => ({
  name: 'own',
  summary: 'Own',
  origin: 'test',
  settings: [{ tunable, value, why: 'because', source: 'test' }],
})

describe('values that a program sets', () => {
  it('are planned as commands with the present value as their undo, and checked by what the program prints', async () => {
    const host = machine()
    const plan = await planProfile(host, profile('ethtool.ring-rx', { atLeast: '2048' }))
    expect(plan.steps).toEqual([
      {
        id: 'set ethtool.ring-rx of eth0',
        summary: 'ethtool.ring-rx of eth0 256 → 2048',
        risk: 'disruptive',
        action: { kind: 'run', argv: ['ethtool', '-G', 'eth0', 'rx', '2048'] },
        undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['ethtool', '-G', 'eth0', 'rx', '256'] }] },
        why: 'because',
        source: 'test',
      },
    ])
    expect(plan.reads.find((read) => read.kind === 'output')).toEqual({ kind: 'output', argv: ['ethtool', '-g', 'eth0'], stdout: rings(256), exitCode: 0 })
    expect(plan.notes).toEqual([{ level: 'warning', subject: 'after a reboot', message: 'these values have to be applied again: ethtool.ring-rx' }])
    await host.run(['ethtool', '-G', 'eth0', 'rx', '2048'])
    expect((await planProfile(host, profile('ethtool.ring-rx', { atLeast: '2048' }))).steps).toEqual([])
    expect((await verifyProfile(host, profile('ethtool.ring-rx', '4096'))).settings[0]).toMatchObject({ want: '4096', have: '2048', status: 'differs' })
  })

  it('that the device does not have are no failure', async () => {
    const { ok, settings } = await verifyProfile(machine(), profile('ethtool.pause-rx', 'on'))
    expect([ok, settings[0]?.status]).toEqual([true, 'no such device'])
  })
})
