import { readArchitecture, type FileTree } from '@hostwright/core'
import { nameArmCore } from './arm-cpus.ts'
import { readCpuCaches, type CpuCache } from './cpu-cache.ts'
import { readCpuPower, type CpuPower } from './cpu-frequency.ts'
import { readCpuTopology, summariseTopology, type CpuTopology } from './cpu-topology.ts'
import { readCpuVulnerabilities, type CpuVulnerability } from './cpu-vulnerabilities.ts'
import { parseCpuinfo } from './cpuinfo.ts'
import { readTexts } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'
import { toBoolean, toCount, toHexNumber, toNumber } from './internal/number-text.ts'

/** The processors of a machine. */
export interface CpuFacts {
  /** As in `uname -m`. */
  readonly architecture?: string
  /** As the CPU says it: `GenuineIntel`, `AuthenticAMD`, `ARM` … */
  readonly vendor?: string
  readonly modelName?: string
  readonly family?: number
  readonly model?: number
  /** `1` on x86, `r0p3` on Arm. */
  readonly stepping?: string
  readonly microcode?: string
  readonly bogomips?: number
  readonly addressBits?: { readonly physical: number; readonly virtual: number }
  readonly topology: CpuTopology
  /** Whether cores run several threads, and whether that can be switched. */
  readonly smt?: { readonly active?: boolean; readonly control?: string }
  /** By level. */
  readonly caches: readonly CpuCache[]
  /** Instruction set extensions and properties in the kernel's words: `avx2`, `asimd`, `hypervisor` … */
  readonly flags: readonly string[]
  /** Weaknesses that the kernel has found, in its words. */
  readonly bugs: readonly string[]
  readonly vulnerabilities: readonly CpuVulnerability[]
  readonly power: CpuPower
}

/** The processors: model, topology, caches, flags, vulnerabilities and frequency. Sources: proc(5), cputopology.rst. */
export async function readCpu(fs: FileTree): Promise<CpuFacts> {
  const [[info, smtActive, smtControl], topology, vulnerabilities, power, architecture] = await Promise.all([
    readTexts(fs, ['/proc/cpuinfo', '/sys/devices/system/cpu/smt/active', '/sys/devices/system/cpu/smt/control']),
    readCpuTopology(fs),
    readCpuVulnerabilities(fs),
    readCpuPower(fs),
    readArchitecture(fs),
  ])
  const cpuinfo = parseCpuinfo(info ?? '')
  const field = (...names: readonly string[]): string | undefined =>
    names.map((name) => cpuinfo.fields.get(name)).find((value) => value !== undefined && value !== '')
  const onlineCores = topology.cpus.filter((cpu) => cpu.online && (cpu.siblings[0] ?? cpu.id) === cpu.id).map((cpu) => cpu.id)
  const bits = /^(\d{1,3}) bits physical, (\d{1,3}) bits virtual/.exec(field('address sizes') ?? '')
  return defined({
    architecture: architecture || undefined,
    ...identity(field),
    microcode: field('microcode'),
    bogomips: toNumber(field('bogomips', 'BogoMIPS')),
    addressBits: bits === null ? undefined : { physical: Number(bits[1]), virtual: Number(bits[2]) },
    topology: topology.cpus.length > 0 ? topology : withoutSysfs(topology, cpuinfo.byProcessor),
    smt: definedIfAny({ active: toBoolean(smtActive), control: smtControl }),
    caches: onlineCores.length === 0 ? [] : await readCpuCaches(fs, onlineCores),
    flags: words(field('flags', 'Features', 'features', 'isa')),
    bugs: words(field('bugs')),
    vulnerabilities,
    power,
  })
}

function identity(field: (...names: readonly string[]) => string | undefined): Pick<CpuFacts, 'vendor' | 'modelName' | 'family' | 'model' | 'stepping'> {
  const implementer = toHexNumber(field('CPU implementer'))
  if (implementer !== undefined) {
    const arm = nameArmCore(implementer, toHexNumber(field('CPU part')) ?? -1)
    const variant = toHexNumber(field('CPU variant'))
    const revision = toCount(field('CPU revision'))
    return defined({
      vendor: arm.vendor ?? field('CPU implementer'),
      modelName: arm.model ?? field('model name', 'Processor'),
      model: toHexNumber(field('CPU part')),
      stepping: variant === undefined || revision === undefined ? undefined : `r${variant}p${revision}`,
    })
  }
  return defined({
    vendor: field('vendor_id', 'vendor', 'mvendorid'),
    modelName: field('model name', 'cpu', 'cpu model', 'Model Name', 'uarch'),
    family: toCount(field('cpu family', 'CPU Family')),
    model: toCount(field('model')),
    stepping: field('stepping', 'revision'),
  })
}

/** A container or a chroot may have `/proc` and no `/sys`. */
function withoutSysfs(topology: CpuTopology, processors: ReadonlyMap<number, ReadonlyMap<string, string>>): CpuTopology {
  const cpus = [...processors].map(([id, fields]) =>
    defined({ id, online: true, socket: toCount(fields.get('physical id')), core: toCount(fields.get('core id')), siblings: [] }),
  )
  return { ...topology, ...summariseTopology(cpus) }
}

function words(text: string | undefined): readonly string[] {
  return text?.split(/\s+/).filter((word) => word !== '') ?? []
}
