import { expect, it } from 'vitest'
import { tarballProblems } from '../check-package.ts'

const manifest = {
  name: 'a',
  version: '1.0.0',
  bin: { a: './dist/main.js' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
}
const complete = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/chunk-A.js', 'dist/index.d.ts', 'dist/index.js', 'dist/main.js', 'package.json']

it('is satisfied with what a package needs', () => {
  expect(tarballProblems(manifest, complete)).toEqual([])
})

it('names what is missing', () => {
  const files = complete.filter((path) => path !== 'CHANGELOG.md' && path !== 'dist/index.d.ts' && path !== 'dist/main.js')
  expect(tarballProblems(manifest, files)).toEqual(['CHANGELOG.md is missing', 'dist/index.d.ts is missing', 'dist/main.js is missing'])
})

it('names what does not belong there', () => {
  const unwanted = ['test/a.test.ts', 'src/index.ts', 'dist/a.test.js', 'tsconfig.json', '.env', 'dist/node_modules/zod/index.js', 'bench/a.ts']
  expect(tarballProblems(manifest, [...complete, ...unwanted])).toEqual(unwanted.map((path) => `${path} does not belong into the package`))
})
