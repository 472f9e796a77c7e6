import { HostwrightError, isHostwrightError, type Host, type RunResult } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { readCommandTunable, setCommand, tunableCommand } from '../src/tunable-command.ts'
import { findTunable, tunables } from '../src/tunable-table.ts'
import type { Tunable } from '../src/tunable.ts'

function get(id: string): Tunable {
  const tunable = findTunable(id)
  if (tunable === undefined) throw new TypeError(id)
  return tunable
}

/** A host whose commands print what is given for them. */
function host(answers: Readonly<Record<string, Partial<RunResult> | HostwrightError>>): Host {
  return {
    async run(argv: readonly string[]) {
      const answer = answers[argv.join(' ')] ?? new TypeError(`not expected: ${argv.join(' ')}`)
      if (answer instanceof Error) throw answer
      return { argv, exitCode: 0, signal: undefined, durationMs: 1, stdout: '', stderr: '', stdoutBytes: new Uint8Array(), ...answer }
    },
  } as unknown as Host
}

// Printed by ethtool 6.1 for a virtio interface, shortened.
const ring =
  'Ring parameters for eth0:\nPre-set maximums:\nRX:\t\t256\nRX Mini:\tn/a\nTX:\t\t256\nCurrent hardware settings:\nRX:\t\t128\nRX Mini:\tn/a\nTX:\t\t64\nTX Push:\toff\n'
const coalesce = 'Coalesce parameters for eth0:\nAdaptive RX: off  TX: n/a\nstats-block-usecs: n/a\n\nrx-usecs: 0\nrx-frames: 1\n\ntx-usecs: n/a\n'
const channels = 'Channel parameters for eth0:\nPre-set maximums:\nRX:\t\tn/a\nCombined:\t4\nCurrent hardware settings:\nRX:\t\tn/a\nCombined:\t2\n'
const features = JSON.stringify([
  {
    ifname: 'eth0',
    'tcp-segmentation-offload': { active: true, fixed: null, requested: null },
    'large-receive-offload': { active: false, fixed: true, requested: false },
  },
])

async function read(id: string, printed: string): Promise<string> {
  const argv = tunableCommand(get(id), 'eth0').read ?? []
  const reading = await readCommandTunable(host({ [argv.join(' ')]: { stdout: printed } }), get(id), 'eth0')
  return reading.available ? reading.value : reading.reason
}

describe('a tunable that a program keeps', () => {
  it.each([
    ['ethtool.ring-rx', ring, '128'],
    ['ethtool.ring-tx', ring, '64'],
    ['ethtool.channels-combined', channels, '2'],
    ['ethtool.channels-rx', channels, 'The driver of eth0 does not have ethtool.channels-rx.'],
    ['ethtool.coalesce-adaptive-rx', coalesce, 'off'],
    ['ethtool.coalesce-adaptive-tx', coalesce, 'The driver of eth0 does not have ethtool.coalesce-adaptive-tx.'],
    ['ethtool.coalesce-rx-frames', coalesce, '1'],
    ['ethtool.coalesce-tx-usecs', coalesce, 'The driver of eth0 does not have ethtool.coalesce-tx-usecs.'],
    ['ethtool.pause-rx', 'Pause parameters for eth0:\nAutonegotiate:\ton\nRX:\t\toff\nTX:\t\ton\n', 'off'],
    ['ethtool.wake-on-lan', 'Settings for eth0:\n\tSupports Wake-on: pumbg\n\tWake-on: g\n', 'g'],
    ['ethtool.offload-tso', features, 'on'],
    ['ethtool.offload-lro', features, 'The driver of eth0 does not have ethtool.offload-lro.'],
    ['wifi.power-save', 'Power save: on\n', 'on'],
    ['disk.apm', '\n/dev/eth0:\n APM_level\t= 254\n', '254'],
    ['disk.apm', '\n/dev/eth0:\n APM_level\t= off\n', '255'],
    ['disk.apm', '\n/dev/eth0:\n APM_level\t= not supported\n', 'The driver of eth0 does not have disk.apm.'],
  ])('%s is read', async (id, printed, value) => {
    expect(await read(id, printed)).toBe(value)
  })

  it('says why it cannot be read', async () => {
    const missing = host({ 'ethtool -g eth0': new HostwrightError('COMMAND_NOT_FOUND', 'ethtool: not found') })
    expect(await readCommandTunable(missing, get('ethtool.ring-rx'), 'eth0')).toEqual({ available: false, reason: 'The program ethtool is not installed.' })
    const refused = host({ 'ethtool -g eth0': { exitCode: 1, stderr: 'netlink error: Operation not supported\n' } })
    expect(await readCommandTunable(refused, get('ethtool.ring-rx'), 'eth0')).toEqual({
      available: false,
      reason: 'ethtool -g eth0: netlink error: Operation not supported.',
    })
    expect(await readCommandTunable(host({}), get('disk.spindown'), 'sda')).toEqual({ available: false, reason: 'disk.spindown can be set but not read.' })
  })

  it('does not hide a broken connection', async () => {
    const broken = host({ 'ethtool -g eth0': new HostwrightError('CONNECTION_LOST', 'gone') })
    await expect(readCommandTunable(broken, get('ethtool.ring-rx'), 'eth0')).rejects.toSatisfy((error) => isHostwrightError(error, 'CONNECTION_LOST'))
  })

  it.each([
    ['ethtool.ring-rx', 'eth0', '512', 'ethtool -G eth0 rx 512'],
    ['ethtool.channels-combined', 'eth0', '4', 'ethtool -L eth0 combined 4'],
    ['ethtool.coalesce-adaptive-rx', 'eth0', '1', 'ethtool -C eth0 adaptive-rx on'],
    ['ethtool.coalesce-rx-usecs', 'eth0', '0x10', 'ethtool -C eth0 rx-usecs 16'],
    ['ethtool.offload-gro', 'eth0.100', 'off', 'ethtool -K eth0.100 generic-receive-offload off'],
    ['ethtool.pause-tx', 'eth0', '0', 'ethtool -A eth0 tx off'],
    ['ethtool.wake-on-lan', 'eth0', 'd', 'ethtool -s eth0 wol d'],
    ['wifi.power-save', 'wlan0', 'on', 'iw dev wlan0 set power_save on'],
    ['disk.apm', 'sda', '128', 'hdparm -B 128 /dev/sda'],
    ['disk.spindown', 'sda', '0', 'hdparm -S 0 /dev/sda'],
  ])('%s of %s is set to %s by %s', (id, device, value, argv) => {
    expect(setCommand(get(id), device, value).join(' ')).toBe(argv)
  })

  it('takes no value that does not fit, no name that a program would take for an option, and no attribute', () => {
    for (const attempt of [
      () => setCommand(get('ethtool.ring-rx'), 'eth0', 'many'),
      () => setCommand(get('ethtool.ring-rx'), '--help', '1'),
      () => setCommand(get('disk.apm'), '../sda', '1'),
      () => setCommand(get('vm.swappiness'), 'eth0', '1'),
    ])
      expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })

  it('has its commands for every entry of the table', () => {
    for (const tunable of tunables().filter(({ path }) => path.startsWith('command:')))
      expect(tunableCommand(tunable, 'x0').set('1').length, tunable.id).toBeGreaterThan(2)
  })
})
