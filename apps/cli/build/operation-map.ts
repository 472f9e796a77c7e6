import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Domain } from '@hostwright/core'

/** Where an operation is defined: the module, and the expression that gives it from the module's exports. */
export interface OperationPlace {
  readonly path: string
  readonly expression: string
}

/** Where each operation of the domains is defined, by its name. */
export async function operationMap(domains: readonly Domain[]): Promise<Readonly<Record<string, OperationPlace>>> {
  const found: Record<string, OperationPlace> = {}
  for (const domain of domains) {
    const folder = dirname(fileURLToPath(import.meta.resolve(`@hostwright/${domain.name}`)))
    for (const path of operationModules(folder)) {
      for (const [name, value] of Object.entries((await import(pathToFileURL(path).href)) as object)) {
        for (const operation of domain.operations) {
          const place = Array.isArray(value) ? value.indexOf(operation) : value === operation ? 0 : -1
          if (place !== -1) found[operation.name] = { path, expression: Array.isArray(value) ? `${name}[${place}]` : name }
        }
      }
    }
    const missing = domain.operations.find((operation) => found[operation.name] === undefined)
    if (missing !== undefined) throw new Error(`no module of ${folder} exports the operation \`${missing.name}\``)
  }
  return found
}

function operationModules(folder: string): readonly string[] {
  const below = join(folder, 'operations')
  const modules = existsSync(below) ? readdirSync(below).map((name) => join(below, name)) : []
  return [join(folder, 'operations.ts'), ...modules].filter((path) => path.endsWith('.ts') && existsSync(path))
}
