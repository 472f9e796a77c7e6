import { formatCpuList } from '@hostwright/core'
import type { Cell, View } from '@hostwright/core'
import type { CpuFacts } from '../cpu.ts'
import type { MemoryFacts } from '../memory.ts'
import type { NumaNode } from '../numa.ts'
import { fieldsView, sizeCell, tableView } from './building.ts'

/** `2 sockets, 8 cores, 2 threads a core` */
export function describeCores({ socketCount, coreCount, threadsPerCore }: CpuFacts['topology']): string {
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
  return `${count(socketCount, 'socket')}, ${count(coreCount, 'core')}, ${count(threadsPerCore, 'thread')} a core`
}

export function viewCpu(cpu: CpuFacts): View {
  const { topology, power } = cpu
  const policy = power.policies[0]
  return {
    kind: 'group',
    children: [
      fieldsView([
        ['Model', cpu.modelName],
        ['Vendor', cpu.vendor],
        ['CPUs', `${topology.threadCount} (${describeCores(topology)})`],
        ['Core types', topology.coreTypes.map((type) => `${type.cpus.length} ${type.type}`).join(', ')],
        ['Offline', topology.offline.join(', ')],
        ['Isolated', topology.isolated.join(', ')],
        ['Caches', cpu.caches.map((cache) => `${cache.name} ${sizeCell(cache.totalBytes) ?? ''}`).join(', ')],
        ['Frequency', policy === undefined ? undefined : frequency(policy.minMhz, policy.maxMhz, policy.driver, policy.governor)],
        ['Boost', power.boost === undefined ? undefined : power.boost ? 'on' : 'off'],
        ['Idle', [power.idleDriver, power.idleGovernor].filter((part) => part !== undefined).join(', ')],
        ['Microcode', cpu.microcode],
      ]),
      tableView(
        ['Vulnerability', 'State', 'Kernel says'],
        cpu.vulnerabilities
          .filter((weakness) => weakness.state !== 'not-affected')
          .map((weakness) => [weakness.name, stateCell(weakness.state), weakness.text]),
        'The kernel lists no vulnerability that this CPU has',
      ),
    ],
  }
}

function frequency(minMhz: number | undefined, maxMhz: number | undefined, driver: string | undefined, governor: string | undefined): string {
  const range = minMhz === undefined || maxMhz === undefined ? [] : [`${Math.round(minMhz)} to ${Math.round(maxMhz)} MHz`]
  return [...range, ...[driver, governor].filter((part) => part !== undefined)].join(', ')
}

function stateCell(state: CpuFacts['vulnerabilities'][number]['state']): Cell {
  return { text: state, tone: state === 'vulnerable' ? 'bad' : state === 'mitigated' ? 'good' : 'warn' }
}

export function viewMemory(memory: MemoryFacts): View {
  const pools = memory.hugePages.filter((pool) => pool.total > 0).map((pool) => `${pool.total} of ${sizeCell(pool.sizeBytes) ?? ''}, ${pool.free} free`)
  return {
    kind: 'group',
    children: [
      fieldsView([
        ['Memory', sizeCell(memory.totalBytes)],
        ['Available', sizeCell(memory.availableBytes)],
        ['Swap', sizeCell(memory.swap.totalBytes)],
        ['Huge pages', pools.join('; ')],
        ['Transparent huge pages', memory.transparentHugePages?.enabled],
        ['zswap', memory.zswap === undefined ? undefined : memory.zswap.enabled ? `on, ${memory.zswap.compressor ?? ''}` : 'off'],
        ['Multi-generational LRU', memory.mglru === undefined ? undefined : memory.mglru ? 'on' : 'off'],
        [
          'Failed memory',
          memory.corruptedBytes === undefined || memory.corruptedBytes === 0 ? undefined : { text: sizeCell(memory.corruptedBytes) ?? '', tone: 'bad' },
        ],
      ]),
      tableView(
        ['Swap area', '#Size', '#Used', '#Priority'],
        memory.swap.areas.map((area) => [area.path, sizeCell(area.sizeBytes), sizeCell(area.usedBytes), `${area.priority}`]),
        'There is no swap',
      ),
    ],
  }
}

export function viewNuma(nodes: readonly NumaNode[]): View {
  return tableView(
    ['#Node', '#Memory', '#Free', 'Distances', 'CPUs'],
    nodes.map((node) => [`${node.id}`, sizeCell(node.totalBytes), sizeCell(node.freeBytes), node.distances.join(' '), formatCpuList(node.cpus)]),
    'The kernel has no NUMA support',
  )
}
