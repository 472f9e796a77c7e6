import { formatSize, isHostwrightError, readMachineTraits, type Host } from '@hostwright/core'

/** One line on what a host is: `web1 · Debian 12 · kernel 6.1.0-28-amd64 · KVM guest · 4 CPUs · 8 GiB`. */
export async function describeHost(host: Host): Promise<string> {
  try {
    const [traits, release, name] = await Promise.all([
      readMachineTraits(host.fs),
      readOptional(host, '/etc/os-release'),
      readOptional(host, '/proc/sys/kernel/hostname'),
    ])
    const os = /^PRETTY_NAME=["']?(.*?)["']?$/mu.exec(release)?.[1]
    const { virtualisation, cpuCount, memoryBytes, kernelRelease } = traits
    const place = virtualisation.kind === 'none' ? 'hardware' : `${virtualisation.technology} ${virtualisation.kind === 'vm' ? 'guest' : 'container'}`
    const own = host.kind === 'local' ? name.trim() : host.label
    return [own === '' ? host.label : own, os, `kernel ${kernelRelease}`, place, `${cpuCount} ${cpuCount === 1 ? 'CPU' : 'CPUs'}`, formatSize(memoryBytes)]
      .filter((part) => part !== undefined)
      .join(' · ')
  } catch (error) {
    // A tree without /proc, such as an image's, has a label only.
    if (isHostwrightError(error, 'NOT_FOUND')) return host.label
    throw error
  }
}

async function readOptional(host: Host, path: string): Promise<string> {
  return (await host.fs.readMany([path]))[0] ?? ''
}
