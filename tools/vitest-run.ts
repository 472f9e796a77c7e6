import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { runCommand } from './command.ts'
import { commandStage, type StageResult } from './stage.ts'
import { root } from './workspaces.ts'

/** What became of the tests of one run. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly meta?: { readonly skipReason?: string } }[]
  }[]
}

/** Counts vitest's JSON report. A file that fails without a failing test, such as one that cannot be imported, counts as one failure. */
export function tally(report: Report): Tally & { readonly skippedNames: readonly string[] } {
  let passed = 0
  let failed = 0
  const skippedNames: string[] = []
  for (const file of report.testResults) {
    const failures = file.assertionResults.filter(({ status }) => status === 'failed').length
    passed += file.assertionResults.filter(({ status }) => status === 'passed').length
    failed += failures === 0 && file.status === 'failed' ? 1 : failures
    for (const test of file.assertionResults) {
      if (test.status !== 'passed' && test.status !== 'failed') skippedNames.push(`${relative(root, file.name)}: ${test.fullName.trim()}`)
    }
  }
  return { passed, failed, skipped: skippedNames.length, skippedNames }
}

/** Runs vitest with one of the two configurations, on another Node.js if one is given, and counts. */
export async function runVitest(config: string, filters: readonly string[], node: string = process.execPath): Promise<StageResult & { readonly tally: Tally }> {
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-tests-'))
  try {
    const reportPath = join(folder, 'report.json')
    const argv = [
      node,
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
      ...filters,
    ]
    const stage = commandStage(await runCommand(argv, { env: { PATH: `${dirname(node)}:${process.env.PATH}` } }))
    const text = await readFile(reportPath, 'utf8').catch(() => undefined)
    if (text === undefined) return { ...stage, ok: false, tally: { passed: 0, failed: 1, skipped: 0 } }
    const counted = tally(JSON.parse(text) as Report)
    const ok = stage.ok && counted.failed === 0
    return {
      ok,
      output: stage.output,
      note: [`${counted.passed} passed`, ...counted.skippedNames.map((name) => `\n    skipped: ${name}`)].join(''),
      // Something failed that is no test, such as an unhandled rejection.
      tally: { ...counted, failed: ok || counted.failed > 0 ? counted.failed : 1 },
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
