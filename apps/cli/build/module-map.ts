import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where each value that a package exports is defined: `{ parseDuration: '/…/quantity-text.ts' }`. */
export async function moduleMap(index: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  const folder = dirname(index)
  for (const [, type, names, from = ''] of readFileSync(index, 'utf8').matchAll(/^export (type )?(?:\*|\{([^}]*)\}) from '(\.[^']+)'/gmu)) {
    if (type !== undefined) continue
    const path = resolve(folder, from)
    const below = isBarrel(path)
      ? await moduleMap(path)
      : Object.fromEntries(Object.keys((await import(pathToFileURL(path).href)) as object).map((name) => [name, path]))
    const wanted =
      names === undefined
        ? Object.keys(below)
        : names
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== '' && !name.startsWith('type '))
    for (const name of wanted) found[name] = below[name] ?? path
  }
  return found
}

/** A module that only hands on what others export. */
function isBarrel(path: string): boolean {
  const rest = readFileSync(path, 'utf8')
    .replaceAll(/^export (?:type )?(?:\*|\{[^}]*\}) from '[^']+';?$/gmu, '')
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gmu, '')
  return existsSync(path) && rest.trim() === ''
}

/**
 * The source with its imports from packages replaced by imports from the modules that define the names. Without that, esbuild
 * puts everything that an index mentions into the one chunk that every command loads.
 */
export function directImports(source: string, maps: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  return source.replaceAll(/^(import|export) \{([^}]*)\} from '(@hostwright\/[^']+)';?$/gmu, (statement, keyword: string, names: string, name: string) => {
    const map = maps[name]
    if (map === undefined) return statement
    const values = names
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '' && !part.startsWith('type '))
    return values
      .map((value) => {
        const path = map[value.split(' as ')[0] ?? value]
        if (path === undefined) throw new Error(`${name} exports no ${value}`)
        return `${keyword} { ${value} } from '${path}'`
      })
      .join(';')
  })
}
