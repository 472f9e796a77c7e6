import type { Host, Plan } from '@hostwright/core'
import { createPlanner } from '@hostwright/core'
import type { PersistenceOwner } from './managed-paths.ts'
import { planPersistence } from './plan-persistence.ts'

/**
 * Plans the removal of everything that {@link planProfile} made persistent: its files, and exactly the words that it added to
 * shared kernel command lines. Values that the kernel holds now stay until the next boot; undoing the transaction that
 * set them (`hostwright rollback`) puts those back at once.
 */
export async function planProfileRemoval(host: Host): Promise<Plan> {
  return planRemoval(host, 'tuning')
}

/** The same for any feature with files of its own. */
export async function planRemoval(host: Host, owner: PersistenceOwner): Promise<Plan> {
  const planner = createPlanner(host, 'tuning')
  await planPersistence(planner, owner, { what: owner, values: [] })
  return planner.finish()
}
