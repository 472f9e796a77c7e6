import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tunables } from '../../src/tunable-table.ts'
import { convertTunedProfile } from '../../src/tuned/convert.ts'
import { claims, parseDevices } from '../../src/tuned/device-claims.ts'
import { loadTunedProfile } from '../../src/tuned/load-profile.ts'
import { memoryTree } from '../fixtures/tuned/memory-tree.ts'

interface Questions {
  readonly cmdlines: readonly (readonly (readonly [name: string, value: string])[])[]
  readonly devices: readonly (readonly [rules: string, device: string])[]
  readonly readaheads: readonly string[]
}

interface Answers {
  readonly cmdlines: readonly string[]
  readonly devices: readonly boolean[]
  readonly readaheads: readonly (string | null)[]
}

const script = fileURLToPath(new URL('../fixtures/tuned/plugin-oracle.py', import.meta.url))
const installed = existsSync('/usr/lib/python3/dist-packages/tuned/plugins/plugin_bootloader.py')

function ask(questions: Partial<Questions>): Answers {
  const input = JSON.stringify({ cmdlines: [], devices: [], readaheads: [], ...questions })
  return JSON.parse(execFileSync('/usr/bin/python3', [script], { encoding: 'utf8', input, maxBuffer: 64 << 20 })) as Answers
}

async function convert(unit: string): ReturnType<typeof convertTunedProfile> {
  const tree = memoryTree({ '/usr/lib/tuned/p/tuned.conf': unit, '/etc/tuned/tuned-main.conf': 'dynamic_tuning=0\n' })
  return convertTunedProfile(await loadTunedProfile(tree, 'p'), tunables())
}

describe.skipIf(!installed)('answers as the plugins of the installed tuned do (needs the Debian package tuned)', () => {
  it('for kernel command lines of several options', async () => {
    const word = fc.constantFrom('a', 'b=1', 'c', 'isolcpus=1-3', 'a.b=2')
    const value = fc
      .tuple(fc.constantFrom('', '+', '-', '\\+', '\\-', '+ '), fc.array(word, { maxLength: 4 }))
      .map(([operator, list]) => `${operator}${list.join(' ')}`)
    const options = fc
      .sample(fc.array(value, { minLength: 1, maxLength: 5 }), { numRuns: 150, seed: 3 })
      .map((values) => values.map((text, at) => [`cmdline_${at}`, text] as const))
    const answers = ask({ cmdlines: options }).cmdlines
    for (const [at, list] of options.entries()) {
      const { profile } = await convert(`[bootloader]\n${list.map(([name, text]) => `${name}=${text}\n`).join('')}`)
      expect({ list, parameters: (profile.commandLine ?? []).map(({ parameter }) => parameter) }).toEqual({
        list,
        parameters: (answers[at] ?? '').split(/\s+/u).filter((each) => each !== ''),
      })
    }
  })

  it('for lists of devices', () => {
    const pattern = fc.constantFrom('sd*', 'sda', 'nvme?n1', '[sv]da', '*', 'sd[!a]', 'eth0', 'cciss!c0d0')
    const rules = fc
      .tuple(fc.array(fc.tuple(fc.boolean(), pattern), { maxLength: 4 }), fc.constantFrom(' ', ',', ', '))
      .map(([list, separator]) => list.map(([not, each]) => `${not ? '!' : ''}${each}`).join(separator))
    const device = fc.constantFrom('sda', 'sdb', 'vda', 'nvme0n1', 'nvme10n1', 'eth0', 'cciss!c0d0')
    const devices = fc.sample(fc.tuple(rules, device), { numRuns: 600, seed: 4 })
    expect(devices.map(([list, name]) => [list, name, claims(parseDevices(list), name)])).toEqual(
      ask({ devices }).devices.map((answer, at) => [devices[at]?.[0], devices[at]?.[1], answer]),
    )
  })

  it('for read-ahead in KiB and sectors', async () => {
    const texts = ['4096', '8192 s', '8192 sectors', '8192s', '7 s', '0', '-1', 'x', '4096 k', '1_000', '\t64  s']
    const answers = ask({ readaheads: texts }).readaheads
    const ours = await Promise.all(texts.map(async (text) => (await convert(`[disk]\nreadahead=${text}\n`)).profile.settings[0]?.value ?? null))
    expect(ours).toEqual(answers)
  })
})
