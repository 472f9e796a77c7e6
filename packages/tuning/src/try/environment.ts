import { listNames } from '@hostwright/core'
import type { FileTree } from '@hostwright/core'

/** What a measurement depends on besides what is measured. */
export interface TrialEnvironment {
  readonly kernel: string
  readonly cpus: string
  /** Of the first frequency policy; `null` without frequency control, as in most virtual machines. */
  readonly governor: string | null
  readonly transparentHugepages: string | null
  /** Runnable tasks over 1, 5 and 15 minutes. */
  readonly load: readonly number[]
  /** Share of time in the last ten seconds in which some task waited for it, in percent. */
  readonly pressure: { readonly cpu: number | null; readonly memory: number | null; readonly io: number | null }
}

/** CPU time of the host since its boot, in ticks. */
export interface CpuTicks {
  readonly total: number
  /** Taken by the hypervisor for others. */
  readonly steal: number
  readonly idle: number
}

/** Reads what the results of a trial have to be read with. */
export async function readTrialEnvironment(fs: FileTree): Promise<TrialEnvironment> {
  const policies = (await listNames(fs, '/sys/devices/system/cpu/cpufreq')).filter((name) => name.startsWith('policy'))
  const paths = [
    '/proc/sys/kernel/osrelease',
    '/sys/devices/system/cpu/online',
    '/proc/loadavg',
    '/sys/kernel/mm/transparent_hugepage/enabled',
    '/proc/pressure/cpu',
    '/proc/pressure/memory',
    '/proc/pressure/io',
    ...policies.slice(0, 1).map((policy) => `/sys/devices/system/cpu/cpufreq/${policy}/scaling_governor`),
  ]
  const [kernel, cpus, load, thp, cpu, memory, io, governor] = await fs.readMany(paths)
  return {
    kernel: (kernel ?? '').trim(),
    cpus: (cpus ?? '').trim(),
    governor: governor?.trim() ?? null,
    transparentHugepages: /\[([^\]]*)\]/u.exec(thp ?? '')?.[1] ?? null,
    load: (load ?? '')
      .split(/\s+/u)
      .slice(0, 3)
      .map(Number)
      .filter((value) => Number.isFinite(value)),
    pressure: { cpu: pressure(cpu), memory: pressure(memory), io: pressure(io) },
  }
}

/** Reads `/proc/stat`; `undefined` where it is not there. */
export async function readCpuTicks(fs: FileTree): Promise<CpuTicks | undefined> {
  const line = (await fs.readMany(['/proc/stat']))[0]?.split('\n').find((each) => each.startsWith('cpu '))
  if (line === undefined) return undefined
  // user nice system idle iowait irq softirq steal; guest time is in user already.
  const ticks = line.trim().split(/\s+/u).slice(1, 9).map(Number)
  return { total: ticks.reduce((sum, value) => sum + value, 0), steal: ticks[7] ?? 0, idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) }
}

/** The share of CPU time that the hypervisor took between two readings, in percent; `null` if it is not known. */
export function stolenPercent(from: CpuTicks | undefined, to: CpuTicks | undefined): number | null {
  if (from === undefined || to === undefined || to.total <= from.total) return null
  return (100 * (to.steal - from.steal)) / (to.total - from.total)
}

function pressure(text: string | undefined): number | null {
  const value = /^some .*?avg10=([\d.]+)/mu.exec(text ?? '')?.[1]
  return value === undefined ? null : Number(value)
}
