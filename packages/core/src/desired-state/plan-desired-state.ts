import { HostwrightError } from '../errors.ts'
import type { Finding } from '../finding.ts'
import type { Host } from '../host.ts'
import type { Plan } from '../plan.ts'
import { mergePlans } from '../planner.ts'
import type { Domain } from '../section.ts'
import type { Configuration } from './configuration.ts'

/**
 * The one change that brings a host to its desired state: the plans of all sections, in their order.
 *
 * @throws `INVALID_INPUT` if two sections want the same file or attribute, and what the sections throw
 */
export async function planDesiredState(host: Host, configuration: Configuration): Promise<Plan> {
  const plans: Plan[] = []
  const owners = new Map<string, string>()
  for (const { section, desired, source } of configuration.sections) {
    const plan = await section.plan(host, desired, source)
    for (const step of plan.steps) {
      if (!('path' in step.action)) continue
      const { path } = step.action
      const owner = owners.get(path)
      if (owner !== undefined && owner !== section.name) {
        throw new HostwrightError('INVALID_INPUT', `the sections ${owner} and ${section.name} both want to change ${path}`, {
          subject: path,
          hint: 'Take the setting out of one of them.',
        })
      }
      owners.set(path, section.name)
    }
    plans.push(plan)
  }
  return plans.length === 0 ? { version: 1, domain: 'host', host: host.label, steps: [], reads: [], notes: [] } : mergePlans(plans)
}

/** What all domains have to say about a host, the worst first. A domain that fails says so as a finding. */
export async function collectFindings(host: Host, domains: readonly Domain[]): Promise<readonly Finding[]> {
  const found = await Promise.all(
    domains.map(async (domain) => {
      const findings = domain.section?.findings?.bind(domain.section) ?? domain.findings?.bind(domain)
      if (findings === undefined) return []
      try {
        return await findings(host)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return [
          { id: `${domain.name}/failed`, domain: domain.name, severity: 'warning', subject: domain.name, message: `This could not be checked: ${message}` },
        ] satisfies readonly Finding[]
      }
    }),
  )
  const rank = { error: 0, warning: 1, info: 2, ok: 3 }
  return found.flat().toSorted((left, right) => rank[left.severity] - rank[right.severity])
}
