import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { expect, it } from 'vitest'
import { requireCommand } from '../command.ts'
import { root } from '../workspaces.ts'

const listed = await requireCommand(['git', 'ls-files', '--cached', '--others', '--exclude-standard'])
const sources = listed.split('\n').filter((path) => /\.(ts|mjs)$/.test(path) && !path.includes('/fixtures/') && existsSync(join(root, path)))

it('names every file after its subject', () => {
  const nameless = /^(utils?|helpers?|common|misc|types|lib|shared)$/
  expect(sources.filter((path) => nameless.test(basename(path, extname(path))))).toEqual([])
})

it('keeps the index of a library to re-exports', () => {
  const indexes = sources.filter((path) => /^packages\/[^/]+\/src\/index\.ts$/.test(path))
  const rest = (path: string): string =>
    readFileSync(join(root, path), 'utf8')
      .replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
      .replaceAll(/export (type )?(\*|\* as \w+|\{[^}]*\}) from '[^']+';?/g, '')
      .trim()
  expect(indexes.length).toBeGreaterThan(0)
  expect(indexes.filter((path) => rest(path) !== '')).toEqual([])
})
