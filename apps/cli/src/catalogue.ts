import type { CommandCatalogue } from '@hostwright/core'

/** The commands, for routing, help and completion. A built command has them ready; see `tsup.config.ts`. */
export async function loadCatalogue(): Promise<CommandCatalogue> {
  const { deriveLiveCatalogue } = await import('./live-catalogue.ts')
  return deriveLiveCatalogue()
}
