import { describe, expect, it } from 'vitest'
import { readVirtualisation, type Virtualisation } from '@hostwright/core'
import { textTree } from './support/text-tree.ts'

const initial = { '/proc/self/ns/pid': '-> pid:[4026531836]', '/proc/self/ns/mnt': '-> mnt:[4026531841]', '/proc/1/ns/mnt': '-> mnt:[4026531841]' }
const contained = { '/proc/self/ns/pid': '-> pid:[4026532501]', '/proc/self/ns/mnt': '-> mnt:[4026532498]' }
const hardware = { ...initial, '/proc/sys/kernel/osrelease': '6.1.0-25-amd64\n', '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vmx sse\n' }
const guest = { ...hardware, '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu sse hypervisor lahf_lm\n' }
const overlayRoot = '600 500 0:60 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n'
const dmi = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`/sys/class/dmi/id/${name}`, `${value}\n`]))

async function kindOf(files: Readonly<Record<string, string>>): Promise<Omit<Virtualisation, 'evidence'>> {
  const { evidence, ...verdict } = await readVirtualisation(textTree(files))
  expect(evidence.every((text) => text.length > 0)).toBe(true)
  return verdict
}

const none = { kind: 'none', technology: 'none' }
const vm = (technology: string, monitor?: string): object => ({ kind: 'vm', technology, ...(monitor === undefined ? {} : { monitor }) })
const container = (technology: string): object => ({ kind: 'container', technology })

describe('hardware', () => {
  it.each<[string, Record<string, string>]>([
    ['a CPU without the hypervisor flag', hardware],
    ['a bare-metal machine that its cloud names like its virtual ones', { ...hardware, ...dmi({ sys_vendor: 'Amazon EC2', product_name: 'm5.metal' }) }],
    ['a server of the vendor of VirtualBox', { ...hardware, ...dmi({ sys_vendor: 'Oracle Corporation', product_name: 'ORACLE SERVER X8-2' }) }],
    ['a laptop of the vendor of Hyper-V', { ...hardware, ...dmi({ sys_vendor: 'Microsoft Corporation', product_name: 'Surface Laptop 4' }) }],
    ['a Chromebook', { ...hardware, ...dmi({ sys_vendor: 'Google', product_name: 'Eve' }) }],
    [
      'a server with a SmartNIC that shows virtio devices',
      { ...hardware, '/sys/bus/virtio/devices/virtio0': '-> ../../../devices/pci0000:00/0000:3b:00.0/virtio0' },
    ],
    ['the privileged domain of Xen', { ...guest, '/sys/hypervisor/type': 'xen\n', '/proc/xen/capabilities': 'control_d\n' }],
    ['the privileged domain of Xen by its feature bits', { ...guest, '/sys/hypervisor/type': 'xen\n', '/sys/hypervisor/properties/features': '00002f05\n' }],
    ['the root partition of Hyper-V', { ...guest, '/sys/module/mshv_root/uevent': '' }],
    [
      'a board that talks to its co-processor by virtio',
      {
        ...initial,
        '/proc/sys/kernel/osrelease': '6.6.31\n',
        '/proc/cpuinfo': 'processor\t: 0\nFeatures\t: fp asimd\n',
        '/sys/bus/virtio/devices/virtio0': '-> ../../../devices/platform/remoteproc/remoteproc0/rproc-virtio.0/virtio0',
      },
    ],
    [
      'a Graviton bare-metal machine',
      {
        ...initial,
        '/proc/sys/kernel/osrelease': '6.1\n',
        '/proc/cpuinfo': 'Features\t: fp\n',
        ...dmi({ sys_vendor: 'Amazon EC2', product_name: 'm7g.metal' }),
      },
    ],
  ])('is not mistaken: %s', async (_, files) => {
    expect(await kindOf(files)).toEqual(none)
  })

  it('keeps the contradicting signs as evidence', async () => {
    const { evidence } = await readVirtualisation(textTree({ ...hardware, ...dmi({ sys_vendor: 'Amazon EC2', product_name: 'bare' }) }))
    expect(evidence).toEqual(['/proc/cpuinfo has no flag hypervisor', 'DMI sys_vendor is Amazon EC2, but the CPU has no flag hypervisor: this is hardware'])
  })
})

describe('virtual machines', () => {
  const cpuid = (first: string, second = ''): Record<string, string> => {
    const device = [...'\0'.repeat(0x110)]
    const place = (at: number, text: string): void => [...`\0\0\0\0${text.padEnd(12, '\0')}`].forEach((character, index) => (device[at + index] = character))
    place(0, first)
    place(0x100, second)
    return { cpuid: device.join('') }
  }
  /** The cpuid device answers at positions from 0x40000000. */
  const withCpuid = (files: Record<string, string>, first: string, second?: string): ReturnType<typeof textTree> => {
    const tree = textTree(files)
    const { cpuid: bytes = '' } = cpuid(first, second)
    return {
      ...tree,
      read: async (path, options = {}) => {
        if (path !== '/dev/cpu/0/cpuid') return tree.read(path, options)
        const at = (options.offset ?? 0) - 0x4000_0000
        return Buffer.from(bytes.slice(at, at + 16), 'latin1')
      },
    }
  }

  it.each<[string, Record<string, string>, object]>([
    ['only the CPU flag', guest, vm('unknown')],
    ['KVM by its clock', { ...guest, '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc kvm-clock\n' }, vm('kvm')],
    [
      'QEMU with KVM',
      { ...guest, ...dmi({ sys_vendor: 'QEMU' }), '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock\n' },
      vm('kvm', 'qemu'),
    ],
    ['QEMU without KVM', { ...guest, ...dmi({ sys_vendor: 'QEMU' }) }, vm('qemu', 'qemu')],
    ['QEMU that hides the CPU flag', { ...hardware, ...dmi({ sys_vendor: 'QEMU' }) }, vm('qemu', 'qemu')],
    [
      "KVM that offers Hyper-V's clock",
      { ...guest, ...dmi({ sys_vendor: 'QEMU' }), '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'hyperv_clocksource_tsc_page\n' },
      vm('kvm', 'qemu'),
    ],
    ['VMware', { ...guest, ...dmi({ sys_vendor: 'VMware, Inc.' }) }, vm('vmware')],
    [
      'VirtualBox, which offers the interface of KVM',
      { ...guest, ...dmi({ sys_vendor: 'innotek GmbH' }), '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock\n' },
      vm('oracle'),
    ],
    [
      'Hyper-V',
      { ...guest, ...dmi({ sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine' }), '/sys/bus/vmbus/devices/x': '-> y' },
      vm('microsoft'),
    ],
    ['EC2', { ...guest, ...dmi({ sys_vendor: 'Amazon EC2', product_name: 'm5.large' }) }, vm('amazon')],
    [
      'Google',
      {
        ...guest,
        ...dmi({ sys_vendor: 'Google', product_name: 'Google Compute Engine' }),
        '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock\n',
      },
      vm('google'),
    ],
    ['an unprivileged domain of Xen', { ...guest, '/sys/hypervisor/type': 'xen\n', '/proc/xen/capabilities': '\n' }, vm('xen')],
    [
      'Firecracker without DMI',
      {
        ...guest,
        '/proc/cmdline': 'reboot=k panic=1 pci=off virtio_mmio.device=4K@0xd0000000:5\n',
        '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock tsc\n',
      },
      vm('kvm', 'firecracker'),
    ],
    ['the microvm of QEMU', { ...guest, '/proc/cmdline': 'virtio_mmio.device=512@0xfeb00e00:12\n' }, vm('unknown', 'qemu')],
    ['Firecracker by its ACPI tables', { ...guest, '/sys/firmware/acpi/tables/FACP': 'FACP\u0014\u0001\0\0\u0006fFIRECKFCVMFADT' }, vm('kvm', 'firecracker')],
    ['cloud-hypervisor', { ...guest, ...dmi({ sys_vendor: 'Cloud Hypervisor', product_name: 'cloud-hypervisor' }) }, vm('kvm', 'cloud-hypervisor')],
    [
      'an Arm machine by its device tree',
      { ...initial, '/proc/version': 'Linux version 6.1\n', '/proc/cpuinfo': 'Features\t: fp\n', '/proc/device-tree/hypervisor/compatible': 'linux,kvm\0' },
      vm('kvm'),
    ],
    [
      'an Arm machine on virtio-mmio',
      {
        ...initial,
        '/proc/version': 'Linux version 6.1\n',
        '/proc/cpuinfo': 'Features\t: fp\n',
        '/proc/device-tree/compatible': 'linux,dummy-virt\0',
        '/sys/bus/virtio/devices/virtio0': '-> ../../../devices/platform/a000000.virtio_mmio/virtio0',
      },
      vm('unknown'),
    ],
    ['z/VM', { ...initial, '/proc/version': 'Linux\n', '/proc/sysinfo': 'VM00 Name: LINUX1\nVM00 Control Program: z/VM 7.1.0\n' }, vm('zvm')],
    ['User Mode Linux', { ...initial, '/proc/version': 'Linux\n', '/proc/cpuinfo': 'vendor_id\t: User Mode Linux\n' }, vm('uml')],
  ])('are named: %s', async (_, files, expected) => {
    expect(await kindOf(files)).toEqual(expected)
  })

  it.each<[string, string, string | undefined, string]>([
    ['KVM', 'KVMKVMKVM', undefined, 'kvm'],
    ['KVM behind the interface of Hyper-V', 'Microsoft Hv', 'KVMKVMKVM', 'kvm'],
    ['Hyper-V', 'Microsoft Hv', undefined, 'microsoft'],
    ['bhyve', 'bhyve bhyve ', undefined, 'bhyve'],
    ['a hypervisor that is not known', 'NOVANOVANOVA', undefined, 'unknown'],
  ])('are named by CPUID where it can be read: %s', async (_, first, second, technology) => {
    expect(await readVirtualisation(withCpuid(guest, first, second))).toMatchObject({ kind: 'vm', technology })
  })
})

describe('containers', () => {
  it.each<[string, Record<string, string>, object]>([
    ['Docker', { ...guest, ...contained, '/.dockerenv': '' }, container('docker')],
    ['Podman', { ...hardware, ...contained, '/run/.containerenv': '' }, container('podman')],
    ['LXC by the environment of process 1', { ...hardware, ...contained, '/proc/1/environ': 'PATH=/bin\0container=lxc\0' }, container('lxc')],
    ['nspawn', { ...hardware, ...contained, '/run/systemd/container': 'systemd-nspawn\n' }, container('systemd-nspawn')],
    [
      'an OCI runtime that leaves the file of Podman',
      { ...hardware, ...contained, '/run/host/container-manager': 'oci\n', '/run/.containerenv': '' },
      container('podman'),
    ],
    [
      'containerd by its root overlay',
      { ...hardware, ...contained, '/proc/self/mountinfo': overlayRoot.replace('/l,', '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/1/fs,') },
      container('containerd'),
    ],
    ['a namespace without any mark', { ...hardware, ...contained }, container('unknown')],
    [
      'Docker with the PID namespace of the host',
      { ...hardware, '/proc/self/ns/mnt': '-> mnt:[4026532498]', '/.dockerenv': '', '/proc/self/mountinfo': overlayRoot },
      container('docker'),
    ],
    ['WSL', { ...guest, ...contained, '/proc/sys/kernel/osrelease': '5.15.153.1-microsoft-standard-WSL2\n' }, container('wsl')],
    [
      'WSL made from an exported image',
      { ...guest, ...contained, '/proc/sys/kernel/osrelease': '5.15.153.1-microsoft-standard-WSL2\n', '/.dockerenv': '' },
      container('wsl'),
    ],
    [
      'Docker on WSL',
      { ...guest, ...contained, '/proc/sys/kernel/osrelease': '5.15.153.1-microsoft-standard-WSL2\n', '/.dockerenv': '', '/proc/self/mountinfo': overlayRoot },
      container('docker'),
    ],
    ['OpenVZ', { ...hardware, '/proc/vz/vestat': '' }, container('openvz')],
    ['gVisor', { ...hardware, '/proc/version': 'Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n' }, container('gvisor')],
    ['proot', { ...hardware, '/proc/self/status': 'Name:\tsh\nTracerPid:\t77\n', '/proc/77/comm': 'proot\n' }, container('proot')],
  ])('are named: %s', async (_, files, expected) => {
    expect(await kindOf(files)).toEqual(expected)
  })

  it('are not seen in a machine that was made from a container image', async () => {
    const leftover = { ...guest, '/.dockerenv': '', '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc kvm-clock\n' }
    expect(await readVirtualisation(textTree(leftover))).toEqual({
      kind: 'vm',
      technology: 'kvm',
      evidence: [
        '/proc/cpuinfo has the flag hypervisor',
        'the kernel offers the clock source kvm-clock',
        '/.dockerenv is there, but PID and mount namespace are the initial ones: it is left over from an image',
      ],
    })
  })

  it('are not seen in a service with mounts of its own', async () => {
    expect(await kindOf({ ...hardware, '/proc/self/ns/mnt': '-> mnt:[4026532498]', '/proc/1/ns/mnt': '-> mnt:[4026531841]', '/.dockerenv': '' })).toEqual(none)
  })
})

it('says of a tree without a running system that it cannot tell', async () => {
  expect(await readVirtualisation(textTree({ '/etc/os-release': 'ID=debian\n', '/.dockerenv': '' }))).toEqual({
    kind: 'none',
    technology: 'unknown',
    evidence: ['/proc is empty: this system is not running'],
  })
})
