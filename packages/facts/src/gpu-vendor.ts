/** Who makes a display controller; a PCI vendor number such as `1ed5` if it is not known here. */
export type GpuVendor = string

const byPciNumber: Readonly<Record<string, string>> = {
  '1002': 'amd',
  '1022': 'amd',
  '10de': 'nvidia',
  '8086': 'intel',
  '102b': 'matrox',
  '1a03': 'aspeed',
  '1013': 'cirrus',
  '15ad': 'vmware',
  '80ee': 'oracle',
  '1af4': 'virtio',
  '1b36': 'qemu',
  '1234': 'qemu',
  '1414': 'microsoft',
}

const byDriver: readonly (readonly [RegExp, string])[] = [
  [/^(?:vc4|v3d)/, 'broadcom'],
  [/^(?:msm|adreno)/, 'qualcomm'],
  [/^(?:panfrost|panthor|lima|mali)/, 'arm'],
  [/^(?:tegra|nouveau|gk20a|nvidia)/, 'nvidia'],
  [/^etnaviv/, 'vivante'],
  [/^asahi/, 'apple'],
  [/^(?:pvr|powervr)/, 'imagination'],
  [/^virtio/, 'virtio'],
  [/^hyperv/, 'microsoft'],
  [/^(?:simple-framebuffer|simpledrm|efi-framebuffer|vesa)/, 'firmware'],
]

/** The vendor by the PCI number, else by the driver; `unknown` if neither tells. */
export function gpuVendor(vendorId: string | undefined, driver: string | undefined): GpuVendor {
  if (vendorId !== undefined) return byPciNumber[vendorId] ?? vendorId
  return byDriver.find(([pattern]) => pattern.test(driver ?? ''))?.[1] ?? 'unknown'
}
