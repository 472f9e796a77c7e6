import { expect, it } from 'vitest'
import { domain, findTrouble } from '@hostwright/facts'
import { loadFixture, treeFrom } from './fixture-tree.ts'

async function idsOf(machine: string): Promise<readonly string[]> {
  return (await findTrouble(loadFixture(machine))).map((finding) => `${finding.severity} ${finding.id} ${finding.subject}`)
}

it('names what is wrong with a server', async () => {
  expect(await idsOf('numa-server')).toEqual([
    'info facts/kernel-taint kernel',
    'warning facts/cpu-vulnerable cpu',
    'error facts/memory-failed memory',
    'error facts/raid-degraded md127',
    'error facts/file-system-read-only /srv/data',
    'warning facts/half-duplex ens2f0',
  ])
})

it('names a worn battery and a processor at its limit', async () => {
  expect(await idsOf('intel-nvidia-laptop')).toEqual([
    'info facts/kernel-taint kernel',
    'error facts/overheated coretemp Package id 0',
    'warning facts/battery-worn BAT0',
  ])
})

it('sees that encryption keeps discards from an SSD', async () => {
  expect(await idsOf('amd-laptop')).toEqual(['info facts/ssd-without-discard luks-0a1b2c3d'])
})

it('blames a virtual machine for nothing that only its host can change', async () => {
  expect(await idsOf('kvm-guest')).toEqual(['info facts/cpu-vulnerable cpu'])
})

it('says when the vulnerabilities are there on purpose', async () => {
  const tree = treeFrom({
    '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu\n',
    '/proc/cmdline': 'quiet mitigations=off\n',
    '/sys/devices/system/cpu/vulnerabilities/spectre_v2': 'Vulnerable; IBPB: disabled\n',
  })
  expect(await findTrouble(tree)).toEqual([
    {
      id: 'facts/cpu-vulnerable',
      domain: 'facts',
      severity: 'info',
      subject: 'cpu',
      message: 'The CPU has a vulnerability without mitigation (spectre_v2): the kernel command line switches mitigations off.',
      evidence: ['/sys/devices/system/cpu/vulnerabilities/spectre_v2: Vulnerable; IBPB: disabled'],
      command: ['facts', 'cpu'],
    },
  ])
})

it('does not believe limits that no chip has', async () => {
  const hwmon = '/sys/class/hwmon/hwmon0'
  const tree = treeFrom({ [`${hwmon}/name`]: 'odd\n', [`${hwmon}/temp1_input`]: '30000\n', [`${hwmon}/temp1_crit`]: '0\n' })
  expect(await findTrouble(tree)).toEqual([])
})

it('names passive and critical trip points that are passed', async () => {
  const zone = '/sys/class/thermal/thermal_zone0'
  const files = {
    [`${zone}/type`]: 'cpu-thermal\n',
    [`${zone}/temp`]: '96000\n',
    [`${zone}/trip_point_0_type`]: 'passive\n',
    [`${zone}/trip_point_0_temp`]: '95000\n',
    [`${zone}/trip_point_1_type`]: 'critical\n',
    [`${zone}/trip_point_1_temp`]: '110000\n',
  }
  const messages = async (tree: ReturnType<typeof treeFrom>): Promise<readonly string[]> =>
    (await findTrouble(tree)).map((own) => `${own.severity}: ${own.message}`)
  expect(await messages(treeFrom(files))).toEqual(['warning: cpu-thermal is at 96 °C, past its passive point of 95 °C: the machine is slowed down.'])
})

it('names a second root and lines that are no accounts', async () => {
  const tree = treeFrom({ '/etc/passwd': 'root:x:0:0:::/bin/sh\ntoor:x:0:0:::/bin/sh\nlocked:x:0:0:::/usr/sbin/nologin\nbroken\n' })
  expect((await findTrouble(tree)).map((finding) => [finding.id, finding.subject])).toEqual([
    ['facts/second-root', 'toor'],
    ['facts/account-line', '/etc/passwd:4'],
  ])
})

it('takes part in doctor through its domain', async () => {
  const host = { fs: loadFixture('amd-laptop') } as unknown as Parameters<NonNullable<typeof domain.findings>>[0]
  expect(await domain.findings?.(host)).toEqual(await findTrouble(host.fs))
})
