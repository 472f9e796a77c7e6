import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { unpackedRoot } from '../apt-install.ts'

/** A Debian cloud kernel on this machine: installed, or unpacked by tools/apt-install.ts. */
export interface Kernel {
  readonly image: string
  /** `/lib/modules/RELEASE` */
  readonly moduleDirectory: string
}

/** The newest cloud kernel there is, or undefined. */
export function findKernel(): Kernel | undefined {
  for (const base of ['/', unpackedRoot]) {
    for (const image of globSync(join(base, 'boot/vmlinuz-*-cloud-amd64')).toSorted().toReversed()) {
      const moduleDirectory = join(base, 'lib/modules', basename(image).slice('vmlinuz-'.length))
      if (globSync(join(moduleDirectory, 'modules.dep')).length > 0) return { image, moduleDirectory }
    }
  }
  return undefined
}

/**
 * Modules with all that they need, in the order in which they have to be loaded. Modules that are part of the kernel
 * itself are left out. Throws if one exists nowhere.
 */
export async function loadModules(kernel: Kernel, names: readonly string[]): Promise<readonly { readonly name: string; readonly content: Uint8Array }[]> {
  const paths = new Map<string, string>()
  const needs = new Map<string, readonly string[]>()
  for (const line of (await readFile(join(kernel.moduleDirectory, 'modules.dep'), 'utf8')).split('\n')) {
    const [path = '', rest = ''] = line.split(':')
    if (path === '') continue
    paths.set(moduleName(path), path)
    needs.set(
      moduleName(path),
      rest
        .split(' ')
        .filter((word) => word !== '')
        .map(moduleName),
    )
  }
  const builtIn = new Set((await readFile(join(kernel.moduleDirectory, 'modules.builtin'), 'utf8')).split('\n').map(moduleName))
  const order: string[] = []
  const visit = (name: string): void => {
    if (order.includes(name) || builtIn.has(name)) return
    if (!paths.has(name)) throw new Error(`the kernel in ${kernel.moduleDirectory} has no module ${name}`)
    for (const need of needs.get(name) ?? []) visit(need)
    order.push(name)
  }
  for (const name of names) visit(name.replaceAll('-', '_'))
  return Promise.all(order.map(async (name) => ({ name, content: await readModule(join(kernel.moduleDirectory, paths.get(name) ?? '')) })))
}

function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.xz|\.zst)?$/, '')
    .replaceAll('-', '_')
}

async function readModule(path: string): Promise<Uint8Array> {
  if (path.endsWith('.ko')) return readFile(path)
  // From Debian 13 on modules are compressed, and the insmod of the test machine takes plain ones only.
  return execFileSync(path.endsWith('.xz') ? 'xz' : 'zstd', ['-dc', path], { maxBuffer: 1 << 28 })
}
