import type { FileTree, Finding } from '@hostwright/core'
import { findBatteryTrouble, findSensorTrouble } from './findings-hardware.ts'
import { findCpuTrouble, findKernelTrouble, findMemoryTrouble } from './findings-kernel.ts'
import { findAccountTrouble, findDiskTrouble, findNetworkTrouble } from './findings-system.ts'
import { readFacts } from './facts.ts'

/**
 * What looks wrong in the facts of a live system or an image. A virtual machine is not blamed for what only its host can change.
 *
 * @throws the codes of the transport
 */
export async function findTrouble(fs: FileTree): Promise<readonly Finding[]> {
  const facts = await readFacts(fs, {
    only: ['kernel', 'virtualisation', 'cpu', 'memory', 'block', 'network', 'sensors', 'power', 'users', 'mounts'],
  })
  return [
    ...findKernelTrouble(facts.kernel),
    ...findCpuTrouble(facts.cpu, facts.kernel, facts.virtualisation),
    ...findMemoryTrouble(facts.memory),
    ...findDiskTrouble(facts.block, facts.mounts),
    ...findNetworkTrouble(facts.network),
    ...findSensorTrouble(facts.sensors),
    ...findBatteryTrouble(facts.power),
    ...findAccountTrouble(facts.users),
  ]
}
