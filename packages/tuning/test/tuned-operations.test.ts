import { HostwrightError } from '@hostwright/core'
import type { Host } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { tunedOperations } from '../src/operations/tuned.ts'
import { memoryTree } from './fixtures/tuned/memory-tree.ts'

const files = {
  '/usr/lib/tuned/p/tuned.conf':
    '[main]\nsummary=For a test\n[sysctl]\n# Swap late.\nvm.swappiness=<10\n[disk]\ndynamic=0\ndevices=sd*, !sda\nelevator=none\n[cpu]\nforce_latency=1\ngovernor=a|b\n[bootloader]\ncmdline=quiet\n[modules]\nm=x=1\n[script]\nscript=s.sh\n',
  '/etc/tuned/q/tuned.conf': '[main]\nsummary=Mine\n',
  '/etc/tuned/active_profile': 'q\n',
  '/etc/tuned/profile_mode': 'manual\n',
}
const host = {
  label: 'test',
  fs: memoryTree(files),
  run: () => Promise.reject(new HostwrightError('COMMAND_NOT_FOUND', 'no commands here')),
} as unknown as Host

function operation(name: string): (typeof tunedOperations)[number] {
  const found = tunedOperations.find((each) => each.name === name)
  if (found?.run === undefined) throw new Error(`no operation ${name}`)
  return found
}

describe('tuning import-tuned', () => {
  it('shows what the profile sets and what cannot be expressed', async () => {
    const tested = operation('tuning import-tuned')
    const values: unknown = tested.input.parse({ profile: 'p' })
    const result: unknown = tested.output.parse(await tested.run?.({ host }, values))
    expect(result).toMatchObject({ name: 'p', summary: 'For a test', origin: '/usr/lib/tuned/p/tuned.conf' })
    const shown = tested.view?.(result, values)
    expect(shown).toEqual({
      kind: 'group',
      title: { text: 'p: For a test', tone: 'strong' },
      children: [
        expect.objectContaining({
          kind: 'table',
          rows: [
            ['vm.swappiness', '≤ 10', '', 'Swap late.', { text: '/usr/lib/tuned/p/tuned.conf:5', tone: 'dim' }],
            ['block.scheduler', 'none', 'sd*, not sda', 'Set in [disk] of the tuned profile.', { text: '/usr/lib/tuned/p/tuned.conf:9', tone: 'dim' }],
            [
              'cpu.resume-latency',
              '1',
              '',
              'Set in [cpu] of the tuned profile. The same limit as tuned holds in /dev/cpu_dma_latency, on every CPU.',
              { text: '/usr/lib/tuned/p/tuned.conf:11', tone: 'dim' },
            ],
            ['cpufreq.governor', 'a or b', '', 'Set in [cpu] of the tuned profile.', { text: '/usr/lib/tuned/p/tuned.conf:12', tone: 'dim' }],
            ['kernel command line', 'quiet', '', 'Set in [bootloader] of the tuned profile.', { text: '/usr/lib/tuned/p/tuned.conf:14', tone: 'dim' }],
            ['module m', 'x=1', '', 'Set in [modules] of the tuned profile.', { text: '/usr/lib/tuned/p/tuned.conf:16', tone: 'dim' }],
          ],
        }),
        expect.objectContaining({
          kind: 'table',
          rows: [
            [
              { text: '[disk] dynamic = 0', tone: 'warn' },
              'It says whether tuned follows the load of the disks; a profile here sets values once.',
              { text: '/usr/lib/tuned/p/tuned.conf:7', tone: 'dim' },
            ],
            [
              { text: '[script] script = /usr/lib/tuned/p/s.sh', tone: 'warn' },
              'It runs programs when the profile starts and stops; what they change cannot be seen, planned or put back.',
              { text: '/usr/lib/tuned/p/tuned.conf:18', tone: 'dim' },
            ],
          ],
        }),
      ],
    })
  })

  it('completes the names of profiles', async () => {
    expect(await operation('tuning import-tuned').complete?.({ host }, 'profile', '')).toEqual(['p', 'q'])
  })
})

describe('tuning list-tuned', () => {
  it('marks the profile that is chosen', async () => {
    const tested = operation('tuning list-tuned')
    const result: unknown = tested.output.parse(await tested.run?.({ host }, {}))
    expect(result).toEqual({
      profiles: [
        { name: 'p', summary: 'For a test', path: '/usr/lib/tuned/p/tuned.conf', active: false },
        { name: 'q', summary: 'Mine', path: '/etc/tuned/q/tuned.conf', active: true },
      ],
      mode: 'manual',
    })
    expect(tested.view?.(result, {})).toMatchObject({
      kind: 'table',
      rows: [
        ['p', 'For a test', { tone: 'dim' }],
        [{ text: 'q (chosen)', tone: 'accent' }, 'Mine', { tone: 'dim' }],
      ],
    })
  })
})
