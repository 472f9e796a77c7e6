import { join } from 'node:path'
import { type CommandResult, runCommand } from './command.ts'
import { root } from './workspaces.ts'

/** Runs a target of all packages, each after those that it depends on; what has not changed comes from the cache. */
export function runTarget(target: string): Promise<CommandResult> {
  // Nx sets FORCE_COLOR for what it runs unless it is set, and Node.js warns where NO_COLOR is set as well.
  const env = { NO_COLOR: undefined, FORCE_COLOR: '0', NX_TUI: 'false' }
  return runCommand([join(root, 'node_modules/.bin/nx'), 'run-many', '-t', target, '--parallel=2', '--outputStyle=static'], { env })
}
