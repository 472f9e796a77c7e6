/**
 * `npm start`: builds, then shows what Hostwright sees on this machine and what it would change. Changes nothing and
 * needs no root.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runTarget } from './nx.ts'
import { root } from './workspaces.ts'

const program = join(root, 'apps/cli/dist/main.js')

/** Runs the command with what it prints going to the terminal. */
function show(...argv: readonly string[]): void {
  console.log(`\n$ hostwright ${argv.join(' ')}`)
  const { status } = spawnSync(process.execPath, [program, ...argv], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = status ?? 1
}

/** The name of the profile that suits this machine. */
function recommendedProfile(): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'tuning', 'recommend', '--json'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`hostwright tuning recommend failed:\n${stdout}${stderr}`)
  return (JSON.parse(stdout) as { data: { profile: string } }).data.profile
}

const built = await runTarget('build')
if (built.ok) {
  show('doctor')
  show('facts')
  show('tuning', 'recommend')
  show('tuning', 'apply', recommendedProfile(), '--dry-run')
} else {
  console.error(built.output)
  process.exitCode = 1
}
