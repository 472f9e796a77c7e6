import { Buffer } from 'node:buffer'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { findBytes } from '@hostwright/core'
import type { KernelView } from './kernel-view.ts'
import { normaliseModule } from '../modprobe-file.ts'

/** What is known of a module. */
export interface KnownModule {
  readonly kind: 'built-in' | 'loadable'
  /** Its parameters; `undefined` where they cannot be told. */
  readonly parameters: readonly string[] | undefined
}

/** The modules of a kernel. */
export interface ModuleDatabase {
  /** Whether the lists of modules are there: without them nothing can be said to be missing. */
  readonly complete: boolean
  find(module: string): Promise<KnownModule | undefined>
}

/** Largest module file that is looked into. */
const maxModuleBytes = 64 * 1024 * 1024

/** Reads the lists that depmod and the kernel's build leave below `/lib/modules`; module files are looked into when they are asked for. */
export async function readModuleDatabase(view: KernelView): Promise<ModuleDatabase> {
  const base = `/lib/modules/${view.release ?? ''}`
  const names = ['modules.dep', 'modules.builtin', 'modules.builtin.modinfo', 'modules.alias'].map((name) => `${base}/${name}`)
  const [loadable, builtIn, information, aliases] = view.release === undefined ? [] : await view.fs.readMany(names)
  const files = new Map((loadable ?? '').split('\n').flatMap((line) => pair(line.split(':')[0] ?? '')))
  const inKernel = new Set((builtIn ?? '').split('\n').flatMap((line) => pair(line).map(([name]) => name)))
  const builtInParameters = new Map<string, string[]>()
  for (const entry of (information ?? '').split('\0')) {
    const match = /^([^.=]+)\.parm(?:type)?=([^:]+):/u.exec(entry)
    if (match === null) continue
    const module = normaliseModule(match[1] ?? '')
    inKernel.add(module)
    builtInParameters.set(module, [...new Set([...(builtInParameters.get(module) ?? []), normaliseModule(match[2] ?? '')])])
  }
  return {
    complete: loadable !== undefined && builtIn !== undefined,
    async find(name) {
      const module = normaliseModule(name)
      const file = files.get(module)
      if (file !== undefined) return { kind: 'loadable', parameters: await moduleParameters(view, file.startsWith('/') ? file : `${base}/${file}`) }
      if (inKernel.has(module)) return { kind: 'built-in', parameters: information === undefined ? undefined : (builtInParameters.get(module) ?? []) }
      // An alias such as `eth0` or `pci:v…` stands for a module; which one does not matter here.
      if (aliases?.includes(`\nalias ${name} `) === true) return { kind: 'loadable', parameters: undefined }
      return undefined
    },
  }
}

/** `kernel/drivers/net/veth.ko.xz` → `['veth', …]` */
function pair(path: string): readonly (readonly [string, string])[] {
  const name = /([^/]+)\.ko(?:\.\w+)?$/u.exec(path)?.[1]
  return name === undefined ? [] : [[normaliseModule(name), path]]
}

/** The parameters that a module file names in its `.modinfo`; `undefined` if the file cannot be read (xz among others). */
async function moduleParameters(view: KernelView, path: string): Promise<readonly string[] | undefined> {
  const packed = await findBytes(view.fs, path, maxModuleBytes)
  const bytes = packed === undefined ? undefined : unpack(path, packed)
  if (bytes === undefined) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return [...new Set([...text.matchAll(/\0parm(?:type)?=([\w-]+):/gu)].map((match) => normaliseModule(match[1] ?? '')))]
}

function unpack(path: string, bytes: Uint8Array): Uint8Array | undefined {
  try {
    if (path.endsWith('.ko')) return bytes
    if (path.endsWith('.ko.gz')) return gunzipSync(bytes, { maxOutputLength: maxModuleBytes })
    if (path.endsWith('.ko.zst')) return zstdDecompressSync(bytes, { maxOutputLength: maxModuleBytes })
    return undefined
  } catch {
    // A damaged module file is no mistake of the file that is looked at.
    return undefined
  }
}
