import { describe, expect, it } from 'vitest'
import { diskTransport, HostwrightError, readArchitecture, readMachineTraits } from '@hostwright/core'
import { textTree } from './support/text-tree.ts'

const server = {
  '/proc/sys/kernel/osrelease': '6.8.0\n',
  '/proc/sys/kernel/arch': 'x86_64\n',
  '/proc/meminfo': 'MemTotal:       16384000 kB\nSwapTotal:       2048 kB\n',
  '/proc/cpuinfo': 'processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu\n',
  '/sys/devices/system/cpu/online': '0-7,16\n',
  '/sys/devices/system/node/online': '0-1\n',
  '/sys/class/dmi/id/chassis_type': '23\n',
  '/sys/class/power_supply/mouse/type': 'Battery\n',
  '/sys/class/power_supply/mouse/scope': 'Device\n',
  '/sys/class/power_supply/mouse/status': 'Discharging\n',
  '/sys/bus/pci/devices/0000:01:00.0/class': '0x030200\n',
  '/sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
  '/sys/bus/pci/devices/0000:02:00.0/class': '0x020000\n',
  '/sys/bus/pci/devices/0000:02:00.0/vendor': '0x8086\n',
  '/sys/class/net/eno1/device/uevent': 'DRIVER=igb\n',
  '/sys/class/net/br0/bridge/bridge_id': '8000\n',
  '/sys/block/sda': '-> ../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda',
  '/sys/block/sda/size': '1953525168\n',
  '/sys/block/sda/queue/rotational': '1\n',
  '/sys/block/sda/removable': '0\n',
  '/sys/block/loop0/size': '2048\n',
  '/sys/block/dm-0/size': '2048\n',
  '/sys/block/sdb/size': '0\n',
  '/sys/block/nvme0c0n1/size': '2048\n',
  '/proc/812/comm': 'qemu-system-x86\n',
  '/proc/813/comm': 'dockerd\n',
  '/proc/814/comm': 'bash\n',
}

describe('readMachineTraits', () => {
  it('reads the traits of a running machine', async () => {
    expect(await readMachineTraits(textTree(server))).toEqual({
      kernelRelease: '6.8.0',
      architecture: 'x86_64',
      memoryBytes: 16_777_216_000,
      swapBytes: 2_097_152,
      cpuCount: 9,
      cpuVendor: 'amd',
      numaNodeCount: 2,
      virtualisation: { kind: 'none', technology: 'none', evidence: ['/proc/cpuinfo has no flag hypervisor'] },
      chassis: 'server',
      battery: { present: false, discharging: false },
      gpuVendors: ['nvidia'],
      disks: [{ name: 'sda', rotational: true, transport: 'sata', sizeBytes: 1_000_204_886_016, removable: false }],
      networkInterfaces: ['eno1'],
      guestsServed: ['docker', 'qemu'],
    })
  })

  it('gives zero, nothing or unknown for a tree without a system', async () => {
    expect(await readMachineTraits(textTree({}))).toEqual({
      kernelRelease: '',
      architecture: '',
      memoryBytes: 0,
      swapBytes: 0,
      cpuCount: 0,
      cpuVendor: 'other',
      numaNodeCount: 1,
      virtualisation: { kind: 'none', technology: 'unknown', evidence: ['/proc is empty: this system is not running'] },
      chassis: 'unknown',
      battery: { present: false, discharging: false },
      gpuVendors: [],
      disks: [],
      networkInterfaces: [],
      guestsServed: [],
    })
  })

  it.each([
    ['what the administrator says', { '/etc/machine-info': 'CHASSIS=convertible\n', '/sys/class/dmi/id/chassis_type': '3\n' }, 'convertible'],
    ['DMI', { '/sys/class/dmi/id/chassis_type': '31\n' }, 'convertible'],
    ['ACPI, where DMI says nothing of use', { '/sys/class/dmi/id/chassis_type': '2\n', '/sys/firmware/acpi/pm_profile': '4\n' }, 'server'],
    ['the device tree', { '/proc/device-tree/chassis-type': 'tablet\0', '/proc/device-tree/compatible': 'x\0' }, 'tablet'],
    ['the device tree of a board', { '/proc/device-tree/compatible': 'raspberrypi,4-model-b\0' }, 'embedded'],
    ['a battery', { '/sys/class/power_supply/BAT0/type': 'Battery\n', '/sys/class/power_supply/BAT0/status': 'Full\n' }, 'laptop'],
  ])('decides the chassis by %s', async (_, files, chassis) => {
    expect((await readMachineTraits(textTree({ '/proc/cpuinfo': 'flags\t: fpu\n', ...files }))).chassis).toBe(chassis)
  })

  it('does not take a lost connection for an empty machine', async () => {
    const lost = async (): Promise<never> => {
      throw new HostwrightError('CONNECTION_LOST', 'the connection broke')
    }
    await expect(readMachineTraits({ ...textTree(server), list: lost })).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })
})

describe('readArchitecture', () => {
  const elf = (bits: 1 | 2, order: 1 | 2, machine: number): string => {
    const number = order === 1 ? [machine & 0xff, machine >> 8] : [machine >> 8, machine & 0xff]
    return String.fromCharCode(0x7f, 0x45, 0x4c, 0x46, bits, order, 1, 0, ...[0, 0, 0, 0, 0, 0, 0, 0], 2, 0, ...number)
  }

  it.each([
    ['what the kernel says', { '/proc/sys/kernel/arch': 'riscv64\n', '/bin/sh': elf(2, 1, 62) }, 'riscv64'],
    ['the header of /bin/sh', { '/bin/sh': elf(2, 1, 183) }, 'aarch64'],
    ['a big-endian header', { '/bin/sh': elf(2, 2, 22) }, 's390x'],
    ['little-endian Power', { '/bin/sh': elf(2, 1, 21) }, 'ppc64le'],
    ['a 32-bit user land on a 64-bit kernel', { '/bin/sh': elf(1, 1, 40), '/proc/kallsyms': '0000000000000000 T _text\n' }, 'aarch64'],
    ['a 32-bit user land on a 32-bit kernel', { '/bin/sh': elf(1, 1, 3), '/proc/kallsyms': '00000000 T _text\n' }, 'i686'],
    ['the next program where the first is a script', { '/bin/sh': '#!/bin/busybox sh, and more\n', '/usr/bin/env': elf(2, 1, 62) }, 'x86_64'],
    ['nothing', { '/bin/sh': '\u007fELF' }, ''],
  ])('goes by %s', async (_, files, architecture) => {
    expect(await readArchitecture(textTree(files as Record<string, string>))).toBe(architecture)
  })
})

describe('diskTransport', () => {
  it.each([
    ['nvme0n1', '../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1', 'nvme'],
    ['sda', '../devices/pci0000:00/0000:00:14.0/usb2/2-2/2-2:1.0/host0/target0:0:0/0:0:0:0/block/sda', 'usb'],
    ['sda', '../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda', 'sata'],
    ['sda', '../devices/pci0000:17/0000:18:00.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0/block/sda', 'sas'],
    ['sda', '../devices/LNXSYSTM:00/VMBUS:00/x/host0/target0:0:0/0:0:0:0/block/sda', 'scsi'],
    ['sda', '../devices/pci0000:00/0000:03:00.0/virtio2/host2/target2:0:0/2:0:0:1/block/sda', 'virtio'],
    ['vda', '../devices/platform/a000000.virtio_mmio/virtio0/block/vda', 'virtio'],
    ['xvda', '../devices/vbd-51712/block/xvda', 'xen'],
    ['mmcblk0', '../devices/platform/fe340000.mmc/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0', 'mmc'],
    ['pmem0', '../devices/LNXSYSTM:00/ndbus0/region0/namespace0.0/block/pmem0', 'unknown'],
  ])('of %s at %s is %s', (name, path, transport) => {
    expect(diskTransport(name, path)).toBe(transport)
  })
})
