import { isHostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Plan } from '../plan.ts'

/** A plan with paths as they are on its host, and what its steps create besides files. */
export interface LocatedPlan {
  readonly plan: Plan
  /** What goes before every path of the plan for the host's commands. */
  readonly root: string
  /** Parent directories that step N creates, outermost first. */
  readonly createdDirectories: ReadonlyMap<number, readonly string[]>
}

/**
 * Finds the directories that a plan's files need. In a rooted tree the parents of every path are resolved inside the tree
 * first, so that an absolute symbolic link there cannot lead a command of the outer system out of it.
 */
export async function locatePlan(host: Host, plan: Plan): Promise<LocatedPlan> {
  const located = host.root === '' ? plan : await resolveInside(host, plan)
  const createdDirectories = new Map<number, readonly string[]>()
  const known = new Set<string>()
  for (const [index, step] of located.steps.entries()) {
    if (step.action.kind !== 'write' && step.action.kind !== 'link') continue
    const missing: string[] = []
    for (let parent = parentOf(step.action.path); parent !== '/' && !known.has(parent) && !(await host.fs.exists(parent)); parent = parentOf(parent))
      missing.unshift(parent)
    for (const path of missing) known.add(path)
    if (missing.length > 0) createdDirectories.set(index + 1, missing)
  }
  return { plan: located, root: host.root, createdDirectories }
}

async function resolveInside(host: Host, plan: Plan): Promise<Plan> {
  const resolved = new Map<string, string>()
  const resolve = async (path: string): Promise<string> => {
    const known = resolved.get(path)
    if (known !== undefined) return known
    const place = await realParent(host, path)
    resolved.set(path, place)
    return place
  }
  const steps = await Promise.all(
    plan.steps.map(async (step) => ({ ...step, action: step.action.kind === 'run' ? step.action : { ...step.action, path: await resolve(step.action.path) } })),
  )
  const reads = await Promise.all(plan.reads.map(async (read) => (read.kind === 'output' ? read : { ...read, path: await resolve(read.path) })))
  return { ...plan, steps, reads }
}

async function realParent(host: Host, path: string): Promise<string> {
  const parent = parentOf(path)
  const name = path.slice(path.lastIndexOf('/') + 1)
  try {
    const real = await host.fs.realpath(parent)
    return real === '/' ? `/${name}` : `${real}/${name}`
  } catch (error) {
    if (!isHostwrightError(error, 'NOT_FOUND') || parent === '/') throw error
    return `${await realParent(host, parent)}/${name}`
  }
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}
