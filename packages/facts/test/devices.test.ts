import { describe, expect, it } from 'vitest'
import { readBlock, readDmi, readGpus, readInit, readNetwork, readOs, readPowerSupplies, readSensors, readUsb, type BlockDevice } from '@hostwright/facts'
import { interfaceType } from '../src/interface-type.ts'
import { loadFixture, treeFrom } from './fixture-tree.ts'

const shape = (devices: readonly BlockDevice[]): unknown => devices.map(({ name, kind, mountPoints, children }) => [name, kind, mountPoints, shape(children)])

describe('readBlock', () => {
  it('builds the tree from partitions and holders, and finds btrfs mounts by their source', async () => {
    expect(shape(await readBlock(loadFixture('amd-laptop')))).toEqual([
      [
        'nvme0n1',
        'disk',
        [],
        [
          ['nvme0n1p1', 'part', ['/boot/efi'], []],
          ['nvme0n1p2', 'part', [], []],
          ['nvme0n1p3', 'part', [], [['dm-0', 'crypt', [], [['dm-1', 'lvm', ['/', '/home'], []]]]]],
        ],
      ],
      ['zram0', 'zram', ['[SWAP]'], []],
    ])
  })

  it('shows an array below each of its disks, and no hidden path', async () => {
    expect(shape(await readBlock(loadFixture('numa-server')))).toEqual([
      ['nvme1n1', 'disk', ['/srv/data'], []],
      ['sda', 'disk', [], [['sda1', 'part', [], [['md127', 'raid', ['/'], []]]]]],
      ['sdb', 'disk', [], [['sdb1', 'part', [], [['md127', 'raid', ['/'], []]]]]],
    ])
  })

  it('ends where holders hold each other', async () => {
    const device = (name: string, holder: string): Record<string, string> => ({
      [`/sys/class/block/${name}/size`]: '8\n',
      [`/sys/class/block/${name}/dev`]: '8:0\n',
      [`/sys/class/block/${name}/holders/${holder}`]: '-> x',
    })
    const devices = await readBlock(treeFrom({ ...device('sda', 'dm-0'), ...device('dm-0', 'dm-1'), ...device('dm-1', 'dm-0') }))
    expect(devices.map((own) => own.name)).toEqual(['sda'])
    expect(JSON.stringify(devices).match(/"name"/g)?.length).toBeLessThan(20)
  })

  it("reads a SCSI disk's serial number behind the header of its page", async () => {
    const [disk] = await readBlock(treeFrom({ '/sys/class/block/sda/size': '8\n', '/sys/class/block/sda/device/vpd_pg80': '\0\udc80\0\u0008  ABC123' }))
    expect(disk?.serial).toBe('ABC123')
  })
})

describe('readNetwork', () => {
  it('reads bonds, their members and what stands on them', async () => {
    const facts = await readNetwork(loadFixture('numa-server'))
    expect(facts.map(({ name, type, physical, master, lower, upper }) => [name, type, physical, master, lower, upper])).toEqual([
      ['lo', 'loopback', false, undefined, [], []],
      ['ens1f0', 'ethernet', true, 'bond0', [], ['bond0']],
      ['ens2f0', 'ethernet', true, 'bond0', [], ['bond0']],
      ['bond0', 'bond', false, undefined, ['ens1f0', 'ens2f0'], ['bond0.20']],
      ['bond0.20', 'vlan', false, undefined, ['bond0'], []],
    ])
  })

  it('leaves out a speed that is not known', async () => {
    const files = (speed: string): Record<string, string> => ({ '/sys/class/net/eth0/ifindex': '2\n', '/sys/class/net/eth0/speed': `${speed}\n` })
    const speeds = await Promise.all(['-1', '0', '4294967295', '2500'].map(async (speed) => (await readNetwork(treeFrom(files(speed))))[0]?.speedMbps))
    expect(speeds).toEqual([undefined, undefined, undefined, 2500])
  })

  it.each([
    [{ tunFlags: 0x1001 }, 'tun'],
    [{ tunFlags: 0x1002, hardware: 1 }, 'tap'],
    [{ linkedElsewhere: true, hardware: 1 }, 'veth'],
    [{ hardware: 776 }, 'tunnel'],
    [{ hardware: 32, physical: true }, 'infiniband'],
    [{ hardware: 1, physical: true, isWireless: true }, 'wifi'],
    [{ hardware: 65_534, kind: 'wireguard' }, 'wireguard'],
    [{ hardware: 1, name: 'dummy3' }, 'dummy'],
    [{ hardware: 1, name: 'team0' }, 'virtual'],
  ] as const)('tells by %j that an interface is %s', (signs, type) => {
    const nothing = {
      name: 'x',
      hardware: undefined,
      kind: undefined,
      tunFlags: undefined,
      isBridge: false,
      isBond: false,
      isWireless: false,
      physical: false,
      linkedElsewhere: false,
    }
    expect(interfaceType({ ...nothing, ...signs })).toBe(type)
  })
})

describe('readPowerSupplies', () => {
  it('computes energy and wear for a battery that counts charge', async () => {
    const { batteries, adapters, onBattery } = await readPowerSupplies(loadFixture('amd-laptop'))
    expect(batteries.map(({ name, scope, energy, wearPercent, powerWatts }) => ({ name, scope, energy, wearPercent, powerWatts }))).toEqual([
      { name: 'BAT0', scope: 'system', energy: { nowWh: 28.93, fullWh: 35.71, designWh: 50.05 }, wearPercent: 28.65, powerWatts: 7.49 },
      { name: 'hidpp_battery_0', scope: 'device', energy: undefined, wearPercent: undefined, powerWatts: undefined },
    ])
    expect([adapters, onBattery]).toEqual([[{ name: 'AC', type: 'mains', online: false }], true])
  })
})

describe('readSensors', () => {
  it('gives every kind of reading in its unit', async () => {
    const files = Object.entries({
      temp1: 1500,
      fan1: 900,
      in0: 1200,
      curr1: 2500,
      power1: 3_500_000,
      energy1: 4_000_000,
      humidity1: 55_000,
      freq1: 1_800_000_000,
    })
    const base = '/sys/class/hwmon/hwmon0'
    const { chips } = await readSensors(
      treeFrom({ [`${base}/name`]: 'x\n', ...Object.fromEntries(files.map(([name, value]) => [`${base}/${name}_input`, `${value}\n`])) }),
    )
    expect(Object.fromEntries(chips[0]?.readings.map(({ kind, value }) => [kind, value]) ?? [])).toEqual({
      temperature: 1.5,
      fan: 900,
      voltage: 1.2,
      current: 2.5,
      power: 3.5,
      energy: 4,
      humidity: 55,
      frequency: 1800,
    })
  })
})

describe('readUsb', () => {
  it('hangs devices on their hubs', async () => {
    const names = (devices: Awaited<ReturnType<typeof readUsb>>): unknown => devices.map(({ name, children }) => [name, names(children)])
    expect(names(await readUsb(loadFixture('intel-nvidia-laptop')))).toEqual([
      ['usb1', [['1-4', [['1-4.1', []]]]]],
      ['usb2', [['2-2', []]]],
    ])
  })
})

describe('readGpus', () => {
  it('finds both units of a laptop, with the driver of NVIDIA', async () => {
    const gpus = await readGpus(loadFixture('intel-nvidia-laptop'))
    expect(gpus.map(({ vendor, driver, driverVersion, card, renderNode }) => [vendor, driver, driverVersion, card, renderNode])).toEqual([
      ['intel', 'i915', undefined, 'card1', 'renderD128'],
      ['nvidia', 'nvidia', '550.107.02', 'card0', 'renderD129'],
    ])
  })

  it('finds units that are no PCI device', async () => {
    const gpus = await readGpus(loadFixture('raspberry-pi'))
    expect(gpus.map(({ vendor, name, card, renderNode }) => [vendor, name, card, renderNode])).toEqual([
      ['broadcom', 'fec00000.v3d', 'card0', 'renderD128'],
      ['broadcom', 'gpu', 'card1', undefined],
    ])
  })
})

describe('readOs', () => {
  it('falls back to what older and stranger systems have', async () => {
    const idOf = async (files: Record<string, string>): Promise<readonly (string | undefined)[]> => {
      const { id, versionId, source } = await readOs(treeFrom(files))
      return [id, versionId, source]
    }
    expect(await idOf({ '/usr/lib/os-release': 'ID=arch\n' })).toEqual(['arch', undefined, '/usr/lib/os-release'])
    expect(await idOf({ '/etc/redhat-release': 'CentOS release 6.10 (Final)\n' })).toEqual(['centos', '6.10', '/etc/redhat-release'])
    expect(await idOf({ '/etc/debian_version': '6.0.10\n' })).toEqual(['debian', '6.0.10', '/etc/debian_version'])
    expect(await idOf({})).toEqual(['linux', undefined, undefined])
  })
})

describe('readDmi', () => {
  it('leaves out what vendors write in place of a value', async () => {
    const files = {
      sys_vendor: 'Acme',
      product_name: 'To Be Filled By O.E.M.',
      product_serial: 'Default string',
      board_name: 'X570',
      chassis_asset_tag: 'No Asset Tag',
    }
    expect(await readDmi(treeFrom(Object.fromEntries(Object.entries(files).map(([name, value]) => [`/sys/class/dmi/id/${name}`, `${value}\n`]))))).toEqual({
      system: { vendor: 'Acme' },
      board: { name: 'X570' },
    })
  })
})

describe('readInit', () => {
  it.each([
    ['systemd that runs', { '/proc/1/comm': 'systemd\n', '/run/systemd/system/x': '' }, 'systemd'],
    ['OpenRC under its usual init', { '/proc/1/comm': 'init\n', '/run/openrc/softlevel': 'default\n' }, 'openrc'],
    ['runit', { '/proc/1/comm': 'runit\n' }, 'runit'],
    ['System V init', { '/proc/1/comm': 'init\n', '/etc/inittab': '' }, 'sysvinit'],
    ['a container that runs one program, with a directory that a package left', { '/proc/1/comm': 'postgres\n', '/run/systemd/system/x': '' }, 'other'],
    ['systemd in an image', { '/sbin/init': '-> /lib/systemd/systemd' }, 'systemd'],
    ['busybox in an image', { '/sbin/init': '-> /bin/busybox' }, 'busybox'],
    ['Alpine in an image', { '/sbin/init': '-> /bin/busybox', '/sbin/openrc': 'x' }, 'openrc'],
    ['nothing', {}, 'unknown'],
  ])('recognises %s', async (_, files, system) => {
    expect((await readInit(treeFrom(files as Record<string, string>))).system).toBe(system)
  })
})
