/**
 * `npm test`: every check and every test, one line a stage. Ends with `N passed, N failed, N skipped`, where a failed
 * check counts as one failure, and with exit code 1 if anything failed.
 *
 * CI=true adds the oldest Node.js that the packages support: the unit tests and the packed packages run on it as well.
 * HOSTWRIGHT_FULL=1 does so too, and has tests that run a sample, such as the crash campaign, run all of it.
 */
import { randomUUID } from 'node:crypto'
import { installSystemPackages } from './apt-install.ts'
import { runCommand } from './command.ts'
import { lingeringProcesses, runMarker, traces, workingTree } from './leftovers.ts'
import { runTarget } from './nx.ts'
import { oldestNode, oldestVersion } from './oldest-node.ts'
import { commandStage, runStage, type StageResult } from './stage.ts'
import { runVitest, type Tally } from './vitest-run.ts'

const total = { passed: 0, failed: 0, skipped: 0 }

const stage = async (name: string, work: () => Promise<StageResult & { readonly tally?: Tally }>): Promise<boolean> => {
  let counted: Tally | undefined
  const { ok } = await runStage(name, async () => {
    const result = await work()
    counted = result.tally
    return result
  })
  total.passed += counted?.passed ?? 0
  total.skipped += counted?.skipped ?? 0
  total.failed += counted?.failed ?? (ok ? 0 : 1)
  return ok
}
const command = (name: string, ...argv: readonly string[]): Promise<boolean> => stage(name, async () => commandStage(await runCommand(argv)))
const target = (name: string, script: string): Promise<boolean> => stage(name, async () => commandStage(await runTarget(script)))

const mark = randomUUID()
process.env[runMarker] = mark
// Nothing that is captured here should be coloured.
delete process.env.FORCE_COLOR
process.env.NO_COLOR = '1'

const before = await workingTree()
const tracesBefore = new Set(traces())
await stage('system packages', installSystemPackages)
await command('format', 'oxfmt', '--check')
await command('lint', 'oxlint', '--type-aware', '--deny-warnings')
const built = await target('build', 'build')
await target('types', 'typecheck')
await command('types of tools', 'tsc', '-p', 'tools/tsconfig.json')
await command('unused code', 'knip', '--no-config-hints')
if (built) {
  await command('public API', 'node', 'tools/api-report.ts', '--check')
  await target('packages', 'check:package')
}
await stage('unit tests', () => runVitest('vitest.unit.ts', []))
// What tools/ holds runs on the repository's own Node.js alone.
const oldest = await oldestNode()
if (oldest !== undefined) await stage(`Node.js ${oldestVersion}`, () => runVitest('vitest.unit.ts', ['packages/', 'apps/'], oldest))
await stage('system tests', () => runVitest('vitest.system.ts', ['/test/system/']))
await stage('nothing left', async () => {
  const after = await workingTree()
  const processes = await lingeringProcesses(mark)
  const left = traces().filter((trace) => !tracesBefore.has(trace))
  const problems = [
    ...(after === before ? [] : ['The working tree changed. Before:', before, 'After:', after]),
    ...(processes.length === 0 ? [] : ['These processes are still there:', ...processes]),
    ...(left.length === 0 ? [] : ['These are still there:', ...left]),
  ]
  return { ok: problems.length === 0, output: problems.join('\n') }
})

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1
