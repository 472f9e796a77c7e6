import { describe, expect, it } from 'vitest'
import type { DeviceSelector } from '../src/profile.ts'
import { readTunable, tunableInstances } from '../src/tunable-instances.ts'
import { findTunable } from '../src/tunable-table.ts'
import type { Tunable } from '../src/tunable.ts'
import { memoryTree } from './memory-tree.ts'

function get(id: string): Tunable {
  const tunable = findTunable(id)
  if (tunable === undefined) throw new TypeError(id)
  return tunable
}

function disk(name: string, place: string, rotational: 0 | 1): Record<string, string | { link: string }> {
  return {
    [`/sys/block/${name}`]: { link: `../devices/${place}/block/${name}` },
    [`/sys/devices/${place}/block/${name}/queue/rotational`]: `${rotational}\n`,
    [`/sys/devices/${place}/block/${name}/queue/scheduler`]: 'none [mq-deadline] bfq\n',
  }
}

const tree = memoryTree({
  ...disk('sda', 'pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0', 1),
  ...disk('sdb', 'pci0000:00/0000:00:14.0/usb2/2-1/host6/target6:0:0/6:0:0:0', 0),
  ...disk('nvme0n1', 'pci0000:00/0000:01:00.0/nvme/nvme0', 0),
  ...disk('loop0', 'virtual', 0),
  ...disk('dm-0', 'virtual', 0),
  '/sys/block/zram0/queue/rotational': '0\n',
  '/sys/block/zram0/comp_algorithm': 'lzo [zstd]\n',
  '/sys/devices/system/cpu/cpu0/cpuidle/state0/disable': '0\n',
  '/sys/devices/system/cpu/cpu0/cpuidle/state1/disable': '1\n',
  '/sys/devices/system/cpu/cpu10/cpuidle/state0/disable': '0\n',
  '/sys/devices/system/cpu/cpu2/cpuidle/state0/disable': '0\n',
  '/sys/devices/system/cpu/cpufreq/boost': '1\n',
  '/sys/class/net/eth0/device/vendor': '0x8086\n',
  '/sys/class/net/eth0/tx_queue_len': '1000\n',
  '/sys/class/net/eth0/queues/rx-0/rps_cpus': '0,00000003\n',
  '/sys/class/net/eth0/queues/rx-1/rps_cpus': '0\n',
  '/sys/class/net/lo/tx_queue_len': '1000\n',
  '/proc/sys/net/ipv4/conf/all/rp_filter': '1\n',
  '/proc/sys/net/ipv4/conf/eth0/rp_filter': '2\n',
  '/proc/sys/net/ipv4/conf/eth0.100/rp_filter': '0\n',
  '/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t33554432\n',
  '/proc/irq/24/smp_affinity_list': '0-1\n',
  '/proc/irq/default_smp_affinity': '3\n',
})

async function names(id: string, selector?: DeviceSelector): Promise<readonly string[]> {
  return (await tunableInstances(tree, get(id), selector)).map(({ instance }) => instance)
}

describe('the places of a tunable', () => {
  it('are the disks that hold data by themselves', async () => {
    expect(await names('block.scheduler')).toEqual(['nvme0n1', 'sda', 'sdb'])
    expect(await names('block.scheduler', { names: ['*'] })).toEqual(['nvme0n1', 'sda', 'sdb'])
  })

  it('are other disks too where a pattern names them', async () => {
    expect(await names('block.scheduler', { names: ['loop*', 'dm-[0-9]', 'nvme*'] })).toEqual(['dm-0', 'loop0', 'nvme0n1'])
    expect(await names('zram.comp-algorithm')).toEqual(['zram0'])
  })

  it('follow the selector', async () => {
    expect(await names('block.scheduler', { rotational: true })).toEqual(['sda'])
    expect(await names('block.scheduler', { rotational: false })).toEqual(['nvme0n1', 'sdb'])
    expect(await names('block.scheduler', { transport: ['sata', 'nvme'] })).toEqual(['nvme0n1', 'sda'])
    expect(await names('block.scheduler', { rotational: false, transport: ['usb'] })).toEqual(['sdb'])
    expect(await names('block.scheduler', { notNames: ['sd?'] })).toEqual(['nvme0n1'])
    expect(await names('block.scheduler', { names: ['vd*'] })).toEqual([])
    expect(await names('net.tx-queue-length', { rotational: false })).toEqual([])
  })

  it('are the CPUs and their states in natural order', async () => {
    expect(await names('cpuidle.disable')).toEqual(['cpu0/state0', 'cpu0/state1', 'cpu2/state0', 'cpu10/state0'])
    expect(await names('cpuidle.disable', { names: ['cpu0'] })).toEqual(['cpu0/state0', 'cpu0/state1'])
    expect(await names('cpuidle.disable', { names: ['state1'] })).toEqual(['cpu0/state1'])
  })

  it('are interfaces with hardware behind them, others by name, and all conf entries', async () => {
    expect(await names('net.tx-queue-length')).toEqual(['eth0'])
    expect(await names('net.tx-queue-length', { names: ['lo'] })).toEqual(['lo'])
    expect(await names('net.rps-cpus')).toEqual(['eth0/rx-0', 'eth0/rx-1'])
    expect(await names('net.ipv4.conf.{interface}.rp_filter')).toEqual(['all', 'eth0', 'eth0.100'])
    expect(await names('ethtool.ring-rx')).toEqual(['eth0'])
  })

  it('do not take files for devices', async () => {
    expect(await names('irq.affinity-list')).toEqual(['24'])
    expect(await names('cpufreq.governor')).toEqual([])
  })

  it('are one without a name, or none, where the tunable exists once', async () => {
    expect(await tunableInstances(tree, get('cpufreq.boost'))).toEqual([{ instance: '', path: '/sys/devices/system/cpu/cpufreq/boost' }])
    expect(await tunableInstances(tree, get('thp.enabled'))).toEqual([])
  })
})

describe('reading', () => {
  it('gives text and value, of a list the chosen word', async () => {
    expect(await readTunable(tree, get('block.scheduler'), { names: ['sda'] })).toEqual([
      { instance: 'sda', path: '/sys/block/sda/queue/scheduler', text: 'none [mq-deadline] bfq', value: 'mq-deadline' },
    ])
    expect(await readTunable(tree, get('net.ipv4.tcp_rmem'))).toEqual([
      { instance: '', path: '/proc/sys/net/ipv4/tcp_rmem', text: '4096\t131072\t33554432', value: '4096 131072 33554432' },
    ])
  })

  it('gives nothing for what only a program can read', async () => {
    expect(await readTunable(tree, get('ethtool.ring-rx'))).toEqual([])
  })
})
