import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HostwrightError } from '../errors.ts'
import type { Domain } from '../section.ts'

/**
 * Loads the plugins that a configuration names: each a package, or a file or directory beginning with `.` or `/`, whose main
 * module exports a `domain`. Nothing is loaded that is not named.
 *
 * @param directory where the file lies that names them
 * @throws `NOT_FOUND`, `INVALID_INPUT`
 */
export async function loadPlugins(names: readonly string[], directory: string): Promise<readonly Domain[]> {
  return Promise.all(names.map((name) => loadPlugin(name, directory)))
}

async function loadPlugin(name: string, directory: string): Promise<Domain> {
  let path: string
  try {
    path = name.startsWith('.') || isAbsolute(name) ? resolvePath(resolve(directory, name)) : createRequire(pathToFileURL(`${directory}/`)).resolve(name)
  } catch (cause) {
    throw new HostwrightError('NOT_FOUND', `the plugin ${name} is not installed where the configuration lies`, {
      subject: name,
      hint: `Install it there (\`npm install ${name}\` in ${directory}), or correct its name.`,
      cause,
    })
  }
  let exports: Record<string, unknown>
  try {
    exports = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (cause) {
    throw new HostwrightError(
      'INVALID_INPUT',
      `the plugin ${name} cannot be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      { subject: path, cause },
    )
  }
  const { domain } = exports
  if (!isDomain(domain)) {
    throw new HostwrightError('INVALID_INPUT', `the plugin ${name} does not export a \`domain\` with a name, a summary and operations`, {
      subject: path,
      hint: 'See docs/plugins.md for what a plugin exports.',
    })
  }
  return domain
}

/** The main module of a file, or of a directory that holds a package: as the package's own name resolves in it. */
function resolvePath(path: string): string {
  const require = createRequire(pathToFileURL(`${path}/`))
  if (!statSync(path).isDirectory()) return path
  const manifest = resolve(path, 'package.json')
  const { name } = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name?: unknown }) : {}
  return typeof name === 'string' && name !== '' ? resolveOwnName(require, name, path) : require.resolve(path)
}

function resolveOwnName(require: NodeJS.Require, name: string, path: string): string {
  try {
    return require.resolve(name)
  } catch {
    return require.resolve(path)
  }
}

function isDomain(value: unknown): value is Domain {
  if (typeof value !== 'object' || value === null) return false
  const domain = value as Partial<Domain>
  return (
    typeof domain.name === 'string' &&
    typeof domain.summary === 'string' &&
    Array.isArray(domain.operations) &&
    domain.operations.every((operation) => typeof operation?.name === 'string' && (operation.kind === 'query' || operation.kind === 'change')) &&
    (domain.section === undefined || (typeof domain.section.name === 'string' && typeof domain.section.plan === 'function'))
  )
}
