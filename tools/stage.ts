import type { CommandResult } from './command.ts'

/** What a stage of `npm test` found. */
export interface StageResult {
  readonly ok: boolean
  /** Shown in full if the stage failed. */
  readonly output: string
  /** Shown beside the stage's name. */
  readonly note?: string
}

// What Node.js itself prints: `(node:123) DeprecationWarning: …`.
const nodeWarning = /^\(node:\d+\) .*Warning:/m

/** A command's result as a stage's; a command that succeeds with a warning of Node.js fails. */
export function commandStage(result: CommandResult): StageResult {
  const warned = nodeWarning.test(result.output)
  return { ok: result.ok && !warned, output: warned ? `${result.output}\nWarnings of Node.js count as failures.\n` : result.output }
}

/** Runs a stage, prints one line for it with the time it took, and its output if it failed. */
export async function runStage(name: string, work: () => Promise<StageResult>): Promise<StageResult> {
  const started = performance.now()
  const result = await work().catch((error: unknown): StageResult => ({
    ok: false,
    output: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }))
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
  console.log(`${result.ok ? '✔' : '✖'} ${name.padEnd(16)}${seconds} s${result.note === undefined ? '' : `  ${result.note}`}`)
  if (!result.ok) console.log(`\n${result.output.trimEnd()}\n`)
  return result
}
