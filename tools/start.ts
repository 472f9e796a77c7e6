/**
 * `npm start`: builds, then shows what Hostwright sees on this machine and what it would change. Changes nothing and
 * needs no root.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runTarget } from './nx.ts'
import { root } from './workspaces.ts'

// The project's main work, from looking to planning. Applying is left to the reader.
const commands: readonly (readonly string[])[] = [['doctor'], ['facts'], ['tuning', 'recommend'], ['tuning', 'apply', '--dry-run']]

const built = await runTarget('build')
if (built.ok) {
  for (const argv of commands) {
    console.log(`\n$ hostwright ${argv.join(' ')}`)
    const { status } = spawnSync(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...argv], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = status ?? 1
  }
} else {
  console.error(built.output)
  process.exitCode = 1
}
