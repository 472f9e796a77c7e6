import type { AnyOperation } from '@hostwright/core'
import { domainLoaders } from './index.ts'

/** One operation of a built-in domain. A built command loads the operation's module alone; see `tsup.config.ts`. */
export async function loadOperation(domain: string, name: string): Promise<AnyOperation | undefined> {
  return (await domainLoaders[domain]?.())?.operations.find((operation) => operation.name === name)
}
