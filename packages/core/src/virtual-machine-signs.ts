import type { VirtualisationSigns } from './virtualisation.ts'

/** A technology if the signs show a virtual machine, and what was read either way. */
interface MachineVerdict {
  readonly technology: string | undefined
  readonly monitor?: string
  readonly evidence: readonly string[]
}

interface Sign {
  readonly technology: string
  readonly monitor?: string
  readonly evidence: string
  /** Only virtual firmware says this, so it needs no second witness. */
  readonly certain: boolean
  /** A product that wins over the hypervisor below it: EC2 over KVM, VirtualBox over the KVM interface that it offers. */
  readonly product?: boolean
}

/** Which virtual machine a system runs in, or `undefined`; with the signs for it and those that were overruled. */
export function detectVirtualMachine(signs: VirtualisationSigns): MachineVerdict {
  const { text } = signs
  const privileged = privilegedDomain(signs)
  if (privileged !== undefined) return { technology: undefined, evidence: [privileged] }

  const found = [...cpuidSigns(signs), ...firmwareSigns(signs), ...deviceSigns(signs), ...architectureSigns(signs)]
  const flags = /^flags\s*:(.*)$/m.exec(text.cpuinfo ?? '')?.[1]
  const x86 = flags !== undefined
  const flagged = x86 && /\shypervisor(?:\s|$)/.test(flags)
  const evidence = found.map((sign) => sign.evidence)
  if (flagged) evidence.unshift('/proc/cpuinfo has the flag hypervisor')

  // Bare-metal machines of clouds carry the cloud's name in DMI, and have virtio cards; only the CPU tells them apart.
  const isMachine = flagged || found.some((sign) => sign.certain || (!x86 && sign.technology !== 'unknown'))
  if (!isMachine) {
    const overruled = found.map((sign) => `${sign.evidence}, but the CPU has no flag hypervisor: this is hardware`)
    return { technology: undefined, evidence: x86 ? ['/proc/cpuinfo has no flag hypervisor', ...overruled] : overruled }
  }

  const chosen = found.find((sign) => sign.product) ?? found.find((sign) => sign.technology !== 'qemu' && sign.technology !== 'unknown') ?? found[0]
  const monitor = found.find((sign) => sign.monitor !== undefined)?.monitor
  return { technology: chosen?.technology ?? 'unknown', ...(monitor === undefined ? {} : { monitor }), evidence }
}

/** The privileged domain of Xen and the root partition of Hyper-V run above a hypervisor and own the hardware. */
function privilegedDomain({ text }: VirtualisationSigns): string | undefined {
  if (text.xenCapabilities?.includes('control_d') === true) return '/proc/xen/capabilities says control_d: this is the Xen host (dom0)'
  const features = text.xenFeatures?.trim() ?? ''
  // XENFEAT_dom0 is bit 11 in Xen's public/features.h.
  if (text.hypervisorType?.trim() === 'xen' && /^[0-9a-f]{1,16}$/i.test(features) && (BigInt(`0x${features}`) & 0x800n) !== 0n) {
    return '/sys/hypervisor/properties/features has the bit of the Xen host (dom0)'
  }
  if (text.hypervRoot !== undefined) return 'the module mshv_root is loaded: this is the root partition of Hyper-V'
  return undefined
}

/** Signatures as the hypervisors' own interface documents give them. */
const signatures: Readonly<Record<string, string>> = {
  KVMKVMKVM: 'kvm',
  'Linux KVM Hv': 'kvm',
  TCGTCGTCGTCG: 'qemu',
  VMwareVMware: 'vmware',
  'Microsoft Hv': 'microsoft',
  XenVMMXenVMM: 'xen',
  'bhyve bhyve ': 'bhyve',
  QNXQVMBSQG: 'qnx',
  ACRNACRNACRN: 'acrn',
  SRESRESRESRE: 'sre',
  VBoxVBoxVBox: 'oracle',
  ' prl hyperv ': 'parallels',
  ' lrpepyh  vr': 'parallels',
  EVMMEVMMEVMM: 'unknown',
  Jailhouse: 'unknown',
}

function cpuidSigns({ cpuidSignatures }: VirtualisationSigns): readonly Sign[] {
  // KVM and Xen can offer Hyper-V's interface in the first place and then show their own name in the second.
  const real = cpuidSignatures.find((signature) => signature !== 'Microsoft Hv') ?? cpuidSignatures[0]
  if (real === undefined) return []
  return [{ technology: signatures[real] ?? 'unknown', evidence: `CPUID names the hypervisor ${real}`, certain: true }]
}

/** What virtual firmware writes into DMI, by field. The first match counts. */
const dmiRules: readonly {
  readonly field: 'sysVendor' | 'productName' | 'boardVendor' | 'biosVendor'
  readonly pattern: RegExp
  readonly technology: string
  readonly monitor?: string
  readonly certain: boolean
  readonly product?: boolean
}[] = [
  { field: 'sysVendor', pattern: /^innotek GmbH/, technology: 'oracle', certain: true, product: true },
  { field: 'productName', pattern: /^VirtualBox/, technology: 'oracle', certain: true, product: true },
  { field: 'sysVendor', pattern: /^Parallels/, technology: 'parallels', certain: true, product: true },
  { field: 'sysVendor', pattern: /^(?:VMware|VMW)/, technology: 'vmware', certain: true },
  { field: 'productName', pattern: /^VMware/, technology: 'vmware', certain: true },
  { field: 'productName', pattern: /^Apple Virtualization/, technology: 'apple', certain: true, product: true },
  { field: 'sysVendor', pattern: /^Xen/, technology: 'xen', certain: true, product: true },
  { field: 'productName', pattern: /^HVM domU/, technology: 'xen', certain: true, product: true },
  { field: 'productName', pattern: /^BHYVE/i, technology: 'bhyve', certain: true },
  { field: 'biosVendor', pattern: /^BHYVE/i, technology: 'bhyve', certain: true },
  { field: 'productName', pattern: /^cloud-hypervisor/, technology: 'kvm', monitor: 'cloud-hypervisor', certain: true },
  { field: 'productName', pattern: /^crosvm/, technology: 'kvm', monitor: 'crosvm', certain: true },
  { field: 'productName', pattern: /^KubeVirt/, technology: 'kvm', monitor: 'qemu', certain: true },
  { field: 'productName', pattern: /^OpenStack/, technology: 'kvm', monitor: 'qemu', certain: true },
  { field: 'productName', pattern: /^(?:KVM|RHEV|oVirt)/, technology: 'kvm', monitor: 'qemu', certain: true },
  { field: 'sysVendor', pattern: /^QEMU/, technology: 'qemu', monitor: 'qemu', certain: true },
  { field: 'productName', pattern: /^Standard PC \(/, technology: 'qemu', monitor: 'qemu', certain: true },
  { field: 'biosVendor', pattern: /^(?:SeaBIOS|Bochs)/, technology: 'qemu', monitor: 'qemu', certain: false },
  { field: 'sysVendor', pattern: /^Bochs/, technology: 'bochs', certain: true },
  // The vendors below sell hardware as well.
  { field: 'productName', pattern: /^Virtual Machine/, technology: 'microsoft', certain: false },
  { field: 'productName', pattern: /^Google Compute Engine/, technology: 'google', certain: false, product: true },
  { field: 'sysVendor', pattern: /^Amazon EC2/, technology: 'amazon', certain: false, product: true },
]

/** What virtual firmware puts into the OEM field of its ACPI tables. Readable for root only. */
const acpiOems: Readonly<Record<string, readonly [technology: string, monitor: string | undefined]>> = {
  FIRECK: ['kvm', 'firecracker'],
  CLOUDH: ['kvm', 'cloud-hypervisor'],
  CROSVM: ['kvm', 'crosvm'],
  BOCHS: ['qemu', 'qemu'],
  VRTUAL: ['microsoft', undefined],
  VBOX: ['oracle', undefined],
}

function firmwareSigns(signs: VirtualisationSigns): readonly Sign[] {
  const { text } = signs
  const found: Sign[] = []
  for (const { field, pattern, ...rest } of dmiRules) {
    const value = text[field]?.trim()
    if (value === undefined || !pattern.test(value)) continue
    // `m7g.metal`: the name of an instance type without a hypervisor.
    if (rest.technology === 'amazon' && /\.metal/.test(text.productName ?? '')) continue
    found.push({ ...rest, evidence: `DMI ${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} is ${value}` })
    break
  }
  if (text.chassisAssetTag?.trim() === 'OracleCloud.com' && found.length > 0) {
    found.push({ technology: 'kvm', monitor: 'qemu', evidence: 'DMI chassis_asset_tag is OracleCloud.com', certain: false })
  }
  const oem = /^FACP[^]{0,8}?(FIRECK|CLOUDH|CROSVM|BOCHS|VRTUAL|VBOX)/.exec(text.acpiFacp ?? '')?.[1]
  const known = oem === undefined ? undefined : acpiOems[oem]
  if (known !== undefined) {
    const [technology, monitor] = known
    found.push({ technology, ...(monitor === undefined ? {} : { monitor }), evidence: `the ACPI tables are made by ${oem ?? ''}`, certain: true })
  }
  return found
}

function deviceSigns({ text, names }: VirtualisationSigns): readonly Sign[] {
  const found: Sign[] = []
  if (text.hypervisorType?.trim() === 'xen') found.push({ technology: 'xen', evidence: '/sys/hypervisor/type is xen', certain: true })
  const clock = /\b(kvm-clock|hyperv_clocksource\w*|xen)\b/.exec(text.clocksources ?? '')?.[1]
  if (clock !== undefined) {
    // KVM can offer Hyper-V's clock; QEMU's firmware then still gives its name.
    const onQemu = text.sysVendor?.startsWith('QEMU') === true
    const technology = clock === 'xen' ? 'xen' : clock === 'kvm-clock' || onQemu ? 'kvm' : 'microsoft'
    found.push({ technology, evidence: `the kernel offers the clock source ${clock}`, certain: true })
  }
  if (names.vmbus.length > 0) found.push({ technology: 'microsoft', evidence: '/sys/bus/vmbus has devices', certain: true })

  // Firecracker gives each device a page, QEMU's microvm 512 bytes.
  const mmio = /\bvirtio_mmio\.device=(4K|512)@/i.exec(text.commandLine ?? '')?.[1]?.toUpperCase()
  if (mmio !== undefined) {
    const monitor = mmio === '4K' ? 'firecracker' : 'qemu'
    found.push({ technology: 'unknown', monitor, evidence: `the kernel command line has virtio_mmio.device=${mmio}@…`, certain: false })
  } else {
    const device = names.acpi.find((name) => name.startsWith('FCVMGID'))
    const word = /\S*firecracker\S*/.exec(text.commandLine ?? '')?.[0]
    const evidence = device === undefined ? `the kernel command line has ${word ?? ''}` : `ACPI has the virtual device ${device}`
    if (device !== undefined || word !== undefined) found.push({ technology: 'unknown', monitor: 'firecracker', evidence, certain: false })
  }
  const vmgenid = names.acpi.find((name) => /^(?:QEMUVGID|QEMU0002|FCVMGID|VMGENCTR)/.test(name))
  if (vmgenid !== undefined) found.push({ technology: 'unknown', evidence: `ACPI has the virtual device ${vmgenid}`, certain: true })
  // Boards have virtio devices towards their co-processors (remoteproc), and SmartNICs show some on PCI.
  const onMmio = names.virtio.filter((path) => /virtio[-_]mmio|LNRO0005/.test(path)).length
  const onPci = names.virtio.filter((path) => path.includes('/pci')).length
  if (onMmio > 0) found.push({ technology: 'unknown', evidence: `/sys/bus/virtio has ${count(onMmio)} on virtio-mmio`, certain: true })
  if (onPci > 0) found.push({ technology: 'unknown', evidence: `/sys/bus/virtio has ${count(onPci)} on PCI`, certain: false })
  return found
}

/** Where there is no CPU flag: device tree (Arm, RISC-V, Power), s390 and User Mode Linux. */
function architectureSigns({ text }: VirtualisationSigns): readonly Sign[] {
  const found: Sign[] = []
  const hypervisor = text.treeHypervisor?.replaceAll('\0', ' ').trim()
  if (hypervisor !== undefined) {
    const technology = hypervisor.includes('kvm') ? 'kvm' : hypervisor.includes('xen') ? 'xen' : hypervisor.includes('vmware') ? 'vmware' : 'unknown'
    found.push({ technology, evidence: `the device tree's hypervisor is ${hypervisor}`, certain: true })
  }
  const compatible = text.treeCompatible?.replaceAll('\0', ' ') ?? ''
  const model = text.treeModel?.replaceAll('\0', ' ').trim() ?? ''
  if (/\b(?:linux,dummy-virt|riscv-virtio|qemu,pseries)\b/.test(compatible) || /^(?:linux,dummy-virt|riscv-virtio)/.test(model)) {
    found.push({ technology: 'unknown', evidence: `the device tree is of a virtual machine: ${compatible.trim()}`, certain: true })
  }
  const control = /^VM00 Control Program:\s*(\S+)/m.exec(text.sysinfo ?? '')?.[1]
  if (control !== undefined) {
    found.push({ technology: control.startsWith('KVM') ? 'kvm' : 'zvm', evidence: `/proc/sysinfo says ${control}`, certain: true })
  }
  if (/^vendor_id\s*:\s*User Mode Linux/m.test(text.cpuinfo ?? '')) {
    found.push({ technology: 'uml', evidence: '/proc/cpuinfo says User Mode Linux', certain: true })
  }
  return found
}

function count(devices: number): string {
  return devices === 1 ? '1 device' : `${devices} devices`
}
