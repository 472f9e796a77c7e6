import { deriveCommand, type CommandCatalogue, type Domain } from '@hostwright/core'

export { loadConfiguration } from '@hostwright/core'

/** The catalogue with the commands of domains that it does not have yet. */
export function addDomains(catalogue: CommandCatalogue, domains: readonly Domain[]): CommandCatalogue {
  const added = domains.filter((domain) => !catalogue.groups.some(({ name }) => name === domain.name))
  return {
    ...catalogue,
    groups: [...catalogue.groups, ...added.map(({ name, summary }) => ({ name, summary }))],
    commands: [...catalogue.commands, ...added.flatMap((domain) => domain.operations.map((operation) => deriveCommand(operation, domain.name)))],
  }
}
