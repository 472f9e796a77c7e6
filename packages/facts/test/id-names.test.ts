import { describe, expect, it } from 'vitest'
import { readIdNames } from '@hostwright/facts'
import { treeFrom } from './fixture-tree.ts'

/** A list in the format of pci.ids that is larger than the parts in which it is read. */
function listOf(vendorCount: number, devicesEach: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
  const lines = ['#', '#\tList of ids', '']
  for (let vendor = 0; vendor < vendorCount; vendor += 1) {
    lines.push(`${hex(vendor * 37, 4)}  Vendor ${vendor} é`)
    for (let device = 0; device < devicesEach; device += 1) {
      lines.push(`\t${hex(device, 4)}  Device ${vendor}.${device}`)
      if (device % 5 === 0) lines.push('# a comment inside', `\t\t1043 ${hex(device, 4)}  Card ${vendor}.${device}`)
    }
  }
  lines.push('', '# Classes', 'C 02  Network controller', '\t00  Ethernet controller', 'C 03  Display controller', '\t00  VGA', '\t\t01  8514', '')
  return lines.join('\n')
}

describe('readIdNames', () => {
  it.each([
    ['many short sections', 600, 3],
    ['few long sections', 9, 900],
    ['sections of one line', 900, 0],
  ])('finds every name in a list of %s', async (_, vendorCount, devicesEach) => {
    const fs = treeFrom({ '/usr/share/hwdata/pci.ids': listOf(vendorCount, devicesEach) })
    const ids = Array.from({ length: vendorCount }, (__, index) => (index * 37).toString(16).padStart(4, '0'))
    const names = await readIdNames(fs, 'pci.ids', { vendors: ids, classes: ['02', '03', 'ff'] })
    expect(ids.map((id) => names.vendor(id))).toEqual(ids.map((__, index) => `Vendor ${index} é`))
    const last = (devicesEach - 1).toString(16).padStart(4, '0')
    if (devicesEach > 0) expect(ids.map((id) => names.device(id, last))).toEqual(ids.map((__, index) => `Device ${index}.${devicesEach - 1}`))
    expect([names.className('03'), names.subclassName('02', '00'), names.subclassName('03', '00'), names.className('ff')]).toEqual([
      'Display controller',
      'Ethernet controller',
      'VGA',
      undefined,
    ])
  })

  it('names the card around a chip', async () => {
    const names = await readIdNames(treeFrom({ '/usr/share/misc/pci.ids': listOf(20, 20) }), 'pci.ids', { vendors: ['0025'], classes: [] })
    expect([names.subsystem('0025', '0005', '1043', '0005'), names.subsystem('0025', '0006', '1043', '0005')]).toEqual(['Card 1.5', undefined])
  })

  it('has no names where the tree has no list, or one of another form', async () => {
    for (const fs of [treeFrom({}), treeFrom({ '/usr/share/misc/pci.ids': '' }), treeFrom({ '/usr/share/misc/pci.ids': 'x'.repeat(20_000) })]) {
      const names = await readIdNames(fs, 'pci.ids', { vendors: ['8086'], classes: ['03'] })
      expect([names.vendor('8086'), names.device('8086', '0001'), names.className('03')]).toEqual([undefined, undefined, undefined])
    }
  })
})
