import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { defineConfig } from 'tsup'
import { directImports } from './build/module-map.ts'
import type { OperationPlace } from './build/operation-map.ts'

/** What the sources know and the built command shall have ready. */
function derive<T>(what: 'catalogue' | 'manual' | 'modules' | 'operations'): T {
  const printed = execFileSync(process.execPath, ['--conditions=@hostwright/source', 'build/derive.ts', what], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return JSON.parse(printed) as T
}

/** A module that loads each operation from where it is defined, and so nothing of the others. */
function operationLoaders(): string {
  const places = derive<Record<string, OperationPlace>>('operations')
  const lines = Object.entries(places).map(
    ([name, { path, expression }]) => `${JSON.stringify(name)}: async () => (await import(${JSON.stringify(path)})).${expression},`,
  )
  return `const loaders = {\n${lines.join('\n')}\n}\nexport const loadOperation = async (_, name) => loaders[name]?.()`
}

function writeManual(): void {
  rmSync('dist/man', { recursive: true, force: true })
  mkdirSync('dist/man', { recursive: true })
  for (const [name, text] of Object.entries(derive<Record<string, string>>('manual'))) writeFileSync(`dist/man/${name}`, text)
  cpSync('dist/man/hostwright.1', 'dist/man/hw.1')
}

export default defineConfig({
  entry: ['src/index.ts', 'src/main.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  splitting: true,
  sourcemap: false,
  clean: true,
  dts: false,
  minifyWhitespace: true,
  silent: true,
  // The libraries and zod are bundled from their sources, so that a command loads only what it needs of them.
  noExternal: [/^@hostwright\//u, 'zod'],
  external: ['execa', 'ssh2', 'yaml', 'systeminformation'],
  esbuildOptions(options) {
    options.conditions = ['@hostwright/source']
  },
  esbuildPlugins: [
    {
      name: 'hostwright',
      setup(build) {
        const maps = derive<Record<string, Record<string, string>>>('modules')
        build.onLoad({ filter: /[\\/]cli[\\/]src[\\/]domains[\\/]operation\.ts$/ }, () => ({
          contents: operationLoaders(),
          loader: 'js',
          resolveDir: 'src/domains',
        }))
        build.onLoad({ filter: /[\\/](?:cli|core|facts|tuning)[\\/]src[\\/].*\.ts$/ }, ({ path }) =>
          path.endsWith('/cli/src/catalogue.ts')
            ? {
                contents: `const catalogue = JSON.parse(${JSON.stringify(JSON.stringify(derive('catalogue')))})\nexport const loadCatalogue = async () => catalogue`,
                loader: 'js',
              }
            : { contents: directImports(readFileSync(path, 'utf8'), maps), loader: 'ts' },
        )
      },
    },
  ],
  onSuccess: async () => writeManual(),
})
