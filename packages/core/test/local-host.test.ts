import { describe, it } from 'vitest'
import process from 'node:process'
import { localHost } from '../src/index.ts'
import { hostContract, type ContractFeature } from '../src/testing.ts'

const root = process.geteuid?.() === 0
const supports: readonly ContractFeature[] = ['time', 'processes', 'shared files', root ? 'ownership' : 'unprivileged']

describe('the local host', () => {
  for (const test of hostContract({ host: () => localHost(), supports })) it.skipIf(test.missing.length > 0)(test.name, test.run)
})
