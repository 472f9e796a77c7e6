import { resolve } from 'node:path'
import { findCommandWords, type AnyOperation, type CommandCatalogue, type Domain } from '@hostwright/core'
import { loadCatalogue } from './catalogue.ts'
import { loadDomains } from './domains/index.ts'
import { loadOperation } from './domains/operation.ts'

/** What the command is made of. */
export interface Program {
  catalogue(): Promise<CommandCatalogue>
  /** One operation of a domain, loaded when it is needed. */
  operation(domain: string, name: string): Promise<AnyOperation | undefined>
  domains(): Promise<readonly Domain[]>
}

/** The command with the domains that it comes with. */
export const builtInProgram: Program = {
  catalogue: loadCatalogue,
  operation: loadOperation,
  domains: loadDomains,
}

/** Commands that tell of others, and so of those of plugins. */
const aboutCommands: ReadonlySet<string> = new Set(['help', 'man', 'schema'])

/**
 * The program with the plugins of the configuration that `--config` names. Only a configuration that was named is read for
 * that: a plugin is code, and lying in the working directory is no reason to run it.
 */
export function withPlugins(program: Program, argv: readonly string[], cwd: string): Program {
  const file = configFlag(argv)
  if (file === undefined) return program
  const load = async (): Promise<readonly Domain[]> => {
    const { loadConfiguration } = await import('./configuration.ts')
    return (await loadConfiguration(resolve(cwd, file), await program.domains())).domains
  }
  let loaded: Promise<readonly Domain[]> | undefined
  const domains = (): Promise<readonly Domain[]> => (loaded ??= load())
  return {
    async catalogue() {
      const own = await program.catalogue()
      const [first] = findCommandWords(own, argv).names
      if (first !== undefined && !aboutCommands.has(first)) return own
      const { addDomains } = await import('./configuration.ts')
      return addDomains(own, await domains())
    },
    operation: async (domain, name) =>
      (await program.operation(domain, name)) ??
      (await domains()).find((each) => each.name === domain)?.operations.find((operation) => operation.name === name),
    domains,
  }
}

function configFlag(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const at = own.findLastIndex((token) => token === '--config' || token.startsWith('--config='))
  const token = own[at]
  return token === '--config' ? own[at + 1] : token?.slice('--config='.length)
}
