import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { localHost, nsenterPrefix, prefixHost, type Host } from '../../../src/index.ts'

const script = fileURLToPath(new URL('systemd-container.sh', import.meta.url))

/**
 * A systemd that was booted in a container on a copy of this machine's own root: what is written there lives in memory until
 * the container is disposed of, across its boots. It has a network of its own without interfaces, and only sysinit.target and
 * the system bus are started. Needs about a second to boot.
 */
export interface SystemdContainer extends AsyncDisposable {
  /** Its first process, as this machine numbers it; another one after each boot. */
  readonly leader: number
  /** The host inside, as `prefixHost` with `nsenter`; another one after each boot. */
  readonly host: Host
  /** Where its root is mounted, in a mount namespace of its own; the last part of the name is that of its control group too. */
  readonly directory: string
  /** What it and its guard have printed. */
  readonly console: string
  /** A path of the container as this machine sees it while it runs. */
  path(inside: string): string
  /** Boots it; resolves once systemd says that everything was started. */
  boot(): Promise<void>
  /** Stops it as a power cut does. */
  cut(): Promise<void>
  /** Stops it by `systemctl`; resolves once it is gone. */
  shutDown(): Promise<void>
}

/** A container on its own copy of the machine's root that is not booted yet. */
export async function createSystemdContainer(): Promise<SystemdContainer> {
  return assemble(await startGuard())
}

/** Why no systemd can be booted in a container here; `undefined` if it can. */
export async function whyNoSystemdContainer(): Promise<string | undefined> {
  if (process.geteuid?.() !== 0) return 'needs root'
  for (const program of ['systemd-nspawn', 'systemd-run', 'dbus-daemon', 'nsenter', 'unshare'])
    if (spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status !== 0) return `needs ${program}`
  if (!existsSync('/lib/systemd/systemd')) return 'needs systemd'
  let guard: Guard
  try {
    guard = await startGuard()
  } catch {
    return 'needs an overlay over the root file system'
  }
  const answer = await guard.ask('try')
  await guard.end()
  return answer === 'tried 0' ? undefined : `systemd-nspawn does not work: ${guard.printed().trim().split('\n').at(-1) ?? answer}`
}

interface Guard {
  readonly directory: string
  readonly printed: () => string
  ask(command: string): Promise<string>
  end(): Promise<void>
}

async function startGuard(): Promise<Guard> {
  const directory = await mkdtemp(join(tmpdir(), 'hostwright-box-'))
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', script, directory], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stdin.on('error', () => undefined)
  const answer = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`the guard of the container ended: ${printed}`)
    return line.value
  }
  const end = async (): Promise<void> => {
    child.stdin.end()
    await exited
  }
  const guard: Guard = {
    directory,
    printed: () => printed,
    ask: (command) => {
      child.stdin.write(`${command}\n`)
      return answer()
    },
    end,
  }
  try {
    await answer()
  } catch (error) {
    await end()
    throw error
  }
  return guard
}

function assemble(guard: Guard): SystemdContainer {
  let leader = 0
  let host: Host | undefined
  return {
    get leader() {
      return leader
    },
    get host() {
      if (host === undefined) throw new Error('the container is not booted')
      return host
    },
    directory: guard.directory,
    get console() {
      return guard.printed()
    },
    path: (inside) => `/proc/${leader}/root${inside}`,
    async boot() {
      const nspawn = Number((await guard.ask('boot')).split(' ')[1])
      leader = await eventually(() => findLeader(nspawn), guard)
      await eventually(() => existsSync(`/proc/${leader}/root/run/systemd/private`) || undefined, guard)
      host = prefixHost(localHost(), nsenterPrefix(leader), { label: 'container' })
      const { stdout } = await host.run(['systemctl', 'is-system-running', '--wait'], { check: false, timeoutMs: 30_000 })
      if (!['running', 'degraded'].includes(stdout.trim())) throw new Error(`the container is ${stdout.trim()}: ${guard.printed()}`)
    },
    async cut() {
      await guard.ask('cut')
      host = undefined
    },
    async shutDown() {
      await host?.run(['systemctl', 'poweroff', '--no-wall'], { check: false })
      await guard.ask('wait')
      host = undefined
    },
    [Symbol.asyncDispose]: () => guard.end(),
  }
}

/** The process that is number 1 in a namespace below nspawn's. */
function findLeader(nspawn: number): number | undefined {
  const children = readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const leader = children.find((pid) => {
    try {
      return /^NSpid:(?:\t\d+)+\t1$/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  })
  return leader === undefined ? undefined : Number(leader)
}

async function eventually<Value>(attempt: () => Value | undefined, guard: Guard): Promise<Value> {
  const end = Date.now() + 20_000
  for (;;) {
    const value = attempt()
    if (value !== undefined) return value
    if (Date.now() > end) throw new Error(`the container did not come up: ${guard.printed()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
