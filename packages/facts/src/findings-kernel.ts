import { formatSize, type Finding, type Virtualisation } from '@hostwright/core'
import type { CpuFacts } from './cpu.ts'
import type { KernelFacts } from './kernel.ts'
import type { MemoryFacts } from './memory.ts'

/** Taint that speaks of trouble; modules from outside the kernel do not. */
export function findKernelTrouble(kernel: KernelFacts): readonly Finding[] {
  const problems = kernel.taint?.flags.filter((flag) => flag.kind === 'problem') ?? []
  return problems.map((flag) => ({
    id: 'facts/kernel-taint',
    domain: 'facts',
    severity: flag.letter === 'W' || flag.letter === 'S' ? ('info' as const) : ('warning' as const),
    subject: 'kernel',
    message: `Since boot ${flag.meaning}; the kernel log says where.`,
    evidence: [`/proc/sys/kernel/tainted is ${kernel.taint?.value ?? 0}: bit ${flag.bit} (${flag.letter})`],
    command: ['facts', 'kernel'],
  }))
}

/** Weaknesses that the kernel does not mitigate: switched off by hand, or waiting for new microcode. */
export function findCpuTrouble(cpu: CpuFacts, kernel: KernelFacts, virtualisation: Virtualisation): readonly Finding[] {
  const open = cpu.vulnerabilities.filter((weakness) => weakness.state === 'vulnerable')
  if (open.length === 0 || virtualisation.kind === 'container') return []
  const switches = kernel.commandLine?.parameters.filter(
    ({ name, value }) =>
      (name === 'mitigations' && value?.startsWith('auto') !== true) ||
      /^(?:nopti|nospectre_v[12]|nospec_store_bypass_disable|retbleed|spectre_v2|mds)$/.test(name),
  )
  const deliberate = switches?.some(({ name, value }) => value === 'off' || name.startsWith('no')) === true
  const names = open.map((weakness) => weakness.name).join(', ')
  const inGuest = virtualisation.kind === 'vm'
  const advice = deliberate
    ? 'the kernel command line switches mitigations off'
    : inGuest
      ? "the hypervisor may have to pass the CPU's new features on"
      : 'newer microcode or a newer kernel may help'
  return [
    {
      id: 'facts/cpu-vulnerable',
      domain: 'facts',
      // In a guest it is mostly the host's business, and there it may be mitigated.
      severity: deliberate || inGuest ? 'info' : 'warning',
      subject: 'cpu',
      message: `The CPU has ${open.length === 1 ? 'a vulnerability' : `${open.length} vulnerabilities`} without mitigation (${names}): ${advice}.`,
      evidence: open.map((weakness) => `/sys/devices/system/cpu/vulnerabilities/${weakness.name}: ${weakness.text}`),
      command: ['facts', 'cpu'],
    },
  ]
}

/** Memory that failed. */
export function findMemoryTrouble(memory: MemoryFacts): readonly Finding[] {
  if (memory.corruptedBytes === undefined || memory.corruptedBytes === 0) return []
  return [
    {
      id: 'facts/memory-failed',
      domain: 'facts',
      severity: 'error',
      subject: 'memory',
      message: `${formatSize(memory.corruptedBytes)} of memory failed and were taken out of use; a module may have to be replaced.`,
      evidence: [`/proc/meminfo: HardwareCorrupted ${memory.corruptedBytes / 1024} kB`],
      command: ['facts', 'memory'],
    },
  ]
}
