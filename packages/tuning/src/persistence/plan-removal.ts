import type { Host, Plan } from '@hostwright/core'
import { createPlanner } from '@hostwright/core'
import { planIrqbalanceBan } from '../irq-affinity.ts'
import { planPersistence } from './plan-persistence.ts'
import { refuseInNetworkNamespace } from '../network-namespace.ts'

/** What can have been made persistent besides zram, which `planZramRemoval` takes out of use as well. */
export type PersistentFeature = 'profile' | 'zswap' | 'isolation' | 'interrupts'

const owners = { profile: 'tuning', zswap: 'zswap', isolation: 'cpu-isolation', interrupts: 'irq-affinity' } as const

/**
 * Plans the removal of everything that a feature made persistent: its files, and exactly the words that it added to
 * shared kernel command lines. Values that the kernel holds now stay until the next boot; undoing the transaction that
 * set them (`hostwright rollback`) puts those back at once.
 *
 * @throws `UNSUPPORTED` in a network namespace, whose files are the machine's
 */
export async function planTuningRemoval(host: Host, feature: PersistentFeature): Promise<Plan> {
  refuseInNetworkNamespace(host, 'configuration files are those')
  const planner = createPlanner(host, 'tuning')
  await planPersistence(planner, owners[feature], { what: feature, values: [] })
  const owner = owners[feature]
  if (owner === 'cpu-isolation' || owner === 'irq-affinity') await planIrqbalanceBan(planner, owner, { cpus: [], interrupts: [] })
  return planner.finish()
}

/** Plans the removal of everything that {@link planProfile} made persistent; see {@link planTuningRemoval}. */
export async function planProfileRemoval(host: Host): Promise<Plan> {
  return planTuningRemoval(host, 'profile')
}
