import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { runCommand } from './command.ts'

/** Marks every process that a run of the tests starts, through the environment that they inherit. */
export const runMarker = 'HOSTWRIGHT_TEST_RUN'

/** What git says is changed or new, or nothing where this is no checkout. */
export async function workingTree(): Promise<string> {
  const result = await runCommand(['git', 'status', '--porcelain'])
  return result.ok ? result.stdout : ''
}

/** Command lines of living processes that carry the mark, other than this one. */
export function markedProcesses(mark: string): readonly string[] {
  const found: string[] = []
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
      if (environment.includes(`${runMarker}=${mark}`)) found.push(`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`)
    } catch {
      // It ended meanwhile, or belongs to someone else.
    }
  }
  return found
}

/** As `markedProcesses`, after giving what is about to end the time to do so. */
export async function lingeringProcesses(mark: string, patienceMs = 3000): Promise<readonly string[]> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const found = markedProcesses(mark)
    if (found.length === 0 || Date.now() >= deadline) return found
    await setTimeout(100)
  }
}

/** What tests may leave on a machine: network namespaces, mounts and loop devices on temporary files, temporary folders. */
export function traces(): readonly string[] {
  const list = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])
  const temporary = `${tmpdir()}/`
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return [
    ...list('/run/netns').map((name) => `network namespace ${name}`),
    ...mounts.map((line) => line.split(' ')[1] ?? '').flatMap((place) => (place.startsWith(temporary) ? [`mount at ${place}`] : [])),
    ...list('/sys/block').flatMap((name) => {
      const file = `/sys/block/${name}/loop/backing_file`
      const backing = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
      return backing.startsWith(temporary) ? [`${name} on ${backing}`] : []
    }),
    ...list(temporary).flatMap((name) => (/^(hostwright|hw)-/.test(name) ? [`${temporary}${name}`] : [])),
  ]
}
