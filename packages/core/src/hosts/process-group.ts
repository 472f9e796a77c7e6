import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a process group has between SIGTERM and SIGKILL. */
export const defaultGraceMs: number = 500

/** Sends a signal to every process of the group; `false` if there is none left. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal)
  } catch (error) {
    // Processes of another user (behind sudo) exist, but cannot be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Ends a process group: SIGTERM, and SIGKILL for what is left after the grace. Resolves when no process of it runs any
 * more, or shortly after SIGKILL where one hangs in the kernel.
 */
export async function endGroup(leader: number, graceMs: number = defaultGraceMs): Promise<void> {
  signalGroup(leader, 'SIGTERM')
  // A stopped process takes SIGTERM only once it runs again.
  signalGroup(leader, 'SIGCONT')
  if (await groupEnds(leader, graceMs)) return
  signalGroup(leader, 'SIGKILL')
  await groupEnds(leader, 200)
}

async function groupEnds(leader: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  let pauseMs = 1
  while (signalGroup(leader, 0) && (pauseMs < 8 || groupRuns(leader))) {
    if (performance.now() >= deadline) return false
    await sleep(pauseMs)
    pauseMs = Math.min(pauseMs * 2, 32)
  }
  return true
}

/** Whether a process of the group is more than a zombie: where no init reaps orphans, a group never becomes empty. */
function groupRuns(leader: number): boolean {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name)) continue
    try {
      // The command's name is in parentheses and may hold anything; the state and the group follow it, see proc(5).
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(group) === leader && state !== 'Z' && state !== 'X') return true
    } catch {
      // It ended meanwhile.
    }
  }
  return false
}
