import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  confirmTransaction,
  createPlanner,
  listTransactions,
  networkNamespace,
  planRecoveryUnit,
  prefixHost,
  recoverTransactions,
  rollbackTransaction,
  type Host,
  type Plan,
} from '../../src/index.ts'
import { apply, ending } from '../support/workbench.ts'
import { createSystemdContainer, whyNoSystemdContainer, type SystemdContainer } from './support/systemd-container.ts'

const obstacle = await whyNoSystemdContainer()
const state = '/var/lib/hostwright'
const sysctlFile = '/etc/sysctl.d/95-hostwright-test.conf'
const attribute = '/proc/sys/net/core/somaxconn'

describe.skipIf(obstacle !== undefined)(`a host that systemd runs${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`, () => {
  let box: SystemdContainer
  const sh = async (script: string, ...args: string[]): Promise<string> => (await box.host.run(['sh', '-c', script, 'sh', ...args])).stdout
  const watchdogUnits = (): Promise<string> => sh("systemctl list-units --all --no-legend --plain 'hostwright-watchdog-*'")
  const read = (path: string): string | undefined => (existsSync(box.path(path)) ? readFileSync(box.path(path), 'utf8') : undefined)
  const lastLink = (id: string, name: string): string => {
    const directory = box.path(`${state}/transactions/${id}`)
    const numbers = readdirSync(directory).flatMap((each) => (each.startsWith(`${name}.`) ? [Number(each.slice(name.length + 1))] : []))
    return readlinkSync(`${directory}/${name}.${Math.max(...numbers.filter((number) => number > 0))}`)
  }
  const deadlineMs = (id: string): number => Number(lastLink(id, 'decision').split(':')[1]) * 10
  const watchdogGroup = (id: string): Promise<string> => sh('sed -n s/^0:://p "/proc/$1/cgroup"', lastLink(id, 'watchdog').split(':')[0] ?? '')
  const awaitingId = async (): Promise<string> => {
    for (;;) {
      const [last] = await listTransactions(box.host)
      if (last?.state === 'awaiting-confirmation') return last.id
      await delay(20)
    }
  }
  /** The file that sets a sysctl of the container's own network at boot, the sysctl itself, and a command. */
  const plan = async (host: Host = box.host): Promise<Plan> => {
    const planner = createPlanner(host, 'test')
    await planner.write(sysctlFile, 'net.core.somaxconn = 1024\n')
    await planner.set(attribute, '1024')
    planner.run(['touch', '/srv/made'], { summary: 'make a file', undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['rm', '-f', '/srv/made'] }] } })
    return planner.finish()
  }
  const isAsBefore = (): boolean => read(sysctlFile) === undefined && read('/srv/made') === undefined
  /** Milliseconds from the deadline until the file is gone. */
  const lateness = async (id: string): Promise<number> => {
    const deadline = deadlineMs(id)
    await until(() => read(sysctlFile) === undefined)
    return uptimeMs() - deadline
  }

  beforeAll(async () => {
    box = await createSystemdContainer()
    await box.boot()
  })
  afterAll(() => box[Symbol.asyncDispose]())

  it('arms a watchdog in a unit of its own, which undoes in time after the whole session that asked for it was killed', async () => {
    const before = await sh(`cat ${attribute}`)
    const session = inUnit(box.host, 'hw-session')
    const running = apply(session, await plan(), { stateDirectory: state, confirmWithinMs: 1500 })
    const id = await awaitingId()
    expect(await sh('systemctl is-active hw-session')).toBe('active\n')
    expect(await watchdogGroup(id)).toMatch(new RegExp(`/system.slice/hostwright-watchdog-${id}-1.service\n$`, 'u'))
    await sh('systemctl kill --kill-whom=all --signal=KILL hw-session')
    const { events } = await running
    expect(events.find((event) => event.type === 'armed')).toMatchObject({ survivesReboot: false })
    expect(await lateness(id)).toBeLessThan(100)
    await until(async () => (await watchdogUnits()) === '')
    expect(await sh(`cat ${attribute}`)).toBe(before)
    expect((await listTransactions(box.host))[0]).toMatchObject({ id, state: 'undone', reason: 'deadline' })
  })

  it('leaves no unit behind when a transaction is confirmed or rolled back', async () => {
    const { events } = await apply(box.host, await plan(), { confirmWithinMs: 60_000 })
    expect(await watchdogUnits()).toContain(`hostwright-watchdog-${ending(events).id}-1.service loaded active running Undoes Hostwright transaction`)
    await confirmTransaction(box.host)
    await until(async () => (await watchdogUnits()) === '')
    await rollbackTransaction(box.host, ending(events).id)
    const second = ending((await apply(box.host, await plan(), { confirmWithinMs: 60_000 })).events)
    await rollbackTransaction(box.host, second.id)
    await until(async () => (await watchdogUnits()) === '')
    expect(isAsBefore()).toBe(true)
  })

  it('gets a new watchdog from systemd when its own is killed', async () => {
    const { id } = ending((await apply(box.host, await plan(), { confirmWithinMs: 1500 })).events)
    const first = lastLink(id, 'watchdog')
    await sh('kill -KILL "$1"', first.split(':')[0] ?? '')
    await until(() => lastLink(id, 'watchdog') !== first)
    expect(await watchdogGroup(id)).toContain(`hostwright-watchdog-${id}-1.service`)
    expect(await lateness(id)).toBeLessThan(100)
    await until(async () => (await watchdogUnits()) === '')
  })

  it('is undone when the unit of its watchdog is stopped, and outlives a change to another target', async () => {
    const { id } = ending((await apply(box.host, await plan(), { confirmWithinMs: 60_000 })).events)
    await sh('systemctl isolate default.target')
    expect(await watchdogUnits()).toContain('active running')
    await sh('systemctl stop "hostwright-watchdog-$1-1.service"', id)
    expect(isAsBefore()).toBe(true)
    expect((await listTransactions(box.host))[0]).toMatchObject({ id, state: 'undone', reason: 'aborted' })
    expect(await watchdogUnits()).toBe('')
  })

  it('leaves running what its undo starts', async () => {
    const planner = createPlanner(box.host, 'test')
    planner.run(['true'], {
      summary: 'stop a daemon',
      undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['sh', '-c', 'sleep 300 >/dev/null 2>&1 & echo $! >/srv/daemon'] }] },
    })
    await apply(box.host, planner.finish(), { confirmWithinMs: 1000 })
    await until(async () => (await watchdogUnits()).includes('inactive dead'))
    expect(await sh('cat "/proc/$(cat /srv/daemon)/comm"')).toBe('sleep\n')
    await sh('kill -KILL "$(cat /srv/daemon)"; rm /srv/daemon')
    await until(async () => (await watchdogUnits()) === '')
  })

  it('takes a state directory whose name systemd would expand', async () => {
    const stateDirectory = '/srv/a state $HOME ${PATH} 100%s "quoted"'
    await apply(box.host, await plan(), { stateDirectory, confirmWithinMs: 1000 })
    expect(await watchdogUnits()).toContain('active running')
    await until(() => read(sysctlFile) === undefined)
    await until(async () => (await watchdogUnits()) === '')
    expect((await listTransactions(box.host, { stateDirectory }))[0]).toMatchObject({ state: 'undone', reason: 'deadline' })
    await sh('rm -rf "$1"', stateDirectory)
  })

  it.each([
    ['from inside the host, by a unit', ['ip', 'netns', 'exec', 'lab'], 'hostwright-watchdog-'],
    ['through a prefix that systemd cannot use, by a process', undefined, '/../..'],
  ])('undoes in the network namespace that the plan was applied in %s', async (_, prefix, group) => {
    await sh('ip netns add lab')
    const reached = prefixHost(box.host, networkNamespace('lab'))
    const lab: Host = { ...reached, prefix: prefix ?? reached.prefix }
    const outside = await sh(`cat ${attribute}`)
    const before = await lab.fs.readText(attribute)
    const planner = createPlanner(lab, 'test')
    await planner.set(attribute, '77')
    const { id } = ending((await apply(lab, planner.finish(), { confirmWithinMs: 1000 })).events)
    expect([await lab.fs.readText(attribute), await sh(`cat ${attribute}`)]).toEqual(['77\n', outside])
    expect(await watchdogGroup(id)).toContain(group)
    await until(async () => (await lab.fs.readText(attribute)) === before)
    await until(async () => (await listTransactions(lab))[0]?.state === 'undone')
    expect((await listTransactions(lab))[0]).toMatchObject({ id, state: 'undone' })
    expect(await sh(`cat ${attribute}`)).toBe(outside)
    await sh('ip netns delete lab')
  })

  it.each([
    ['fails', 'exit 1'],
    ['starts nothing although it says so', 'exit 0'],
    ['knows only old properties', 'case " $* " in *OOMPolicy*) exit 1 ;; *) exec /usr/bin/systemd-run "$@" ;; esac'],
  ])('is guarded as well when systemd-run %s', async (_, script) => {
    await sh('mkdir /srv/bin')
    await box.host.fs.write('/srv/bin/systemd-run', `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const host = prefixHost(box.host, ['env', 'PATH=/srv/bin:/usr/sbin:/usr/bin:/sbin:/bin'])
    const { id } = ending((await apply(host, await plan(), { stateDirectory: state, confirmWithinMs: 1000 })).events)
    expect((await watchdogUnits()) !== '').toBe(script.includes('exec'))
    expect(await lateness(id)).toBeLessThan(100)
    await until(async () => (await watchdogUnits()) === '')
    await until(async () => (await listTransactions(box.host))[0]?.state === 'undone')
    await sh('rm -r /srv/bin')
  })

  it('is undone at shutdown without holding it up', async () => {
    await apply(box.host, await plan(), { confirmWithinMs: 60_000 })
    const start = Date.now()
    await box.shutDown()
    expect(Date.now() - start).toBeLessThan(5000)
    await box.boot()
    expect(isAsBefore()).toBe(true)
    expect((await listTransactions(box.host))[0]).toMatchObject({ state: 'undone', reason: 'aborted' })
  })

  it('gets a recovery unit that systemd accepts, and loses it without a trace', async () => {
    const tree = (): Promise<string> =>
      sh('cd /etc && find . -printf "%p %m %u %l\\n" | sort; cd /var/lib && find . -path ./hostwright -prune -o -print | sort')
    const before = await tree()
    const { id } = ending((await apply(box.host, await planRecoveryUnit(box.host), {})).events)
    expect(await sh('systemd-analyze verify hostwright-recover.service 2>&1')).toBe('')
    expect(await sh('systemctl is-enabled hostwright-recover.service')).toBe('enabled\n')
    expect((await planRecoveryUnit(box.host)).steps).toEqual([])
    await rollbackTransaction(box.host, id)
    expect(await tree()).toBe(before)
    expect((await box.host.run(['systemctl', 'is-enabled', 'hostwright-recover.service'], { check: false })).stdout).not.toContain('enabled')
  })

  it('is as before when it was stopped hard while a transaction waited, before anything reads the files at boot', async () => {
    const odd = '/srv/a state $HOME 100%s "quoted"'
    await apply(box.host, await planRecoveryUnit(box.host, { stateDirectory: odd }), { stateDirectory: odd })
    expect(await sh('systemd-analyze verify hostwright-recover.service 2>&1')).toBe('')
    const { events } = await apply(box.host, await plan(), { stateDirectory: odd, confirmWithinMs: 60_000 })
    expect(events.find((event) => event.type === 'armed')).toMatchObject({ survivesReboot: true })
    await box.cut()
    const stranger = spawn('unshare', ['--net', '--mount', '--uts', '--ipc', '--cgroup', '--pid', '--fork', '--kill-child', 'sleep', '60'], { stdio: 'ignore' })
    await delay(200) // Its namespaces take the numbers that the container's had.
    await box.boot()
    stranger.kill('SIGKILL')
    expect([isAsBefore(), await sh(`cat ${attribute}`)]).toEqual([true, '4096\n'])
    expect((await listTransactions(box.host, { stateDirectory: odd }))[0]).toMatchObject({ id: ending(events).id, state: 'undone', reason: 'recovered' })
    const moment = async (unit: string, property: string): Promise<number> => Number(await sh(`systemctl show --value --property=${property} ${unit}`))
    const done = await moment('hostwright-recover.service', 'ExecMainExitTimestampMonotonic')
    expect(done).toBeGreaterThan(0)
    for (const unit of ['systemd-sysctl.service', 'systemd-tmpfiles-setup.service'])
      expect(await moment(unit, 'ExecMainStartTimestampMonotonic'), unit).toBeGreaterThan(done)
    expect(await moment('network-pre.target', 'ActiveEnterTimestampMonotonic')).toBeGreaterThan(done)
    expect(await sh('journalctl --boot --output=cat | grep -i -E "ordering cycle|hostwright.*fail" || true')).toBe('')
    expect(await recoverTransactions(box.host, { stateDirectory: odd })).toBeUndefined()
  })

  it('leaves nothing behind when the test that booted it is killed', async () => {
    const module = new URL('support/systemd-container.ts', import.meta.url).href
    const script = `const box = await (await import(${JSON.stringify(module)})).createSystemdContainer(); await box.boot(); console.log(box.directory, box.leader); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--conditions=@hostwright/source', '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const [directory = '', leader = ''] = said.toString().trim().split(' ')
    expect([existsSync(directory), leftGroups(directory) !== '', isRunning(leader)]).toEqual([true, true, true])
    child.kill('SIGKILL')
    await until(() => !existsSync(directory))
    expect([leftGroups(directory), isRunning(leader)]).toEqual(['', false])
  })
})

/** The host, but what it streams runs in a unit that goes on afterwards. systemd-run expands `$` in the words of a command. */
function inUnit(host: Host, unit: string): Host {
  const prefix = ['systemd-run', '--quiet', '--pipe', '--wait', '--collect', `--unit=${unit}`, '--', 'sh', '-c', '"$$@"; sleep 600', 'sh']
  return { ...host, stream: (argv, options) => host.stream([...prefix, ...argv.map((word) => word.replaceAll('$', '$$$$'))], options) }
}

function leftGroups(directory: string): string {
  return spawnSync('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-name', basename(directory)], { encoding: 'utf8' }).stdout
}

/** A process that has ended but that its parent has not collected does not run. */
function isRunning(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

function uptimeMs(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000
}

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('it did not happen in time')
    await delay(2)
  }
}
