import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseModprobeFile } from '../src/modprobe-file.ts'

describe('a file of modprobe.d', () => {
  it('has commands, with lines that go on and module names in their own spelling', () => {
    const text = [
      '# comment',
      'alias pci:v00001234d* my-driver',
      'blacklist pcspkr',
      'install  usb-storage /bin/false',
      'options snd-hda-intel power_save=1 \\',
      '  model="dell headset" enable',
      'softdep uhci-hcd pre: ehci-hcd post: xhci-hcd',
      'weakdep a-b c-d',
    ].join('\n')
    expect(parseModprobeFile(text)).toEqual({
      problems: [],
      lines: [
        { kind: 'alias', pattern: 'pci:v00001234d*', module: 'my_driver', line: 2, column: 1 },
        { kind: 'blacklist', module: 'pcspkr', line: 3, column: 1 },
        { kind: 'install', module: 'usb_storage', command: '/bin/false', line: 4, column: 1 },
        {
          kind: 'options',
          module: 'snd_hda_intel',
          line: 5,
          column: 1,
          options: [
            { name: 'power_save', value: '1', line: 5, column: 23 },
            { name: 'model', value: '"dell headset"', line: 6, column: 3 },
            { name: 'enable', value: undefined, line: 6, column: 24 },
          ],
        },
        { kind: 'softdep', module: 'uhci_hcd', before: ['ehci_hcd'], after: ['xhci_hcd'], line: 7, column: 1 },
        { kind: 'weakdep', module: 'a_b', modules: ['c_d'], line: 8, column: 1 },
      ],
    })
  })

  it('has its malformed lines among the problems', () => {
    expect(parseModprobeFile('option x y=1\nblacklist\nsoftdep a b\noptions x\nalias y\n').problems).toEqual([
      { line: 1, column: 1, message: '`option` is no command of modprobe.d; there are alias, blacklist, install, options, remove, softdep, weakdep' },
      { line: 2, column: 1, message: '`blacklist` needs the name of a module' },
      { line: 3, column: 1, message: '`softdep` needs `pre:` or `post:` before the modules' },
      { line: 4, column: 1, message: '`options` needs at least one option' },
      { line: 5, column: 1, message: '`alias` needs the module that the name stands for' },
    ])
  })

  it('is read to its end whatever it holds', () => {
    const pieces = fc.constantFrom('options', 'alias', 'softdep', 'pre:', ' ', '\n', '\\\n', '#', '"', 'a=1', '-', '\0', 'é')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const lines = text.split('\n')
          const { lines: found, problems } = parseModprobeFile(text)
          for (const { line, column, kind } of found) expect(lines[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^${kind}`, 'u'))
          for (const { line, column } of problems) expect(lines[line - 1]?.[column - 1]).toMatch(/\S/u)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
