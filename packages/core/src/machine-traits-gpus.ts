import type { FileTree } from './file-tree.ts'
import { listNames } from './file-tree-reading.ts'

/** PCI vendor numbers of display controllers. */
const pciVendors: Readonly<Record<string, string>> = {
  '0x1002': 'amd',
  '0x1022': 'amd',
  '0x10de': 'nvidia',
  '0x8086': 'intel',
  '0x102b': 'matrox',
  '0x1a03': 'aspeed',
  '0x1013': 'cirrus',
  '0x15ad': 'vmware',
  '0x80ee': 'oracle',
  '0x1af4': 'virtio',
  '0x1b36': 'qemu',
  '0x1234': 'qemu',
  '0x1414': 'microsoft',
  '0x1ed5': 'moore-threads',
}

/** Kernel drivers of graphics units that are no PCI devices. */
const driverVendors: Readonly<Record<string, string>> = {
  vc4: 'broadcom',
  'vc4-drm': 'broadcom',
  v3d: 'broadcom',
  msm: 'qualcomm',
  msm_mdp: 'qualcomm',
  'msm-mdss': 'qualcomm',
  msm_dpu: 'qualcomm',
  panfrost: 'arm',
  panthor: 'arm',
  lima: 'arm',
  tegra: 'nvidia',
  nouveau: 'nvidia',
  gk20a: 'nvidia',
  etnaviv: 'vivante',
  asahi: 'apple',
  powervr: 'imagination',
  virtio_gpu: 'virtio',
  hyperv_drm: 'microsoft',
}

/** Vendors of the machine's display controllers and graphics units, each once, sorted. */
export async function readGpuVendors(fs: FileTree): Promise<readonly string[]> {
  const pci = await listNames(fs, '/sys/bus/pci/devices')
  const cards = (await listNames(fs, '/sys/class/drm')).filter((name) => /^(?:card|renderD)\d+$/.test(name))
  const texts = await fs.readMany([
    ...pci.flatMap((name) => [`/sys/bus/pci/devices/${name}/class`, `/sys/bus/pci/devices/${name}/vendor`]),
    ...cards.map((name) => `/sys/class/drm/${name}/device/uevent`),
  ])
  const vendors = new Set<string>()
  for (const index of pci.keys()) {
    const number = texts[index * 2 + 1]?.trim().toLowerCase()
    if (number !== undefined && texts[index * 2]?.startsWith('0x03') === true) vendors.add(pciVendors[number] ?? number)
  }
  for (const uevent of texts.slice(pci.length * 2)) {
    const driver = /^DRIVER=(.+)$/m.exec(uevent ?? '')?.[1]
    const vendor = driver === undefined || /^PCI_ID=/m.test(uevent ?? '') ? undefined : driverVendors[driver]
    if (vendor !== undefined) vendors.add(vendor)
  }
  return [...vendors].sort()
}
