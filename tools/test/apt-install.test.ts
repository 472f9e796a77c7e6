import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parsePackageList } from '../apt-install.ts'
import { root } from '../workspaces.ts'

it('reads names, files that are only unpacked, and comments', () => {
  expect(parsePackageList('# Tools\nethtool\n\n  kmod # modules\nunpack linux-image-cloud-amd64\n')).toEqual([
    { name: 'ethtool', unpack: false },
    { name: 'kmod', unpack: false },
    { name: 'linux-image-cloud-amd64', unpack: true },
  ])
})

it('finds no name twice and no odd name in the list of the repository', async () => {
  const names = parsePackageList(await readFile(join(root, 'tools/apt-packages.txt'), 'utf8')).map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.filter((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))).toEqual([])
})
