import type { Host } from '../host.ts'

/** Something that not every backend can show. */
export type ContractFeature =
  /** Commands take their time, rather than giving a recorded answer at once. */
  | 'time'
  /** Commands are real processes that a second command can look at. */
  | 'processes'
  /** Commands see the files of `fs`, below the host's `root`. */
  | 'shared files'
  /** The host's user may give files to other users. */
  | 'ownership'
  /** The host's user is bound by file permissions. */
  | 'unprivileged'

/** What a case works with. */
export interface ContractContext {
  readonly host: Host
  /** An empty directory of the host, removed after the case. */
  readonly directory: string
  /** Where commands see a path of `fs`. */
  readonly commandPath: (path: string) => string
}

/** One rule that a backend has to keep. */
export interface ContractCase {
  /** A sentence about behaviour. */
  readonly name: string
  readonly needs: readonly ContractFeature[]
  /** Throws where the rule is broken. */
  readonly run: (context: ContractContext) => Promise<void>
}
