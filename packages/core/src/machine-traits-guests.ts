import type { FileTree } from './file-tree.ts'
import { listNames } from './file-tree-reading.ts'

/** Programs that run guests, by the first 15 bytes of their name as the kernel keeps it, and what to call them. */
const programs: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^qemu-system|^qemu-kvm$|^kvm$/, 'qemu'],
  [/^firecracker$/, 'firecracker'],
  [/^cloud-hyperviso/, 'cloud-hypervisor'],
  [/^crosvm$/, 'crosvm'],
  [/^(?:libvirtd|virtqemud|virtlxcd|virtxend)$/, 'libvirtd'],
  [/^(?:VBoxHeadless|VirtualBoxVM|VBoxSVC)$/, 'virtualbox'],
  [/^vmware-vmx$/, 'vmware'],
  [/^(?:xenstored|oxenstored|xenconsoled)$/, 'xen'],
  [/^pvedaemon/, 'proxmox'],
  [/^dockerd$/, 'docker'],
  [/^containerd$/, 'containerd'],
  [/^conmon$/, 'podman'],
  [/^crio$/, 'cri-o'],
  [/^(?:kubelet|k3s-server|k3s-agent)$/, 'kubernetes'],
  [/^(?:lxd|incusd)$/, 'incus'],
  [/^lxc-start$/, 'lxc'],
  [/^systemd-nspawn$/, 'nspawn'],
  [/^(?:runsc-sandbox|runsc)$/, 'gvisor'],
]

/** So that a machine with very many processes does not delay the rest. */
const maxProcesses = 8192

/** What on this machine runs virtual machines or containers, from the names of its processes; each once, sorted. */
export async function readGuestsServed(fs: FileTree): Promise<readonly string[]> {
  const processes = (await listNames(fs, '/proc')).filter((name) => /^\d+$/.test(name))
  const found = new Set<string>()
  for (const comm of await fs.readMany(processes.slice(0, maxProcesses).map((pid) => `/proc/${pid}/comm`))) {
    const name = comm?.trimEnd()
    const match = name === undefined ? undefined : programs.find(([pattern]) => pattern.test(name))
    if (match !== undefined) found.add(match[1])
  }
  return [...found].sort()
}
