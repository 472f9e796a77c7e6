import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tally } from '../vitest-run.ts'
import { root } from '../workspaces.ts'

it('counts tests by outcome and names those that were skipped', () => {
  const test = (fullName: string, status: string): { fullName: string; status: string } => ({ fullName, status })
  const report = {
    testResults: [
      {
        name: join(root, 'a.test.ts'),
        status: 'failed',
        assertionResults: [test('works', 'passed'), test('breaks', 'failed'), test(' waits for root', 'skipped'), test('is to come', 'todo')],
      },
      { name: join(root, 'b.test.ts'), status: 'passed', assertionResults: [test('works too', 'passed')] },
    ],
  }
  expect(tally(report)).toEqual({ passed: 2, failed: 1, skipped: 2, skippedNames: ['a.test.ts: waits for root', 'a.test.ts: is to come'] })
})

it('counts a file that could not be loaded as a failure', () => {
  expect(tally({ testResults: [{ name: join(root, 'a.test.ts'), status: 'failed', assertionResults: [] }] })).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
    skippedNames: [],
  })
})
