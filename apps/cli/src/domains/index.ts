import type { Domain } from '@hostwright/core'

/** The domains that the command comes with. Each is loaded when one of its commands runs, or when all are asked. */
export const domainLoaders: Readonly<Record<string, () => Promise<Domain>>> = {
  facts: async () => (await import('./facts.ts')).domain,
  tuning: async () => (await import('./tuning.ts')).domain,
}

/** All of them. */
export async function loadDomains(): Promise<readonly Domain[]> {
  return Promise.all(Object.values(domainLoaders).map((load) => load()))
}
