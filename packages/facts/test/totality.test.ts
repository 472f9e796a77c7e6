import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTrouble, readFacts } from '@hostwright/facts'
import { factsSchema } from '../src/schemas/facts.ts'
import { loadFixture, treeFrom, type FixtureTree } from './fixture-tree.ts'

/** What a broken driver, a truncated file or someone with bad intentions leaves in a file. */
const damage = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '\n', '-1\n', '0-999999999\n', '18446744073709551615\n', '9'.repeat(400), '\0\0\0', '[[[', ':'.repeat(50), '../'.repeat(50), 'NaN', '0x'),
  fc.integer().map(String),
)

function damaged(machine: string, choices: readonly (readonly [number, string | undefined])[]): FixtureTree {
  const tree = loadFixture(machine)
  const paths = [...tree.nodes.keys()]
  for (const [at, text] of choices) {
    const path = paths[at % paths.length] ?? '/'
    const node = tree.nodes.get(path)
    if (text === undefined) tree.nodes.delete(path)
    else if (node?.kind === 'file') tree.nodes.set(path, { kind: 'file', text })
    else if (node?.kind === 'link') tree.nodes.set(path, { kind: 'link', target: text })
  }
  return tree
}

describe('readFacts', () => {
  it.each(['amd-laptop', 'intel-nvidia-laptop', 'numa-server', 'raspberry-pi'])(
    'gives facts of the right shape for %s, whatever is damaged or missing',
    async (machine) => {
      const choice = fc.tuple(fc.nat(1_000_000), fc.option(damage, { nil: undefined }))
      await fc.assert(
        fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 60 }), async (choices) => {
          const tree = damaged(machine, choices)
          const facts = await readFacts(tree)
          expect(factsSchema.parse(facts)).toEqual(facts)
          await findTrouble(tree)
        }),
        { numRuns: 15 },
      )
    },
    60_000,
  )

  it('gives facts for an empty tree', async () => {
    const facts = await readFacts(treeFrom({}))
    expect(factsSchema.parse(facts)).toEqual(facts)
    expect(await findTrouble(treeFrom({}))).toEqual([])
  })

  it('reads only what it is asked for', async () => {
    const tree = loadFixture('kvm-guest')
    const read: string[] = []
    const watched = { ...tree, readMany: async (paths: readonly string[]) => (read.push(...paths), tree.readMany(paths)) }
    expect(Object.keys(await readFacts(watched, { only: ['memory'] }))).toEqual(['memory'])
    expect(read.some((path) => path.startsWith('/sys/class/net') || path === '/proc/cpuinfo')).toBe(false)
  })

  it('refuses a section that does not exist', async () => {
    await expect(readFacts(treeFrom({}), { only: ['cpus' as 'cpu'] })).rejects.toMatchObject({ code: 'INVALID_INPUT', subject: 'cpus' })
  })
})
