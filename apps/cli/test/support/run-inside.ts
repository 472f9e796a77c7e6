import { runCommandLine } from '../../src/run.ts'
import type { Terminal } from '../../src/terminal.ts'
import type { Program } from '../../src/program.ts'
import { testProgram } from './test-program.ts'

/** What a command line printed, and its exit code. */
export interface Told {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in this process, with the domain made for tests unless another program is given; a terminal if `columns` are given. */
export async function runInside(
  argv: readonly string[],
  options: { readonly columns?: number; readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly program?: Program } = {},
): Promise<Told> {
  const told = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr'): Terminal['stdout'] => ({
    isTerminal: options.columns !== undefined,
    columns: options.columns,
    write: (text) => {
      told[name] += text
    },
  })
  const terminal: Terminal = { env: options.env ?? {}, cwd: options.cwd ?? '/', stdout: output('stdout'), stderr: output('stderr') }
  const code = await runCommandLine(argv, terminal, new AbortController().signal, options.program ?? testProgram)
  return { code, ...told }
}
