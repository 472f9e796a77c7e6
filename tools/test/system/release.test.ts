import { expect, it } from 'vitest'
import { requireCommand } from '../../command.ts'
import { workingTree } from '../../leftovers.ts'
import { publishOrder } from '../../release.ts'
import { workspaces } from '../../workspaces.ts'

it('shows what a release would publish and changes nothing', { timeout: 120_000 }, async () => {
  const before = await workingTree()
  const printed = await requireCommand(['node', 'tools/release.ts', '--dry-run'])
  const headings = [...printed.matchAll(/^(\S+) (\d+\.\d+\.\d+) → (\d+\.\d+\.\d+) {3}[\d.]+ kB, \d+ files$/gm)]
  const names = headings.map(([, name]) => name)
  if (names.length === 0) expect(printed).toBe('No changeset asks for a release.\n')
  expect(names).toEqual(
    publishOrder(workspaces())
      .map(({ manifest }) => manifest.name)
      .filter((name) => names.includes(name)),
  )
  expect(printed.match(/^ {2}CHANGELOG\.md$/gm) ?? []).toHaveLength(names.length)
  expect(await workingTree()).toBe(before)
})
