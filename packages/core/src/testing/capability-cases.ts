import assert from 'node:assert/strict'
import type { ContractCase } from './contract-case.ts'
import { expectCode } from './expectations.ts'

/** What a host says that it can do. */
export const capabilityCases: readonly ContractCase[] = [
  {
    name: 'answers capabilities in the order asked, each with a reason',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/file`, '')
      const names = [
        `file:${directory}/file`,
        `file:${directory}/none`,
        'command:sh',
        'command:hostwright-no-such-program',
        `writable:${directory}/file`,
        `writable:${directory}/none`,
      ]
      const reports = await host.capabilities(names)
      assert.deepEqual(
        reports.map((report) => [report.name, report.available]),
        names.map((name, index) => [name, index % 2 === 0]),
      )
      for (const report of reports) assert.match(report.reason, /^.+\.$/u)
    },
  },
  {
    name: 'compares kernel versions by number',
    needs: [],
    async run({ host }) {
      const reports = await host.capabilities(['kernel:2.6.32', 'kernel:3.0', 'kernel:4.4', 'kernel:999.1'])
      assert.deepEqual(
        reports.map((report) => report.available),
        [true, true, true, false],
      )
    },
  },
  {
    name: 'knows whether it works as root',
    needs: ['processes'],
    async run({ host }) {
      const [report] = await host.capabilities(['root'])
      assert.equal(report?.available, (await host.run(['id', '-u'])).stdout === '0\n')
    },
  },
  {
    name: 'refuses a name that is no capability',
    needs: [],
    async run({ host }) {
      await expectCode(host.capabilities(['flying']), 'INVALID_INPUT')
      await expectCode(host.capabilities(['command:']), 'INVALID_INPUT')
      assert.deepEqual(await host.capabilities([]), [])
    },
  },
]
