import { deriveCatalogue, type CommandCatalogue } from '@hostwright/core'
import { loadDomains } from './domains/index.ts'
import { spanningLoaders } from './operations/index.ts'

/** The commands, derived from the operations themselves. */
export async function deriveLiveCatalogue(): Promise<CommandCatalogue> {
  const spanning = await Promise.all(Object.values(spanningLoaders).map((load) => load()))
  return deriveCatalogue({
    program: 'hostwright',
    summary: 'Read, plan, change and undo Linux hosts',
    domains: await loadDomains(),
    operations: spanning.map(({ operation }) => operation),
  })
}
