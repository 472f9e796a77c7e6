import type { View } from '@hostwright/core'
import type { Facts, FactSection } from '../facts.ts'
import { fieldsView, sizeCell } from './building.ts'
import { viewGpus, viewPci, viewPower, viewSensors, viewUsb } from './devices.ts'
import { describeCores, viewCpu, viewMemory, viewNuma } from './processor.ts'
import { viewAddresses, viewBlock, viewNetwork } from './storage-network.ts'
import { viewChassis, viewContainers, viewDmi, viewInit, viewKernel, viewMounts, viewOs, viewUsers, viewVirtualisation } from './system.ts'

const sections: { readonly [S in FactSection]: readonly [title: string, view: (facts: Facts[S]) => View] } = {
  os: ['Operating system', viewOs],
  kernel: ['Kernel', viewKernel],
  virtualisation: ['Virtualisation', viewVirtualisation],
  chassis: ['Chassis', viewChassis],
  cpu: ['Processor', viewCpu],
  memory: ['Memory', viewMemory],
  numa: ['NUMA nodes', viewNuma],
  block: ['Block devices', viewBlock],
  network: ['Network interfaces', viewNetwork],
  addresses: ['Addresses', viewAddresses],
  pci: ['PCI devices', viewPci],
  usb: ['USB devices', viewUsb],
  gpu: ['Graphics', viewGpus],
  dmi: ['Firmware', viewDmi],
  sensors: ['Sensors', viewSensors],
  power: ['Power', viewPower],
  init: ['Init system', viewInit],
  containers: ['Containers', viewContainers],
  users: ['Users', viewUsers],
  mounts: ['Mounts', viewMounts],
}

/** Each section under its title, in their order. */
export function viewSections(facts: Partial<Facts>): View {
  const children: View[] = []
  for (const section of Object.keys(sections) as FactSection[]) {
    const child = viewSection(facts, section)
    if (child !== undefined) children.push(child)
  }
  return { kind: 'group', children }
}

function viewSection<S extends FactSection>(facts: Partial<Facts>, section: S): View | undefined {
  const own = facts[section]
  if (own === undefined) return undefined
  const [title, view] = sections[section]
  return { kind: 'group', title: { text: title, tone: 'strong' }, children: [view(own)] }
}

/** What a person wants to know of a machine first, on a screen. */
export function viewOverview(facts: Partial<Facts>): View {
  const { os, kernel, virtualisation, chassis, cpu, memory, block, network, addresses, gpu, init } = facts
  const disks = block?.filter((device) => device.kind === 'disk' && device.sizeBytes > 0) ?? []
  const links = network?.filter((own) => own.physical) ?? []
  const globals = addresses?.addresses.filter((own) => own.scope === 'global').map((own) => own.address) ?? []
  return fieldsView([
    ['Host', os?.hostname],
    ['System', os?.prettyName ?? os?.name ?? os?.id],
    ['Kernel', kernel?.release],
    ['Architecture', os?.architecture],
    ['Machine', [chassis?.vendor, chassis?.model].filter((part) => part !== undefined).join(' ')],
    ['Chassis', chassis?.kind],
    ['Virtualisation', describeVirtualisation(virtualisation)],
    ['Processor', cpu?.modelName],
    ['CPUs', cpu === undefined ? undefined : `${cpu.topology.threadCount} (${describeCores(cpu.topology)})`],
    ['Memory', sizeCell(memory?.totalBytes)],
    ['Swap', memory?.swap.totalBytes === 0 ? 'none' : sizeCell(memory?.swap.totalBytes)],
    ['Disks', disks.map((disk) => `${disk.name} ${sizeCell(disk.sizeBytes) ?? ''}`).join(', ')],
    ['Network', links.map((own) => `${own.name} (${own.driver ?? own.type})`).join(', ')],
    ['Addresses', globals.join(', ')],
    ['Graphics', gpu?.map((own) => own.name ?? own.vendor).join(', ')],
    ['Init system', init?.system],
  ])
}

function describeVirtualisation(virtualisation: Facts['virtualisation'] | undefined): string | undefined {
  if (virtualisation === undefined) return undefined
  const { kind, technology, monitor } = virtualisation
  if (kind === 'none') return technology === 'none' ? 'none' : undefined
  return `${technology}${monitor === undefined ? '' : ` (${monitor})`} ${kind === 'vm' ? 'guest' : 'container'}`
}
