/** What kind of machine a system runs on, with the evidence for it. */
export interface Virtualisation {
  /** `none`: hardware. A container in a virtual machine is a `container`. */
  readonly kind: 'none' | 'vm' | 'container'
  /** The technology, in systemd-detect-virt's words: `kvm`, `vmware`, `docker`, `lxc`, `wsl` …; `unknown` if it cannot be told. */
  readonly technology: string
  /** The program that runs the virtual machine, where it shows: `qemu`, `firecracker`, `cloud-hypervisor`, `crosvm`. */
  readonly monitor?: string
  /** What was read that shows it, such as `/proc/cpuinfo has the flag hypervisor`. */
  readonly evidence: readonly string[]
}

/** A block device that holds data by itself: no partitions, loop devices, RAM disks or zram. */
export interface DiskTraits {
  /** `sda`, `nvme0n1` */
  readonly name: string
  readonly rotational: boolean
  readonly transport: 'nvme' | 'sata' | 'sas' | 'scsi' | 'usb' | 'mmc' | 'virtio' | 'xen' | 'ide' | 'unknown'
  readonly sizeBytes: number
  readonly removable: boolean
}

/**
 * The few traits of a machine that more than one domain decides by. The full inventory is `@hostwright/facts`.
 */
export interface MachineTraits {
  /** As in `uname -r`. */
  readonly kernelRelease: string
  /** As in `uname -m`. */
  readonly architecture: string
  readonly memoryBytes: number
  readonly swapBytes: number
  /** Logical CPUs that are online. */
  readonly cpuCount: number
  readonly cpuVendor: 'intel' | 'amd' | 'arm' | 'other'
  readonly numaNodeCount: number
  readonly virtualisation: Virtualisation
  /** From DMI (SMBIOS type 3), battery and virtualisation: what hostnamectl calls the chassis. */
  readonly chassis: 'desktop' | 'laptop' | 'convertible' | 'tablet' | 'handset' | 'server' | 'embedded' | 'vm' | 'container' | 'unknown'
  readonly battery: { readonly present: boolean; readonly discharging: boolean }
  /** Vendors of display controllers, such as `nvidia`, `amd`, `intel`. */
  readonly gpuVendors: readonly string[]
  readonly disks: readonly DiskTraits[]
  /** Names of network interfaces with hardware behind them. */
  readonly networkInterfaces: readonly string[]
  /** Whether this machine runs virtual machines or containers, with what shows it; such as `libvirtd`, `docker`, `qemu`. */
  readonly guestsServed: readonly string[]
}
