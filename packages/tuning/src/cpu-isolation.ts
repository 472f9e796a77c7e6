import type { Host, Plan, Planner } from '@hostwright/core'
import { createPlanner, formatCpuList, formatCpuMask, HostwrightError, parseCpuList } from '@hostwright/core'
import { onlineCpus, planInterrupts, planIrqbalanceBan } from './irq-affinity.ts'
import { planPersistence } from './persistence/plan-persistence.ts'
import type { PersistentValue } from './persistence/entry.ts'
import type { CommandLineSetting } from './profile.ts'
import { refuseInNetworkNamespace } from './network-namespace.ts'

/** Which CPUs are kept free for programs that are put there on purpose. */
export interface CpuIsolationOptions {
  /** The isolated CPUs: `2-7`. */
  readonly cpus: string
  /** Stop the tick on them while one task runs. Default `true`. */
  readonly noTick?: boolean
  /** Keep the scheduler's load balancing off them from boot. Default `true`. */
  readonly noBalancing?: boolean
  /** Move interrupts off them now. Default `true`. */
  readonly interrupts?: boolean
  /** Keep it after a reboot, through the kernel command line. Default `true`; without it only interrupts and work queues move. */
  readonly persist?: boolean
}

const workqueue = '/sys/devices/virtual/workqueue/cpumask'
const parameters = 'Documentation/admin-guide/kernel-parameters.txt'

/**
 * Plans CPUs that the kernel keeps out of: at once it moves work queues and interrupts away; with the next boot also the tick,
 * RCU callbacks and load balancing.
 *
 * @throws `INVALID_INPUT` if a CPU is not there, if none is left for the rest of the system, or if the first CPU, which keeps
 * the time, is to be isolated; `UNSUPPORTED` in a network namespace
 */
export async function planCpuIsolation(host: Host, options: CpuIsolationOptions): Promise<Plan> {
  refuseInNetworkNamespace(host, 'CPUs are those')
  const planner = createPlanner(host, 'tuning')
  const online = await onlineCpus(host)
  const isolated = parseCpuList(options.cpus)
  checkIsolated(isolated, online, host.label)
  const housekeeping = online.filter((cpu) => !isolated.includes(cpu))
  const mask = formatCpuMask(housekeeping)
  const why = `work that may run anywhere stays on CPU ${formatCpuList(housekeeping)}`
  if ((await planner.set(workqueue, mask, { readBack: 'mask', why })) === 'absent') planner.note('info', workqueue, 'is not on this kernel')
  if (options.interrupts !== false) await planInterrupts(planner, { cpus: formatCpuList(housekeeping) })
  if (options.persist !== false) {
    const values: PersistentValue[] = [{ path: workqueue, tunable: undefined, value: mask, why, source: 'Documentation/core-api/workqueue.rst' }]
    await planPersistence(planner, 'cpu-isolation', {
      what: `isolation of CPU ${formatCpuList(isolated)}`,
      values,
      commandLine: isolationParameters(isolated, housekeeping, options),
    })
    await planIrqbalanceBan(planner, 'cpu-isolation', { cpus: isolated, interrupts: [] })
    await noteKernelSupport(planner, options)
  }
  return planner.finish()
}

/** The parameters of the kernel command line that isolate CPUs. */
export function isolationParameters(
  isolated: readonly number[],
  housekeeping: readonly number[],
  options: Omit<CpuIsolationOptions, 'cpus'> = {},
): readonly CommandLineSetting[] {
  const cpus = formatCpuList(isolated)
  const list: CommandLineSetting[] = []
  if (options.noBalancing !== false) {
    list.push({
      parameter: `isolcpus=domain,managed_irq,${cpus}`,
      why: 'no task is moved there by itself, and managed interrupts avoid them',
      source: parameters,
    })
  }
  if (options.noTick !== false) {
    list.push({ parameter: `nohz_full=${cpus}`, why: 'no tick while a single task runs', source: `${parameters}; Documentation/timers/no_hz.rst` })
  }
  list.push({ parameter: `rcu_nocbs=${cpus}`, why: 'RCU callbacks run elsewhere', source: parameters })
  list.push({ parameter: `irqaffinity=${formatCpuList(housekeeping)}`, why: 'interrupts start elsewhere', source: parameters })
  return list
}

function checkIsolated(isolated: readonly number[], online: readonly number[], label: string): void {
  const missing = isolated.filter((cpu) => !online.includes(cpu))
  const problem =
    isolated.length === 0
      ? 'no CPU is to be isolated'
      : missing.length > 0
        ? `CPU ${formatCpuList(missing)} is not online on ${label}`
        : isolated.length === online.length
          ? 'no CPU would be left for everything else'
          : isolated.includes(online[0] ?? 0)
            ? `CPU ${online[0] ?? 0} keeps the time for all others and cannot be isolated`
            : undefined
  if (problem !== undefined)
    throw new HostwrightError('INVALID_INPUT', problem, { subject: formatCpuList(isolated), hint: `Online are: ${formatCpuList(online)}.` })
}

async function noteKernelSupport(planner: Planner, options: CpuIsolationOptions): Promise<void> {
  if (options.noTick === false) return
  const [present] = await planner.host.fs.readMany(['/sys/devices/system/cpu/nohz_full'])
  if (present === undefined) planner.note('warning', 'nohz_full', 'this kernel is built without CONFIG_NO_HZ_FULL and ignores the parameter')
}
