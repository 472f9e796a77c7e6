import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlanner, listTransactions, localHost, nsenterPrefix, prefixHost, recoverTransactions, type Host, type Plan } from '../../src/index.ts'
import { apply, createWorkbench, ending, everyAction } from '../support/workbench.ts'

const root = process.getuid?.() === 0

describe.skipIf(!root)(`a transaction on a host with faults${root ? '' : ' (skipped: needs root)'}`, () => {
  let holder: ChildProcess
  let directory: string
  let host: Host

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hostwright-faults-'))
    mkdirSync(join(directory, 'small'))
    const script = 'mount -t tmpfs -o size=512k,nr_inodes=80 small "$1/small" && ip link add v0 type veth peer name v1 && echo ready && exec sleep 600'
    holder = spawn('unshare', ['--mount', '--net', '--propagation', 'private', 'sh', '-c', script, 'sh', directory], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => holder.stdout?.once('data', resolve))
    host = prefixHost(localHost(), nsenterPrefix(holder.pid ?? 0, ['mount', 'net']), { label: 'faulty' })
  })
  afterAll(() => {
    holder.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  const command = (script: string, undo = 'true'): Parameters<ReturnType<typeof createPlanner>['run']> => [
    ['sh', '-c', script],
    { summary: script, undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['sh', '-c', undo] }] } },
  ]

  it('changes nothing when its files do not fit on the disk, and leaves none of them', async () => {
    using bench = createWorkbench()
    const before = bench.snapshot()
    const plan = await everyAction(host, bench)
    const bulky: Plan = { ...plan, notes: [{ level: 'info', subject: 'bulk', message: 'x'.repeat(600_000) }] }
    const { error, events } = await apply(host, bulky, { stateDirectory: `${directory}/small/state` })
    expect(error).toMatchObject({ code: 'NO_SPACE' })
    expect(events).toEqual([])
    expect(bench.snapshot()).toEqual(before)
    expect((await host.run(['find', `${directory}/small`, '-type', 'f'])).stdout).toBe('')
  })

  it('undoes everything when the disk of its journal fills up half-way, and ends properly once there is space', async () => {
    using bench = createWorkbench()
    const before = bench.snapshot()
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    planner.run(
      ...command(`dd if=/dev/zero of=${directory}/small/fill bs=1k 2>/dev/null; while : >${directory}/small/i$((i = i + 1)); do :; done 2>/dev/null; true`),
    )
    for (let number = 0; number < 300; number += 1) await planner.set(bench.path('attribute'), String(number), { force: true })
    await planner.remove(bench.path('doomed'))
    planner.run(...command('false'))
    const { error } = await apply(host, planner.finish(), { stateDirectory: `${directory}/small/state` })
    expect(error).toMatchObject({ code: expect.stringMatching(/^(APPLY_FAILED|UNDO_FAILED)$/u) })
    expect(bench.snapshot()).toEqual(before)
    await host.run(['sh', '-c', `rm -f ${directory}/small/fill ${directory}/small/i*`])
    await recoverTransactions(host, { stateDirectory: `${directory}/small/state` })
    expect((await listTransactions(host, { stateDirectory: `${directory}/small/state` })).map((each) => each.state)).toEqual(['undone'])
    expect((await apply(host, await everyAction(host, bench), { stateDirectory: `${directory}/small/state` })).error).toBeUndefined()
  })

  it('undoes everything when the disk of its journal becomes read-only half-way', async () => {
    using bench = createWorkbench()
    const before = bench.snapshot()
    const state = { stateDirectory: `${directory}/small/readonly` }
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    planner.run(...command(`mount -o bind,ro ${directory}/small ${directory}/small`))
    await planner.remove(bench.path('doomed'))
    const { error } = await apply(host, planner.finish(), state)
    await host.run(['umount', `${directory}/small`])
    expect(error).toMatchObject({ code: 'APPLY_FAILED', message: expect.stringContaining('journal') })
    expect(bench.snapshot()).toEqual(before)
    await recoverTransactions(host, state)
    expect((await listTransactions(host, state)).map((each) => each.state)).toEqual(['undone'])
  })

  it('refuses a state directory on a read-only file system, and one that may not be written', async () => {
    using bench = createWorkbench()
    const plan = await everyAction(host, bench)
    await host.run(['mount', '-o', 'remount,ro', `${directory}/small`])
    const readOnly = await apply(host, plan, { stateDirectory: `${directory}/small/other` })
    await host.run(['mount', '-o', 'remount,rw', `${directory}/small`])
    expect(readOnly.error).toMatchObject({ code: 'READ_ONLY' })
    const nobody = prefixHost(localHost(), ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'])
    expect((await apply(nobody, plan, { stateDirectory: '/var/lib/hostwright-test-not-here' })).error).toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('fails with the system message, undone, when a file does not fit or an attribute refuses', async () => {
    using bench = createWorkbench()
    const before = bench.snapshot()
    const big = createPlanner(host, 'test')
    await big.write(bench.path('file'), 'new\n')
    await big.write(`${directory}/small/big`, 'x'.repeat(700_000))
    expect((await apply(host, big.finish(), bench)).error).toMatchObject({ code: 'APPLY_FAILED', message: expect.stringContaining('No space left on device') })
    const refused = createPlanner(host, 'test')
    await refused.write(bench.path('file'), 'new\n')
    await refused.set('/proc/sys/net/ipv4/tcp_congestion_control', 'no-such-algorithm')
    expect((await apply(host, refused.finish(), bench)).error).toMatchObject({
      code: 'APPLY_FAILED',
      message: expect.stringContaining('No such file or directory'),
    })
    expect(bench.snapshot()).toEqual(before)
    expect((await host.run(['ls', '-A', `${directory}/small`])).stdout).not.toContain('.hostwright')
  })

  it('takes an attribute that vanished for put back, and refuses a plan over one that vanished before', async () => {
    using bench = createWorkbench()
    const before = bench.snapshot()
    const attribute = '/proc/sys/net/ipv4/conf/v0/rp_filter'
    const planner = createPlanner(host, 'test')
    await planner.write(bench.path('file'), 'new\n')
    await planner.set(attribute, '2')
    planner.run(...command('ip link delete v0'))
    planner.run(...command('echo the end; false'))
    const plan = planner.finish()
    const { error, events } = await apply(host, plan, bench)
    expect(error).toMatchObject({ code: 'APPLY_FAILED', message: expect.stringContaining('the end') })
    expect(ending(events).state).toBe('undone')
    expect(bench.snapshot()).toEqual(before)
    expect((await apply(host, plan, bench)).error).toMatchObject({ code: 'CONFLICT', data: { conflicts: [`${attribute} was \`0\` and is absent`] } })
  })

  it('works for a user who is not root, in the state directory of that user', async () => {
    using bench = createWorkbench()
    const home = mkdtempSync(join(tmpdir(), 'hostwright-home-'))
    chownSync(home, 65534, 65534)
    writeFileSync(join(home, 'attribute'), '1\n')
    chownSync(join(home, 'attribute'), 65534, 65534)
    execFileSync('chmod', ['755', home, bench.directory.replace(/\/work$/u, '')])
    try {
      const nobody = prefixHost(localHost(), ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'env', '-u', 'XDG_STATE_HOME', `HOME=${home}`])
      const planner = createPlanner(nobody, 'test')
      await planner.set(join(home, 'attribute'), '2')
      const { error } = await apply(nobody, planner.finish(), {})
      expect(error).toBeUndefined()
      expect(readdirSync(join(home, '.local/state/hostwright'))).toContain('transactions')
      const forbidden = createPlanner(nobody, 'test')
      await forbidden.set(bench.path('attribute'), '2')
      expect((await apply(nobody, forbidden.finish(), {})).error).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(`: ${bench.path('attribute')} may not be written. Nothing was changed.`),
      })
      const elsewhere = createPlanner(nobody, 'test')
      await elsewhere.set(join(home, 'attribute'), '3')
      await elsewhere.write('/etc/hostwright-test/not-here', 'text\n')
      expect((await apply(nobody, elsewhere.finish(), {})).error).toMatchObject({ code: 'PERMISSION_DENIED', subject: '/etc/hostwright-test/not-here' })
      expect(readFileSync(join(home, 'attribute'), 'utf8')).toBe('2\n')
      expect((await listTransactions(nobody)).map((each) => each.state)).toEqual(['committed'])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
