import { existsSync, globSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../command.ts'
import { type DocBlock, exampleBlocks, markdownBlocks } from '../doc-blocks.ts'
import { root } from '../workspaces.ts'

const documents = globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', '{packages,apps,examples}/*/README.md'], { cwd: root }).toSorted()
const sources = globSync('{packages,apps}/*/src/**/*.ts', { cwd: root }).toSorted()

// Inside the repository, so that names of packages resolve as they do for a package of the repository.
const folder = join(root, '.work', `docs-${process.pid}`)

interface FoundBlock extends DocBlock {
  readonly place: string
  readonly path: string
}

const blocksOf = async (path: string): Promise<readonly FoundBlock[]> => {
  const text = await readFile(join(root, path), 'utf8')
  let blocks: readonly DocBlock[]
  try {
    blocks = path.endsWith('.md') ? markdownBlocks(text) : exampleBlocks(text)
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  return blocks.map((block) => ({ ...block, place: `${path}:${block.line}`, path: join(folder, `${path.replaceAll(/[/.]/g, '_')}-${block.line}.ts`) }))
}
const blocks = (await Promise.all([...documents, ...sources].map(blocksOf))).flat()

beforeAll(async () => {
  await mkdir(folder, { recursive: true })
  await Promise.all(blocks.map(({ path, code }) => writeFile(path, code)))
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions: { noUnusedLocals: false, moduleDetection: 'force' }, include: ['*.ts'] }),
  )
})
afterAll(() => rm(folder, { recursive: true }))

describe('code in documents and @example blocks', () => {
  it('says why, where it is not run (```ts no-run: needs a machine behind SSH)', () => {
    expect(blocks.filter(({ noRun }) => noRun === '').map(({ place }) => place)).toEqual([])
  })

  it('has the right types', async () => {
    const { output } = await runCommand(['tsc', '-p', join(folder, 'tsconfig.json')])
    const messages = blocks.reduce((text, { path, place }) => text.replaceAll(path.slice(root.length + 1), place.replace(/:\d+$/, '')), output)
    expect(messages).toBe('')
  }, 60_000)

  it.concurrent.for(blocks.filter(({ noRun }) => noRun === undefined).map((block) => [block.place, block] as const))(
    'runs: %s',
    { timeout: 60_000 },
    async ([, { path, expected }], context) => {
      const { ok, stdout, output } = await runCommand(['node', '--conditions=@hostwright/source', path])
      if (!ok) context.expect(output).toBe('')
      if (expected !== undefined) context.expect(stdout.trimEnd()).toBe(expected.trimEnd())
    },
  )
})

describe('a link in a document', () => {
  it.each(documents)('leads to a file: %s', async (path) => {
    const text = await readFile(join(root, path), 'utf8')
    const targets = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target)
    expect(targets.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([])
  })
})

describe('a package', () => {
  it.each(globSync('{packages,apps}/*/package.json', { cwd: root }).map((path) => path.replace('/package.json', '/README.md')))(
    'has a %s with an example that runs',
    async (path) => {
      expect(documents).toContain(path)
      expect((await blocksOf(path)).filter(({ noRun }) => noRun === undefined).length + (path.startsWith('apps/') ? 1 : 0)).toBeGreaterThan(0)
    },
  )
})
