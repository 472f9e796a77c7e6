import { detectContainer } from './container-signs.ts'
import type { FileTree } from './file-tree.ts'
import { findBytes, findLinkTarget, listNames } from './file-tree-reading.ts'
import type { Virtualisation } from './machine.ts'
import { detectVirtualMachine } from './virtual-machine-signs.ts'

/** What the detection reads as text, by the name that the rules use. */
const texts = {
  osRelease: '/proc/sys/kernel/osrelease',
  version: '/proc/version',
  cpuinfo: '/proc/cpuinfo',
  commandLine: '/proc/cmdline',
  sysinfo: '/proc/sysinfo',
  status: '/proc/self/status',
  mountinfo: '/proc/self/mountinfo',
  initCgroup: '/proc/1/cgroup',
  initEnvironment: '/proc/1/environ',
  containerManager: '/run/host/container-manager',
  systemdContainer: '/run/systemd/container',
  containerEnv: '/run/.containerenv',
  dockerEnv: '/.dockerenv',
  flatpakInfo: '/.flatpak-info',
  sysVendor: '/sys/class/dmi/id/sys_vendor',
  productName: '/sys/class/dmi/id/product_name',
  boardVendor: '/sys/class/dmi/id/board_vendor',
  biosVendor: '/sys/class/dmi/id/bios_vendor',
  chassisAssetTag: '/sys/class/dmi/id/chassis_asset_tag',
  hypervisorType: '/sys/hypervisor/type',
  xenFeatures: '/sys/hypervisor/properties/features',
  xenCapabilities: '/proc/xen/capabilities',
  treeHypervisor: '/proc/device-tree/hypervisor/compatible',
  treeCompatible: '/proc/device-tree/compatible',
  treeModel: '/proc/device-tree/model',
  clocksources: '/sys/devices/system/clocksource/clocksource0/available_clocksource',
  acpiFacp: '/sys/firmware/acpi/tables/FACP',
  hypervRoot: '/sys/module/mshv_root/uevent',
} as const

const directories = {
  virtio: '/sys/bus/virtio/devices',
  vmbus: '/sys/bus/vmbus/devices',
  acpi: '/sys/bus/acpi/devices',
} as const

/** Everything that the rules for containers and virtual machines judge by; `undefined` is what could not be read. */
export interface VirtualisationSigns {
  readonly text: Readonly<Record<keyof typeof texts, string | undefined>>
  /** Names in these directories; of virtio devices where their links point. */
  readonly names: Readonly<Record<keyof typeof directories, readonly string[]>>
  /** Where namespace links point, such as `pid:[4026531836]`. */
  readonly namespaces: { readonly pid: string | undefined; readonly mount: string | undefined; readonly initMount: string | undefined }
  /** Names of what traces the reading process, for proot. */
  readonly tracer: string | undefined
  readonly openvz: { readonly vz: boolean; readonly bc: boolean }
  /** Hypervisor signatures from the CPUID leaves 0x40000000 and 0x40000100, where the cpuid device can be read. */
  readonly cpuidSignatures: readonly string[]
}

/**
 * Whether a system runs on hardware, in a virtual machine or in a container, and in which.
 *
 * No single source is believed by itself. Files that mark a container (`/.dockerenv`) stay behind in images that are
 * later booted as machines, so they count only where the PID and mount namespaces do not say otherwise. Vendor strings
 * of DMI are the same on a cloud's virtual and bare-metal machines, so on x86 they need the CPU's `hypervisor` flag or
 * a name that only virtual firmware has.
 *
 * A tree without a running system (a disk image) gives `{ kind: 'none', technology: 'unknown' }`.
 */
export async function readVirtualisation(fs: FileTree): Promise<Virtualisation> {
  const signs = await readSigns(fs)
  if (signs.text.osRelease === undefined && signs.text.version === undefined && signs.text.cpuinfo === undefined) {
    return { kind: 'none', technology: 'unknown', evidence: ['/proc is empty: this system is not running'] }
  }
  const container = detectContainer(signs)
  if (container.technology !== undefined) {
    return { kind: 'container', technology: container.technology, evidence: container.evidence }
  }
  const machine = detectVirtualMachine(signs)
  const evidence = [...machine.evidence, ...container.evidence]
  if (machine.technology === undefined) return { kind: 'none', technology: 'none', evidence }
  return {
    kind: 'vm',
    technology: machine.technology,
    ...(machine.monitor === undefined ? {} : { monitor: machine.monitor }),
    evidence,
  }
}

async function readSigns(fs: FileTree): Promise<VirtualisationSigns> {
  const contents = await fs.readMany(Object.values(texts))
  const text = Object.fromEntries(Object.keys(texts).map((name, index) => [name, contents[index]])) as VirtualisationSigns['text']
  const [pid, mount, initMount, virtio, vmbus, acpi, vz, bc] = await Promise.all([
    findLinkTarget(fs, '/proc/self/ns/pid'),
    findLinkTarget(fs, '/proc/self/ns/mnt'),
    findLinkTarget(fs, '/proc/1/ns/mnt'),
    links(fs, directories.virtio),
    listNames(fs, directories.vmbus),
    listNames(fs, directories.acpi),
    fs.exists('/proc/vz'),
    fs.exists('/proc/bc'),
  ])
  const tracerPid = /^TracerPid:\s*([1-9]\d*)/m.exec(text.status ?? '')?.[1]
  const [tracer] = tracerPid === undefined ? [] : await fs.readMany([`/proc/${tracerPid}/comm`])
  return {
    text,
    names: { virtio, vmbus, acpi },
    namespaces: { pid, mount, initMount },
    tracer: tracer?.trim(),
    openvz: { vz, bc },
    cpuidSignatures: /^flags\s*:.*\bhypervisor\b/m.test(text.cpuinfo ?? '') ? await readCpuidSignatures(fs) : [],
  }
}

/** Linux, `arch/x86/kernel/cpuid.c`: the position is the leaf, the 16 bytes read are EAX, EBX, ECX and EDX. */
async function readCpuidSignatures(fs: FileTree): Promise<readonly string[]> {
  const signatures: string[] = []
  for (const offset of [0x4000_0000, 0x4000_0100]) {
    // The device needs the cpuid module and root; without it the other signs have to do.
    const registers = await findBytes(fs, '/dev/cpu/0/cpuid', 16, offset)
    const signature = new TextDecoder('latin1').decode(registers?.subarray(4, 16)).replaceAll('\0', '')
    if (/^[\x20-\x7e]{4,12}$/.test(signature)) signatures.push(signature)
  }
  return signatures
}

async function links(fs: FileTree, path: string): Promise<readonly string[]> {
  return Promise.all((await listNames(fs, path)).map(async (name) => (await findLinkTarget(fs, `${path}/${name}`)) ?? name))
}
