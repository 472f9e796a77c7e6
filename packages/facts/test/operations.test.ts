import type { OperationContext, View } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { factSections, operations } from '@hostwright/facts'
import { loadFixture } from './fixture-tree.ts'

const [facts] = operations
if (facts?.kind !== 'query') throw new Error('the first operation is the query `facts`')

const context = (machine: string): OperationContext => ({ host: { fs: loadFixture(machine) } as unknown as OperationContext['host'] })

function textsOf(view: View): readonly string[] {
  const text = (cell: string | { readonly text: string }): string => (typeof cell === 'string' ? cell : cell.text)
  if (view.kind === 'group') return [...(view.title === undefined ? [] : [text(view.title)]), ...view.children.flatMap(textsOf)]
  if (view.kind === 'fields') return view.fields.map(([label, value]) => `${label}: ${text(value)}`)
  if (view.kind === 'lines') return view.lines.map(text)
  if (view.kind === 'table') return view.rows.length === 0 ? [view.empty ?? ''] : view.rows.map((row) => row.map(text).join(' | '))
  return []
}

async function show(machine: string, sections: readonly string[]): Promise<readonly string[]> {
  const input = facts?.input.parse({ sections })
  const output = await (facts?.kind === 'query' ? facts.run(context(machine), input) : undefined)
  return textsOf(facts?.view?.(output, input) ?? { kind: 'lines', lines: [] })
}

describe('facts', () => {
  it('shows an overview without sections', async () => {
    expect(await show('intel-nvidia-laptop', [])).toEqual([
      'Host: creator',
      'System: Ubuntu 24.04.1 LTS',
      'Kernel: 6.8.0-45-generic',
      'Architecture: x86_64',
      'Machine: ASUSTeK COMPUTER INC. Vivobook Pro 15 K6500ZC',
      'Chassis: laptop',
      'Virtualisation: none',
      'Processor: 12th Gen Intel(R) Core(TM) i7-1260P',
      'CPUs: 16 (1 socket, 12 cores, 2 threads a core)',
      'Memory: 31.1 GiB',
      'Swap: 2 GiB',
      'Disks: nvme0n1 932 GiB, sda 28.6 GiB',
      'Graphics: intel, NVIDIA GeForce RTX 3050 Laptop GPU',
      'Init system: systemd',
    ])
  })

  it('shows the sections that are asked for, in their own order', async () => {
    expect(await show('numa-server', ['power', 'numa'])).toEqual([
      'NUMA nodes',
      '0 | 94.2 GiB | 47.7 GiB | 10 21 | 0-3,8-11',
      '1 | 94.2 GiB | 47.7 GiB | 21 10 | 4-7,12-15',
      'Power',
      'There are no power supplies that the kernel knows',
    ])
  })

  it('draws devices as trees', async () => {
    expect(await show('amd-laptop', ['block'])).toEqual([
      'Block devices',
      'nvme0n1 | 477 GiB | disk | nvme |  |  | SAMSUNG MZVL2512HCJQ-00BL7 | none',
      '  nvme0n1p1 | 600 MiB | part |  | vfat | /boot/efi |  | ',
      '  nvme0n1p2 | 1 GiB | part |  |  |  |  | ',
      '  nvme0n1p3 | 475 GiB | part |  |  |  |  | ',
      '    luks-0a1b2c3d | 475 GiB | crypt |  |  |  |  | none',
      '      fedora-root | 475 GiB | lvm |  | btrfs | /, /home |  | none',
      'zram0 | 8 GiB | zram |  |  | [SWAP] |  | none',
    ])
  })

  it('shows every section of every machine', async () => {
    for (const machine of ['amd-laptop', 'intel-nvidia-laptop', 'numa-server', 'kvm-guest', 'raspberry-pi']) {
      for (const section of factSections) expect((await show(machine, [section])).length).toBeGreaterThan(1)
    }
  })

  it('completes the names of sections', async () => {
    expect(await facts.complete?.(context('kvm-guest'), 'sections', 'm')).toEqual(['memory', 'mounts'])
  })

  it('refuses a section that does not exist', () => {
    expect(facts.input.safeParse({ sections: ['cpus'] }).success).toBe(false)
  })
})
