import assert from 'node:assert/strict'
import type { ContractCase, ContractContext } from './contract-case.ts'
import { eventually, expectCode, expectGone } from './expectations.ts'

/**
 * A shell with a child that ignores SIGTERM; both write their process ids into the file `$1`, then wait for ever.
 */
const family = `sh -c 'trap "" TERM; echo $$ >> "$1"; while :; do sleep 1; done' sh "$1" & echo $$ >> "$1"; wait`

/** Time limits, aborts and output limits: what ends a command, and that nothing of it is left. */
export const endingCases: readonly ContractCase[] = [
  {
    name: 'throws TIMEOUT for a command that takes too long, soon after its time',
    needs: ['time'],
    async run({ host }) {
      const startedAt = performance.now()
      const error = await expectCode(host.run(['sleep', '60'], { timeoutMs: 200 }), 'TIMEOUT')
      const took = performance.now() - startedAt
      assert.ok(took >= 190 && took < 5000, `it took ${took} ms`)
      assert.match(error.message, /sleep 60/u)
    },
  },
  {
    name: 'does not throw TIMEOUT for a command that ends in time',
    needs: [],
    async run({ host }) {
      assert.equal((await host.run(['echo', 'done'], { timeoutMs: 20_000 })).stdout, 'done\n')
    },
  },
  {
    name: 'ends the whole process group at the time limit, children that ignore SIGTERM included',
    needs: ['processes', 'shared files'],
    async run(context) {
      const { host, directory, commandPath } = context
      const file = `${directory}/pids`
      const work = expectCode(host.run(['sh', '-c', family, 'sh', commandPath(file)], { timeoutMs: 1000 }), 'TIMEOUT')
      const pids = await familyPids(context, file)
      await work
      await expectGone(host, pids)
    },
  },
  {
    name: 'ends the whole process group on an abort, children that ignore SIGTERM included',
    needs: ['processes', 'shared files'],
    async run(context) {
      const { host, directory, commandPath } = context
      const file = `${directory}/pids`
      const controller = new AbortController()
      const work = expectCode(host.run(['sh', '-c', family, 'sh', commandPath(file)], { signal: controller.signal }), 'ABORTED')
      const pids = await familyPids(context, file)
      const startedAt = performance.now()
      controller.abort(new Error('enough'))
      const error = await work
      assert.ok(performance.now() - startedAt < 5000)
      assert.deepEqual(error.cause, new Error('enough'))
      await expectGone(host, pids)
    },
  },
  {
    name: 'starts nothing if the signal is aborted already',
    needs: ['shared files'],
    async run({ host, directory, commandPath }) {
      await expectCode(host.run(['touch', commandPath(`${directory}/trace`)], { signal: AbortSignal.abort() }), 'ABORTED')
      await expectCode(host.stream(['touch', commandPath(`${directory}/trace`)], { signal: AbortSignal.abort() }).exit, 'ABORTED')
      await host.run(['true'])
      assert.deepEqual(await host.fs.list(directory), [])
    },
  },
  {
    name: 'leaves no listener on the signal of a command that ended',
    needs: [],
    async run({ host }) {
      const controller = new AbortController()
      await host.run(['true'], { signal: controller.signal })
      controller.abort()
      assert.equal((await host.run(['echo', 'still here'])).stdout, 'still here\n')
    },
  },
  {
    name: 'throws OUTPUT_LIMIT and ends the command if it prints too much on either side',
    needs: [],
    async run({ host }) {
      await expectCode(host.run(['cat', '/dev/zero'], { maxOutputBytes: 100_000 }), 'OUTPUT_LIMIT')
      await expectCode(host.run(['sh', '-c', 'cat /dev/zero >&2'], { maxOutputBytes: 100_000 }), 'OUTPUT_LIMIT')
    },
  },
  {
    name: 'allows exactly as much output as the limit says',
    needs: [],
    async run({ host }) {
      const { stdoutBytes } = await host.run(['head', '-c', '4096', '/dev/zero'], { maxOutputBytes: 4096 })
      assert.equal(stdoutBytes.length, 4096)
      await expectCode(host.run(['head', '-c', '4097', '/dev/zero'], { maxOutputBytes: 4096 }), 'OUTPUT_LIMIT')
    },
  },
]

async function familyPids({ host }: ContractContext, file: string): Promise<readonly string[]> {
  return eventually('the start of two processes', async () => {
    const pids = (await host.fs.exists(file)) ? (await host.fs.readText(file)).split('\n').slice(0, -1) : []
    return pids.length === 2 ? pids : undefined
  })
}
