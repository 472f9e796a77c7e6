import { randomBytes } from 'node:crypto'
import type { Host } from '../host.ts'
import { capabilityCases } from './capability-cases.ts'
import { changeCases } from './change-cases.ts'
import { commandCases } from './command-cases.ts'
import type { ContractCase, ContractFeature } from './contract-case.ts'
import { endingCases } from './ending-cases.ts'
import { fileCases } from './file-cases.ts'
import { streamCases } from './stream-cases.ts'
import { surroundingsCases } from './surroundings-cases.ts'

/** A backend that is to keep the contract. */
export interface ContractSubject {
  /** The host; called for each case, so that it can be one that is kept open. The suite does not dispose of it. */
  readonly host: () => Host | Promise<Host>
  /** What the backend can show. */
  readonly supports: readonly ContractFeature[]
  /** An existing directory of the host that the cases may create directories in. Default `/tmp`. */
  readonly temporaryDirectory?: string
  /** The name of a case's directory; default: a random one. */
  readonly directoryName?: string
}

/** A case of the contract, ready to be given to a test runner. */
export interface ContractTest {
  /** A sentence about behaviour; if it has to be skipped, with what is missing. */
  readonly name: string
  /** What the backend lacks for this case; skip it if there is any. */
  readonly missing: readonly ContractFeature[]
  readonly run: () => Promise<void>
}

/** Every rule that a backend of `Host` has to keep, independent of the machine beyond a POSIX shell and coreutils. */
export const contractCases: readonly ContractCase[] = [
  ...commandCases,
  ...surroundingsCases,
  ...endingCases,
  ...streamCases,
  ...fileCases,
  ...changeCases,
  ...capabilityCases,
]

/**
 * The contract suite of `Host` for one backend, as a list for any test runner.
 *
 * @example
 * ```ts
 * import { localHost } from '@hostwright/core'
 * import { hostContract } from '@hostwright/core/testing'
 *
 * const tests = hostContract({ host: () => localHost(), supports: ['time', 'processes', 'shared files'] })
 * for (const test of tests.slice(0, 1)) if (test.missing.length === 0) await test.run()
 * ```
 */
export function hostContract(subject: ContractSubject): readonly ContractTest[] {
  return contractCases.map((contractCase) => {
    const missing = contractCase.needs.filter((feature) => !subject.supports.includes(feature))
    return {
      name: missing.length === 0 ? contractCase.name : `${contractCase.name} (this backend has no ${missing.join(', ')})`,
      missing,
      run: () => runCase(contractCase, subject),
    }
  })
}

async function runCase(contractCase: ContractCase, subject: ContractSubject): Promise<void> {
  const host = await subject.host()
  const directory = `${subject.temporaryDirectory ?? '/tmp'}/${subject.directoryName ?? `hostwright-contract-${randomBytes(6).toString('hex')}`}`
  await host.fs.mkdir(directory, { mode: 0o755 })
  try {
    await contractCase.run({ host, directory, commandPath: (path) => `${host.root}${path}` })
  } finally {
    await removeTree(host, directory)
  }
}

async function removeTree(host: Host, path: string): Promise<void> {
  for (const entry of await host.fs.list(path)) {
    await (entry.type === 'directory' ? removeTree(host, `${path}/${entry.name}`) : host.fs.remove(`${path}/${entry.name}`))
  }
  await host.fs.remove(path)
}
