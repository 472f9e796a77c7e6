import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { requireCommand } from './command.ts'
import { root } from './workspaces.ts'

/** The oldest Node.js that the packages support, as in their `engines`. */
export const oldestVersion = '22.18.0'

/**
 * The oldest supported Node.js as a program, fetched once into `.nx` (190 MB, so only in CI and with HOSTWRIGHT_FULL=1);
 * undefined otherwise. Throws if it cannot be fetched.
 */
export async function oldestNode(): Promise<string | undefined> {
  if (process.env.CI === undefined && process.env.HOSTWRIGHT_FULL === undefined) return undefined
  const name = `node-${process.platform}-${process.arch}`
  const folder = join(root, '.nx', `node-${oldestVersion}`)
  const program = join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(program)) return program
  // Two packages may be checked at once: each fetches into a folder of its own, and the first to be done wins.
  const staging = `${folder}.${process.pid}`
  await mkdir(staging, { recursive: true })
  await requireCommand([
    'npm',
    'install',
    '--prefix',
    staging,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `${name}@${oldestVersion}`,
  ])
  await rename(staging, folder).catch(() => rm(staging, { recursive: true }))
  return program
}
