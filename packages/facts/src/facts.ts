import { HostwrightError, readVirtualisation, type FileTree, type Virtualisation } from '@hostwright/core'
import { readAddresses, type AddressFacts } from './addresses.ts'
import { readBlock, type BlockDevice } from './block.ts'
import { readChassis, type ChassisFacts } from './chassis.ts'
import { readContainers, type ContainerFacts } from './containers.ts'
import { readCpu, type CpuFacts } from './cpu.ts'
import { readDmi, type DmiFacts } from './dmi.ts'
import { readGpus, type Gpu } from './gpu.ts'
import { readInit, type InitFacts } from './init.ts'
import { readOnce } from './internal/read-once.ts'
import { readKernel, type KernelFacts } from './kernel.ts'
import { readMemory, type MemoryFacts } from './memory.ts'
import { readMounts, type MountFacts } from './mounts.ts'
import { readNetwork, type NetworkInterface } from './network.ts'
import { readNuma, type NumaNode } from './numa.ts'
import { readOs, type OsFacts } from './os.ts'
import { readPci, type PciDevice } from './pci.ts'
import { readPowerSupplies, type PowerSupplyFacts } from './power-supplies.ts'
import { readSensors, type SensorFacts } from './sensors.ts'
import { readUsb, type UsbDevice } from './usb.ts'
import { readUsers, type AccountFacts } from './users.ts'

/** Everything that this library reads, by section. */
export interface Facts {
  readonly os: OsFacts
  readonly kernel: KernelFacts
  readonly virtualisation: Virtualisation
  readonly chassis: ChassisFacts
  readonly cpu: CpuFacts
  readonly memory: MemoryFacts
  readonly numa: readonly NumaNode[]
  readonly block: readonly BlockDevice[]
  readonly network: readonly NetworkInterface[]
  readonly addresses: AddressFacts
  readonly pci: readonly PciDevice[]
  readonly usb: readonly UsbDevice[]
  readonly gpu: readonly Gpu[]
  readonly dmi: DmiFacts
  readonly sensors: SensorFacts
  readonly power: PowerSupplyFacts
  readonly init: InitFacts
  readonly containers: ContainerFacts
  readonly users: AccountFacts
  readonly mounts: MountFacts
}

/** The name of a section. */
export type FactSection = keyof Facts

const readers: { readonly [S in FactSection]: (fs: FileTree) => Promise<Facts[S]> } = {
  os: readOs,
  kernel: readKernel,
  virtualisation: readVirtualisation,
  chassis: readChassis,
  cpu: readCpu,
  memory: readMemory,
  numa: readNuma,
  block: readBlock,
  network: readNetwork,
  addresses: readAddresses,
  pci: readPci,
  usb: readUsb,
  gpu: readGpus,
  dmi: readDmi,
  sensors: readSensors,
  power: readPowerSupplies,
  init: readInit,
  containers: readContainers,
  users: readUsers,
  mounts: readMounts,
}

/** The names of all sections, in the order in which they are shown. */
export const factSections: readonly FactSection[] = Object.keys(readers) as FactSection[]

/** The sections that describe hardware. */
export const hardwareSections: readonly FactSection[] = [
  'virtualisation',
  'chassis',
  'cpu',
  'memory',
  'numa',
  'block',
  'network',
  'pci',
  'usb',
  'gpu',
  'dmi',
  'sensors',
  'power',
]

/** What to read. */
export interface ReadFactsOptions<S extends FactSection = FactSection> {
  /** Only these sections; default: all. */
  readonly only?: readonly S[]
}

/**
 * What the system in a file tree is: a live host, a directory that holds one, or a disk image. Starts no process.
 *
 * What the tree does not have is absent: a disk image has no sensors, a container no DMI, and without root there are no serial numbers.
 * Malformed content never fails; the fields that cannot be read from it are absent.
 *
 * @throws `INVALID_INPUT` for a section that does not exist, and the codes of the transport
 *
 * @example
 * ```ts
 * import { localHost } from '@hostwright/core'
 * import { readFacts } from '@hostwright/facts'
 *
 * await using host = localHost()
 * const { os, cpu } = await readFacts(host.fs, { only: ['os', 'cpu'] })
 * console.log(os.id, cpu.topology.threadCount)
 * ```
 */
export async function readFacts<S extends FactSection = FactSection>(fs: FileTree, options: ReadFactsOptions<S> = {}): Promise<Pick<Facts, S>> {
  const sections: readonly FactSection[] = options.only ?? factSections
  const unknown = sections.find((section) => !Object.hasOwn(readers, section))
  if (unknown !== undefined) {
    throw new HostwrightError('INVALID_INPUT', `there are no facts called \`${unknown}\``, {
      subject: unknown,
      hint: `The sections are ${factSections.join(', ')}.`,
    })
  }
  const tree = readOnce(fs)
  const values = await Promise.all(sections.map((section) => readers[section](tree)))
  return Object.fromEntries(sections.map((section, index) => [section, values[index]])) as unknown as Pick<Facts, S>
}
