import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { defineConfig } from 'tsup'

/** What the sources know and the built command shall have ready: the catalogue of commands, and the manual pages. */
function deriveFromSource(what: 'catalogue' | 'manual'): string {
  return execFileSync(process.execPath, ['--conditions=@hostwright/source', 'build/derive.ts', what], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

function writeManual(): void {
  const pages = JSON.parse(deriveFromSource('manual')) as Readonly<Record<string, string>>
  rmSync('dist/man', { recursive: true, force: true })
  mkdirSync('dist/man', { recursive: true })
  for (const [name, text] of Object.entries(pages)) writeFileSync(`dist/man/${name}`, text)
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
  silent: true,
  treeshake: false,
  // The libraries and zod are bundled from their sources, so that a command loads only what it needs of them.
  noExternal: [/^@hostwright\//u, 'zod'],
  esbuildOptions(options) {
    options.conditions = ['@hostwright/source']
  },
  esbuildPlugins: [
    {
      name: 'static-catalogue',
      setup(build) {
        build.onLoad({ filter: /[\\/]cli[\\/]src[\\/]catalogue\.ts$/u }, () => ({
          contents: `const catalogue = JSON.parse(${JSON.stringify(deriveFromSource('catalogue'))})\nexport const loadCatalogue = async () => catalogue`,
          loader: 'js',
        }))
      },
    },
  ],
  onSuccess: async () => writeManual(),
})
