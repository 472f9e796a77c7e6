import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createPlanner, listTransactions, localHost, type Host } from '../../src/index.ts'
import { apply, createWorkbench, ending, everyAction } from '../support/workbench.ts'

const shells: readonly (readonly string[])[] = [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']]
const has = (program: string): boolean => spawnSync('which', [program]).status === 0

/** A host whose transactions run in another shell than /bin/sh. */
function withShell(host: Host, shell: readonly string[]): Host {
  return {
    ...host,
    stream: (argv, options) =>
      host.stream(argv[0] === '/bin/sh' ? [...shell, ...argv.slice(1).map((word) => word.replace('exec /bin/sh', `exec ${shell.join(' ')}`))] : argv, options),
  }
}

describe('the script of a transaction', () => {
  for (const shell of shells) {
    const name = shell.join(' ')
    const missing = !has(shell[0] ?? '')
    it.skipIf(missing)(`applies and undoes everything in ${name}${missing ? ' (skipped: not installed)' : ''}`, async () => {
      using bench = createWorkbench()
      const host = localHost()
      const before = bench.snapshot()
      const { events, error } = await apply(withShell(host, shell), await everyAction(host, bench), bench)
      expect(error).toBeUndefined()
      const { id } = ending(events)
      const [program = '', ...argv] = shell
      const script = `${bench.stateDirectory}/transactions/${id}/undo.sh`
      expect(execFileSync(program, [...argv, script, 'status'], { encoding: 'utf8' })).toBe('hw state committed\n')
      expect(execFileSync(program, [...argv, script], { encoding: 'utf8' })).toContain('hw state undone\n')
      expect(bench.snapshot()).toEqual(before)
      expect((await listTransactions(host, bench)).map((each) => each.state)).toEqual(['undone'])
    })
  }

  it('restores files, and nothing else, in a system that is mounted elsewhere', async () => {
    using bench = createWorkbench()
    const host = localHost()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    await planner.set(bench.path('attribute'), '10')
    const { id } = ending((await apply(host, planner.finish(), bench)).events)
    const output = execFileSync('sh', [`${bench.stateDirectory}/transactions/${id}/undo.sh`, '--root', '/'], { encoding: 'utf8' })
    expect(output).toContain('hw state undone')
    expect(bench.snapshot()).toEqual({ ...before, attribute: bench.snapshot()['attribute'] })
    expect(bench.snapshot()['attribute']).not.toBe(before['attribute'])
  })

  const noShellcheck = !has('shellcheck')
  it.skipIf(noShellcheck)(`has nothing that shellcheck warns of${noShellcheck ? ' (skipped: shellcheck is not installed)' : ''}`, async () => {
    using bench = createWorkbench()
    const host = localHost()
    const { id } = ending((await apply(host, await everyAction(host, bench), bench)).events)
    // SC3013: `test -ef` is in POSIX since 2024, and in each of the shells above long before.
    const known = ['SC1007', 'SC2086', 'SC2046', 'SC2015', 'SC1003', 'SC2317', 'SC3013'].join(',')
    const checked = spawnSync(
      'shellcheck',
      ['--shell=sh', '--severity=warning', `--exclude=${known}`, `${bench.stateDirectory}/transactions/${id}/undo.sh`, `${bench.stateDirectory}/recover.sh`],
      { encoding: 'utf8' },
    )
    expect(checked.stdout).toBe('')
  })
})
