import type { Host, Plan, Planner } from '@hostwright/core'
import { createPlanner, formatCpuList, formatCpuMask, HostwrightError, listNames, parseCpuList } from '@hostwright/core'
import { onlineCpus } from './irq-affinity.ts'

/** How the packets of an interface are spread over CPUs. */
export interface PacketSteeringOptions {
  /** CPUs that work on received packets: `0-3`; empty turns it off. Default: all that are online. */
  readonly receiveCpus?: string
  /** Flows to remember, so that a packet goes to the CPU of its program (RFS), in all queues together. Default: left as it is. */
  readonly flows?: number
  /** Give each transmit queue CPUs of its own (XPS). Default `true` where there is more than one queue. */
  readonly transmit?: boolean
}

/**
 * Plans receive and transmit packet steering of an interface (`Documentation/networking/scaling.rst`). Useful where a card has
 * fewer queues than the machine has CPUs. Not kept after a reboot: profiles do that.
 *
 * @throws `NOT_FOUND` if there is no such interface, `INVALID_INPUT` for CPUs that are not online or a number of flows out of range
 */
export async function planPacketSteering(host: Host, interfaceName: string, options: PacketSteeringOptions = {}): Promise<Plan> {
  const planner = createPlanner(host, 'tuning')
  const queues = await listNames(host.fs, `/sys/class/net/${interfaceName}/queues`)
  if (/[/\0]/u.test(interfaceName) || queues.length === 0) {
    throw new HostwrightError('NOT_FOUND', `there is no interface \`${interfaceName}\` on ${host.label}`, {
      subject: interfaceName,
      hint: `There are: ${(await listNames(host.fs, '/sys/class/net')).join(', ') || 'none'}.`,
    })
  }
  const online = await onlineCpus(host)
  const cpus = options.receiveCpus === undefined ? online : parseCpuList(options.receiveCpus)
  const missing = cpus.filter((cpu) => !online.includes(cpu))
  if (missing.length > 0) {
    throw new HostwrightError('INVALID_INPUT', `CPU ${formatCpuList(missing)} is not online on ${host.label}`, {
      subject: formatCpuList(missing),
      hint: `Online are: ${formatCpuList(online)}.`,
    })
  }
  const receive = queues.filter((name) => name.startsWith('rx-'))
  const transmit = queues.filter((name) => name.startsWith('tx-'))
  const base = `/sys/class/net/${interfaceName}/queues`
  await planFlows(planner, base, receive, options.flows)
  for (const queue of receive) {
    await planner.set(`${base}/${queue}/rps_cpus`, formatCpuMask(cpus), {
      readBack: 'mask',
      why: `packets of ${queue} are worked on by CPU ${formatCpuList(cpus) || 'of the interrupt'}`,
    })
  }
  if (options.transmit ?? transmit.length > 1) {
    for (const [index, queue] of transmit.entries()) {
      const own = online.filter((_, position) => position % transmit.length === index % online.length)
      const shown = formatCpuList(own)
      const outcome = await planner.set(`${base}/${queue}/xps_cpus`, formatCpuMask(own), {
        readBack: 'mask',
        why: `${queue} is for the packets of CPU ${shown}`,
      })
      if (outcome === 'absent') planner.note('info', `${base}/${queue}/xps_cpus`, 'is not there: the interface has one queue only, or the kernel no XPS')
    }
  }
  return planner.finish()
}

async function planFlows(planner: Planner, base: string, receive: readonly string[], flows: number | undefined): Promise<void> {
  if (flows === undefined) return
  if (!Number.isInteger(flows) || flows < 0 || flows > 2 ** 20)
    throw new HostwrightError('INVALID_INPUT', `flows is ${flows}, but must be from 0 to 1048576`, { subject: 'flows', hint: '32768 fits a busy server.' })
  const entries = '/proc/sys/net/core/rps_sock_flow_entries'
  const total = roundUp(flows)
  if ((await planner.set(entries, String(total), { why: 'how many flows are remembered in all' })) === 'absent') {
    planner.note('info', entries, 'is not here: it belongs to the whole machine, and this is a network namespace or a kernel without RPS')
  }
  for (const queue of receive) {
    await planner.set(`${base}/${queue}/rps_flow_cnt`, String(roundUp(Math.ceil(flows / receive.length))), { why: 'the share of this queue' })
  }
}

/** The kernel rounds up to a power of two; doing so beforehand keeps what is read back equal to what was asked for. */
function roundUp(count: number): number {
  return count <= 0 ? 0 : 2 ** Math.ceil(Math.log2(count))
}
