import type { MachineTraits } from '@hostwright/core'

/** A profile that fits a machine, how surely, and why. */
export interface ProfileFit {
  readonly profile: string
  /** From 0 to 1: how much of what was found speaks for it. */
  readonly confidence: number
  /** What was found that speaks for it, one sentence each. */
  readonly reasons: readonly string[]
}

/** The profile that fits best, and what else would. */
export interface Recommendation extends ProfileFit {
  /** Further profiles that fit, best first. */
  readonly alternatives: readonly ProfileFit[]
}

type Rule = (traits: MachineTraits) => ProfileFit | undefined

const gibibyte = 2 ** 30

/**
 * Recommends a built-in profile from what a machine is. Deterministic: the same traits give the same answer.
 * What a machine is *for* cannot be seen in its hardware, so the alternatives deserve a look.
 */
export function recommendProfile(traits: MachineTraits): Recommendation {
  const fits = rules
    .map((rule) => rule(traits))
    .filter((fit) => fit !== undefined)
    .toSorted((left, right) => right.confidence - left.confidence)
  const [best = fallback, ...rest] = fits
  const alternatives: ProfileFit[] = []
  for (const fit of rest) if (![best, ...alternatives].some((other) => other.profile === fit.profile)) alternatives.push(fit)
  return { ...best, alternatives }
}

const fallback: ProfileFit = {
  profile: 'balanced',
  confidence: 0.4,
  reasons: ['Nothing was found that speaks for a special task.'],
}

// Ties are decided by this order.
const rules: readonly Rule[] = [
  (traits) =>
    traits.virtualisation.kind === 'container'
      ? fit('balanced', 0.95, [`This is a container (${traits.virtualisation.technology}): most kernel settings belong to the machine that runs it.`])
      : undefined,
  (traits) => {
    if (traits.virtualisation.kind !== 'vm') return undefined
    const reason = `The machine is virtual (${traits.virtualisation.technology}): ${traits.virtualisation.evidence.slice(0, 2).join(', ') || 'as its hardware shows'}.`
    return fit('virtual-guest', 0.9, [reason])
  },
  (traits) => (traits.battery.discharging ? fit('mobile', 0.9, [`The ${portableName(traits)} runs on its battery.`]) : undefined),
  (traits) => {
    const machines = traits.guestsServed.filter(isHypervisor)
    if (machines.length === 0) return undefined
    return fit('virtual-host', isPersonal(traits) ? 0.5 : 0.85, [`It runs virtual machines: ${machines.join(', ')}.`])
  },
  (traits) => {
    const engines = traits.guestsServed.filter((guest) => !isHypervisor(guest))
    if (engines.length === 0) return undefined
    return fit('virtual-host', isPersonal(traits) || traits.virtualisation.kind === 'vm' ? 0.35 : 0.55, [`It runs containers: ${engines.join(', ')}.`])
  },
  (traits) => {
    const accelerators = traits.gpuVendors.filter((vendor) => vendor === 'nvidia' || vendor === 'amd')
    if (accelerators.length === 0 || isPersonal(traits) || traits.memoryBytes < 64 * gibibyte) return undefined
    return fit('ai', accelerators.length > 1 ? 0.88 : 0.7, [
      `It has ${accelerators.length} accelerator${accelerators.length > 1 ? 's' : ''} (${accelerators.join(', ')}) and ${inGibibytes(traits)} of memory.`,
    ])
  },
  (traits) => (traits.chassis === 'server' ? fit('server', 0.8, ['Its chassis is a server’s.']) : undefined),
  (traits) => {
    if (traits.chassis !== 'desktop') return undefined
    if (traits.cpuCount < 16 || traits.memoryBytes < 32 * gibibyte) return fit('desktop', 0.75, ['Its chassis is a desktop computer’s.'])
    return fit('workstation', 0.75, [`Its chassis is a desktop computer’s, with ${traits.cpuCount} CPUs and ${inGibibytes(traits)} of memory.`])
  },
  (traits) => (traits.chassis === 'desktop' ? fit('desktop', 0.7, ['Its chassis is a desktop computer’s.']) : undefined),
  (traits) => {
    if (!isPersonal(traits) || !traits.gpuVendors.some((vendor) => vendor === 'nvidia' || vendor === 'amd')) return undefined
    return fit('gaming', 0.45, [`It has a graphics card (${traits.gpuVendors.join(', ')}); choose this while games run.`])
  },
  (traits) => (isPortable(traits) && !traits.battery.discharging ? fit('balanced', 0.8, [`It is a ${portableName(traits)} on mains power.`]) : undefined),
  (traits) => (isPortable(traits) && !traits.battery.discharging ? fit('mobile', 0.5, ['On battery this one lasts longest.']) : undefined),
  (traits) => (traits.chassis === 'embedded' ? fit('balanced', 0.7, ['It is an embedded board, where heat and power set the limits.']) : undefined),
  (traits) => {
    if (traits.chassis !== 'unknown' || traits.battery.present) return undefined
    const large = [
      ...(traits.numaNodeCount > 1 ? [`${traits.numaNodeCount} memory nodes`] : []),
      ...(traits.memoryBytes >= 128 * gibibyte ? [`${inGibibytes(traits)} of memory`] : []),
      ...(traits.cpuCount >= 32 ? [`${traits.cpuCount} CPUs`] : []),
    ]
    return large.length > 0 ? fit('server', 0.5 + 0.1 * large.length, [`It is as large as a server: ${large.join(', ')}.`]) : undefined
  },
  (traits) =>
    traits.virtualisation.kind !== 'container' && !isPersonal(traits) && traits.disks.length >= 4
      ? fit('network-throughput', 0.4, [`It has ${traits.disks.length} disks: if it serves files or takes backups, this one fits.`])
      : undefined,
  (traits) => (traits.chassis === 'server' ? fit('database', 0.3, ['If it is for a database alone, this one fits.']) : undefined),
  () => fallback,
]

function fit(profile: string, confidence: number, reasons: readonly string[]): ProfileFit {
  return { profile, confidence: Math.round(confidence * 100) / 100, reasons }
}

function isPortable(traits: MachineTraits): boolean {
  return ['laptop', 'convertible', 'tablet', 'handset'].includes(traits.chassis) || (traits.battery.present && traits.chassis === 'unknown')
}

/** Whether a person sits in front of it. */
function isPersonal(traits: MachineTraits): boolean {
  return traits.chassis === 'desktop' || isPortable(traits)
}

function portableName(traits: MachineTraits): string {
  return isPortable(traits) && traits.chassis !== 'unknown' ? traits.chassis : 'machine'
}

function isHypervisor(guest: string): boolean {
  return /libvirt|qemu|kvm|xen|proxmox|pve|vbox|virtualbox|vmware|bhyve|firecracker/iu.test(guest)
}

function inGibibytes(traits: MachineTraits): string {
  return `${Math.round(traits.memoryBytes / gibibyte)} GiB`
}
