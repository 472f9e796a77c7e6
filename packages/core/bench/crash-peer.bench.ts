/**
 * What is left of a change after SIGKILL: tuned and Hostwright set the same sysctls in the same network namespace, and each
 * is killed while the change is in force. Run it as root with
 * `node --conditions=@hostwright/source packages/core/bench/crash-peer.bench.ts`; it needs the Debian package tuned.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyPlan, createPlanner, localHost, nsenterPrefix, prefixHost, recoverTransactions, type Host } from '../src/index.ts'
import { killWorkers } from '../test/system/support/killing.ts'

const wanted: Readonly<Record<string, string>> = {
  'net.core.somaxconn': '2048',
  'net.ipv4.tcp_fastopen': '3',
  'net.ipv4.tcp_rmem': '4096 65536 1048576',
  'net.ipv4.tcp_notsent_lowat': '131072',
  'net.ipv4.tcp_slow_start_after_idle': '0',
}
const path = (key: string): string => `/proc/sys/${key.replaceAll('.', '/')}`
const setUp = `mount -t tmpfs t /etc/tuned && mkdir -p /run/tuned /var/log/tuned && mount -t tmpfs t /run/tuned && mount -t tmpfs t /var/log/tuned && mkdir /etc/tuned/bench /etc/tuned/recommend.d &&
printf 'daemon = 1\\nreapply_sysctl = 0\\nsleep_interval = 1\\n' >/etc/tuned/tuned-main.conf && printf '%s' "$1" >/etc/tuned/bench/tuned.conf && echo ready && exec sleep 600`

if (process.getuid?.() !== 0 || !existsSync('/usr/sbin/tuned')) {
  console.log('skipped: needs root and the Debian package tuned')
  process.exit(0)
}
const profile = `[sysctl]\n${Object.entries(wanted)
  .map(([key, value]) => `${key}=${value}\n`)
  .join('')}`
const holder = spawn('unshare', ['--mount', '--net', '--propagation', 'private', 'sh', '-c', setUp, 'sh', profile], { stdio: ['ignore', 'pipe', 'inherit'] })
const directory = mkdtempSync(join(tmpdir(), 'hostwright-bench-'))
try {
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  const host = prefixHost(localHost(), nsenterPrefix(holder.pid ?? 0, ['mount', 'net']), { label: 'bench' })
  const before = await read(host)
  console.log(`${Object.keys(wanted).length} sysctls in a network namespace; before: ${describe(before)}`)

  const first = await startTuned(host, before)
  const pid = first.pid
  process.kill(pid, 'SIGKILL')
  await delay(300)
  const killed = await read(host)
  const second = await startTuned(host, undefined)
  process.kill(second.pid, 'SIGTERM')
  await gone(second.pid)
  const stopped = await read(host)
  console.log(
    `tuned ${await tunedVersion(host)}: applied in ${first.tookMs.toFixed(0)} ms; after kill -9: ${count(killed, before)} restored; after start and clean stop: ${count(stopped, before)} restored`,
  )
  for (const [key, value] of Object.entries(before)) await host.fs.set(path(key), value)

  const planner = createPlanner(host, 'bench')
  for (const [key, value] of Object.entries(wanted)) await planner.set(path(key), value)
  planner.run(['sleep', '30'], { summary: 'stay in force', undo: { kind: 'actions', actions: [] } })
  const start = performance.now()
  let applied = 0
  const running = (async () => {
    for await (const event of applyPlan(host, planner.finish(), { stateDirectory: `${directory}/state` }))
      if (event.type === 'step-done') applied = performance.now()
  })().catch(() => undefined)
  while (count(await read(host), before) > 0) await delay(5)
  await delay(200)
  killWorkers(`${directory}/state`)
  await running
  const recovery = performance.now()
  await recoverTransactions(host, { stateDirectory: `${directory}/state` })
  const after = await read(host)
  console.log(
    `hostwright: applied in ${(applied - start).toFixed(0)} ms; after kill -9 and recover (${(performance.now() - recovery).toFixed(0)} ms): ${count(after, before)} restored`,
  )
  console.log(
    `restored after kill -9: tuned ${count(stopped, before)} of ${Object.keys(wanted).length}, hostwright ${count(after, before)} of ${Object.keys(wanted).length}; time to apply: 1 : ${(first.tookMs / (applied - start)).toFixed(1)}`,
  )
  if (count(after, before) !== Object.keys(wanted).length) process.exitCode = 1
} finally {
  holder.kill('SIGKILL')
  killWorkers(`${directory}/state`)
  rmSync(directory, { recursive: true, force: true })
}

async function startTuned(host: Host, before: Readonly<Record<string, string>> | undefined): Promise<{ pid: number; tookMs: number }> {
  const start = performance.now()
  const child = spawn('nsenter', [...host.prefix.slice(1), 'tuned', '--no-dbus', '--pid', `${directory}/tuned.pid`, '--profile', 'bench'], { stdio: 'ignore' })
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const now = await read(host)
    const active = existsSync(`${directory}/tuned.pid`) || child.exitCode === null
    if (active && (before === undefined ? performance.now() - start > 4000 : count(now, before) === 0))
      return { pid: child.pid ?? 0, tookMs: performance.now() - start }
    await delay(5)
  }
  throw new Error('tuned did not apply its profile within 20 s')
}

async function tunedVersion(host: Host): Promise<string> {
  return (await host.run(['tuned', '--version'])).stdout.trim().replace(/^tuned /u, '')
}

async function read(host: Host): Promise<Readonly<Record<string, string>>> {
  const values = await host.fs.readMany(Object.keys(wanted).map(path))
  return Object.fromEntries(Object.keys(wanted).map((key, index) => [key, (values[index] ?? '').trim()]))
}

function count(now: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): number {
  return Object.keys(wanted).filter((key) => now[key] === before[key]).length
}

function describe(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value.replaceAll('\t', ' ')}`)
    .join(', ')
}

async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 1000 && existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8')); tries += 1)
    await delay(10)
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
