import type { Host, Plan, Planner } from '@hostwright/core'
import { createPlanner, formatCpuList, formatCpuMask, HostwrightError, listNames, parseCpuList } from '@hostwright/core'
import type { PersistenceOwner } from './persistence/managed-paths.ts'
import { planManagedFile } from './persistence/managed-write.ts'
import { planPersistence } from './persistence/plan-persistence.ts'
import { matchesPattern } from './shell-pattern.ts'
import { refuseInNetworkNamespace } from './network-namespace.ts'

/** Which CPUs are to take interrupts. */
export interface IrqAffinityOptions {
  /** CPUs that take the interrupts: `0-1`. */
  readonly cpus: string
  /** Shell patterns of what `/proc/interrupts` calls them (`eth0-*`, `nvme*`), or numbers. Default: all that can be moved. */
  readonly interrupts?: readonly string[]
  /** Give the interrupts to the CPUs in turn, one each, instead of all CPUs to each. Default `false`. */
  readonly spread?: boolean
  /** Keep it after a reboot, and keep irqbalance from changing it. Default `true`. */
  readonly persist?: boolean
}

/** An interrupt as it is set up. */
export interface Interrupt {
  readonly number: number
  /** Its devices, as `/proc/interrupts` names them. */
  readonly name: string
  /** CPUs that may take it, as a list. */
  readonly affinity: string
  /** Whether the affinity can be changed; interrupts that the kernel or a driver manages cannot. */
  readonly movable: boolean
}

const directory = '/proc/irq'

/** The interrupts of a host, by number. */
export async function listInterrupts(host: Host): Promise<readonly Interrupt[]> {
  const numbers = (await listNames(host.fs, directory))
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .toSorted((left, right) => left - right)
  const [table, ...affinities] = await host.fs.readMany(['/proc/interrupts', ...numbers.map((number) => `${directory}/${number}/smp_affinity_list`)])
  const names = interruptNames(table ?? '')
  const found: Interrupt[] = []
  for (const [index, number] of numbers.entries()) {
    const affinity = affinities[index]
    if (affinity === undefined) continue
    // Since Linux 6.0 the kernel takes the write permission from those that cannot be moved.
    const { mode } = await host.fs.stat(`${directory}/${number}/smp_affinity_list`)
    found.push({ number, name: names.get(number) ?? '', affinity: affinity.trim(), movable: (mode & 0o222) !== 0 })
  }
  return found
}

/**
 * Plans which CPUs take which interrupts.
 *
 * @throws `INVALID_INPUT` if a CPU is not there or the list is malformed, `NOT_FOUND` if no interrupt has such a name,
 * `UNSUPPORTED` in a network namespace
 */
export async function planIrqAffinity(host: Host, options: IrqAffinityOptions): Promise<Plan> {
  refuseInNetworkNamespace(host, 'interrupts are those')
  const planner = createPlanner(host, 'tuning')
  const moved = await planInterrupts(planner, options)
  if (options.persist !== false) await planInterruptFiles(planner, options, moved)
  return planner.finish()
}

/** Numbers of interrupts can change from boot to boot, so what is kept is the default for all, and the ban of irqbalance. */
async function planInterruptFiles(planner: Planner, options: IrqAffinityOptions, moved: readonly number[]): Promise<void> {
  const cpus = parseCpuList(options.cpus)
  const all = options.interrupts === undefined
  if (!all) planner.note('warning', 'after a reboot', 'the numbers of interrupts can change, so this choice has to be applied again')
  const why = 'all interrupts start on these CPUs'
  const commandLine = all ? [{ parameter: `irqaffinity=${formatCpuList(cpus)}`, why, source: 'Documentation/admin-guide/kernel-parameters.txt' }] : []
  await planPersistence(planner, 'irq-affinity', { what: 'interrupts', values: [], commandLine })
  const others = (await onlineCpus(planner.host)).filter((cpu) => !cpus.includes(cpu))
  await planIrqbalanceBan(planner, 'irq-affinity', all ? { cpus: others, interrupts: [] } : { cpus: [], interrupts: moved })
}

/**
 * Plans the interrupts and nothing else, for plans that do more than that. Gives the numbers of those that can be moved.
 *
 * @throws `INVALID_INPUT` for a list that is none or names CPUs that are not online, `NOT_FOUND` if no interrupt has the name
 */
export async function planInterrupts(planner: Planner, options: IrqAffinityOptions): Promise<readonly number[]> {
  const cpus = parseCpuList(options.cpus)
  const online = await onlineCpus(planner.host)
  const missing = cpus.filter((cpu) => !online.includes(cpu))
  if (cpus.length === 0 || missing.length > 0) {
    throw new HostwrightError(
      'INVALID_INPUT',
      cpus.length === 0 ? 'no CPU is left for the interrupts' : `CPU ${formatCpuList(missing)} is not online on ${planner.host.label}`,
      {
        subject: options.cpus,
        hint: `Online are: ${formatCpuList(online)}.`,
      },
    )
  }
  const interrupts = await listInterrupts(planner.host)
  const chosen =
    options.interrupts === undefined ? interrupts : interrupts.filter((each) => options.interrupts?.some((pattern) => isNamed(each, pattern)) === true)
  if (options.interrupts !== undefined && chosen.length === 0) {
    throw new HostwrightError('NOT_FOUND', `no interrupt is called ${options.interrupts.join(' or ')}`, {
      subject: options.interrupts.join(' '),
      hint: 'Names are in the last column of /proc/interrupts.',
    })
  }
  const fixed = chosen.filter((each) => !each.movable)
  if (fixed.length > 0) planner.note('info', 'interrupts', `${fixed.map((each) => each.number).join(', ')} cannot be moved: the kernel or their driver decides`)
  const movable = chosen.filter((each) => each.movable)
  for (const [index, interrupt] of movable.entries()) {
    const value = options.spread === true ? String(cpus[index % cpus.length]) : formatCpuList(cpus)
    const path = `${directory}/${interrupt.number}/smp_affinity_list`
    const why = `interrupt ${interrupt.number}${interrupt.name === '' ? '' : ` (${interrupt.name})`} belongs on CPU ${value}`
    // An interrupt controller may only take one CPU of the set, and the kernel may refuse to name offline ones.
    await planner.set(path, value, { why, onClamp: 'accept' })
  }
  if (options.interrupts === undefined) {
    await planner.set(`${directory}/default_smp_affinity`, formatCpuMask(cpus), {
      readBack: 'mask',
      why: `interrupts set up from now on belong on CPU ${formatCpuList(cpus)}`,
    })
  }
  return movable.map((each) => each.number)
}

/** Plans that irqbalance leaves CPUs and interrupts alone, by a drop-in of its unit. */
export async function planIrqbalanceBan(
  planner: Planner,
  owner: PersistenceOwner,
  ban: { readonly cpus: readonly number[]; readonly interrupts: readonly number[] },
): Promise<void> {
  const path = `/etc/systemd/system/irqbalance.service.d/60-hostwright-${owner}.conf`
  const installed = (await planner.host.fs.exists('/usr/sbin/irqbalance')) || (await planner.host.fs.exists('/usr/bin/irqbalance'))
  const lines = [
    ...(ban.cpus.length > 0 ? [`Environment="IRQBALANCE_BANNED_CPULIST=${formatCpuList(ban.cpus)}"`] : []),
    ...(ban.interrupts.length > 0 ? [`Environment="IRQBALANCE_ARGS=${ban.interrupts.map((number) => `--banirq=${number}`).join(' ')}"`] : []),
  ]
  const body = installed && lines.length > 0 ? `[Service]\n${lines.join('\n')}\n` : ''
  if (body !== '') {
    const [environment] = await planner.host.fs.readMany(['/etc/default/irqbalance'])
    for (const variable of ['IRQBALANCE_BANNED_CPULIST', 'IRQBALANCE_ARGS']) {
      if (new RegExp(`^\\s*${variable}=`, 'mu').test(environment ?? ''))
        planner.note('warning', '/etc/default/irqbalance', `sets ${variable}, which overrides ${path}`)
    }
  }
  await planManagedFile(planner, path, {
    what: 'interrupts',
    purpose: 'keeps irqbalance from moving interrupts back (takes effect when it is started the next time)',
    body,
  })
}

/** The CPUs that are online. */
export async function onlineCpus(host: Host): Promise<readonly number[]> {
  const [text] = await host.fs.readMany(['/sys/devices/system/cpu/online'])
  return parseCpuList(text ?? '0')
}

function isNamed(interrupt: Interrupt, pattern: string): boolean {
  return pattern === String(interrupt.number) || interrupt.name.split(/,\s*/u).some((name) => matchesPattern(pattern, name))
}

/** `/proc/interrupts`: number, a count for each CPU, controller, its own number with the trigger, and the names of the devices. */
function interruptNames(table: string): ReadonlyMap<number, string> {
  const [header = '', ...lines] = table.split('\n')
  const cpus = header.trim().split(/\s+/u).length
  const names = new Map<number, string>()
  for (const line of lines) {
    const [label = '', ...words] = line.trim().split(/\s+/u)
    const number = /^(\d+):$/u.exec(label)?.[1]
    if (number === undefined) continue
    // Between counts and names stand the controller (one or two words) and the trigger (`24-edge`, `Edge`).
    const rest = words.slice(cpus)
    const trigger = rest.findIndex((word) => /(?:^|-)(?:edge|level|fasteoi)$/iu.test(word))
    names.set(Number(number), rest.slice(trigger === -1 ? Math.min(2, rest.length) : trigger + 1).join(' '))
  }
  return names
}
