import type { Host, OperationContext, View } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { lintOperation } from '../src/operations/lint.ts'
import { memoryTree } from './memory-tree.ts'

const host = {
  fs: memoryTree({
    '/proc/sys/kernel/osrelease': '6.12.1\n',
    '/proc/sys/vm/swappiness': '60\n',
    '/etc/sysctl.d/a.conf': 'vm.swappiness = 10\nvm.swapiness = 10\nkernel.sched_compat_yield = 1\n',
  }),
  run: undefined,
} as unknown as Host
const context: OperationContext = { host }

async function run(input: object, at: OperationContext = context): Promise<unknown> {
  const parsed = lintOperation.input.parse(input) as never
  return lintOperation.output.parse(await lintOperation.run?.(at, parsed))
}

function texts(view: View): readonly string[] {
  if (view.kind === 'group') return [...(view.title === undefined ? [] : [text(view.title)]), ...view.children.flatMap(texts)]
  if (view.kind === 'table') return view.rows.map((row) => row.map(text).join(' | '))
  return view.kind === 'lines' ? view.lines.map(text) : []
}

function text(cell: string | { readonly text: string }): string {
  return typeof cell === 'string' ? cell : cell.text
}

describe('tuning lint', () => {
  it('shows findings by file, with the line as it should be', async () => {
    const output = await run({})
    expect(lintOperation.view === undefined ? [] : texts(lintOperation.view(output, {}))).toEqual([
      '/etc/sysctl.d/a.conf',
      '1:17 | differs-now | The running kernel has `vm.swappiness` at 60, not 10.',
      '2:1 | unknown-key | `vm.swapiness` is not known and this kernel does not have it. Did you mean `vm.swappiness`?',
      ' | better | vm.swappiness = 10',
      '3:1 | removed | Linux 4.19 no longer has `kernel.sched_compat_yield`. Once made sched_yield() give way further, for the first CFS kernels.',
      ' | better | leave the line out',
      '1 file, 1 error, 1 warning, 1 remark',
    ])
    expect(lintOperation.pending?.(output)).toBe(true)
  })

  it('leaves out what is less severe than asked for', async () => {
    expect(await run({ least: 'error' })).toMatchObject({ findings: [{ code: 'unknown-key' }] })
  })

  it('takes paths from where the user stands', async () => {
    const file = { files: [{ path: '/etc/sysctl.d/a.conf', kind: 'sysctl' }] }
    for (const path of ['./a.conf', '../sysctl.d/a.conf', '.', '/etc/sysctl.d/a.conf'])
      expect(await run({ paths: [path] }, { host, directory: '/etc/sysctl.d' })).toMatchObject(file)
  })

  it('has nothing pending where there are remarks alone', async () => {
    expect(lintOperation.pending?.({ files: [], findings: [{ file: '/a', line: 1, column: 1, severity: 'info', code: 'differs-now', message: 'x' }] })).toBe(
      false,
    )
    expect(lintOperation.view === undefined ? [] : texts(lintOperation.view({ files: [], findings: [] }, {}))).toEqual(['0 files'])
  })
})
