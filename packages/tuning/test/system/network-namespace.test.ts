import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { localHost, networkNamespace, prefixHost, rollbackTransaction } from '@hostwright/core'
import type { Host } from '@hostwright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtInProfiles, findTunable, kernelAnswers, planPacketSteering, planProfile, verifyProfile } from '../../src/index.ts'
import { renderSysctlLines } from '../../src/persistence/sysctl-file.ts'
import { apply, can, isRoot, run, temporaryDirectory } from './kernel.ts'

const able = isRoot && can(() => run('ip', 'netns', 'list'))
const sysctlProgram = '/lib/systemd/systemd-sysctl'

describe.skipIf(!able)('a network namespace (needs root and ip netns)', () => {
  const name = `hw-tuning-${process.pid}`
  let directory: ReturnType<typeof temporaryDirectory>
  let lab: Host

  beforeEach(() => {
    directory = temporaryDirectory()
    run('ip', 'netns', 'add', name)
    lab = prefixHost(localHost(), networkNamespace(name))
  })

  afterEach(async () => {
    await lab[Symbol.asyncDispose]()
    run('ip', 'netns', 'delete', name)
    directory.remove()
  })

  const sysctls = (): string => run('ip', 'netns', 'exec', name, 'sh', '-c', 'sysctl -a 2>/dev/null | grep -v -e random -e "^fs\\." -e "^kernel\\." | sort')

  it.each(builtInProfiles.map((profile) => profile.name))('takes what is its own of %s, needs no second plan, and gives it back', async (profile) => {
    const before = sysctls()
    const plan = await planProfile(lab, profile)
    expect(plan.steps.every((step) => step.action.kind === 'set' && step.action.path.startsWith('/proc/sys/net/'))).toBe(true)
    if (plan.steps.length === 0) return
    const record = await apply(lab, plan, directory.path)
    const answers = kernelAnswers([record])
    expect((await planProfile(lab, profile, { answers })).steps).toEqual([])
    expect((await verifyProfile(lab, profile, { answers })).counts.differs ?? 0).toBe(0)
    await rollbackTransaction(lab, record.id, { stateDirectory: directory.path })
    expect(sysctls()).toEqual(before)
  })

  it.skipIf(!can(() => run('test', '-x', sysctlProgram)))('takes the values of our file from systemd-sysctl itself (needs systemd-sysctl)', () => {
    const value = (id: string, text: string): Parameters<typeof renderSysctlLines>[0][number] => ({
      path: findTunable(id)?.path ?? '',
      tunable: findTunable(id),
      value: text,
      why: 'a\nb = c',
      source: 's',
    })
    const file = join(directory.path, 'test.conf')
    run('ip', '-n', name, 'link', 'add', 'eth0.100', 'type', 'bridge')
    writeFileSync(
      file,
      renderSysctlLines([
        value('net.ipv4.tcp_rmem', '4096 131072 6000000'),
        value('net.ipv4.tcp_fastopen', '3'),
        { path: '/proc/sys/net/ipv4/conf/eth0.100/rp_filter', tunable: undefined, value: '2', why: 'w', source: 's' },
      ]),
    )
    run('ip', 'netns', 'exec', name, sysctlProgram, file)
    const read = (path: string): string => run('ip', 'netns', 'exec', name, 'cat', path).trim().replace(/\s+/gu, ' ')
    expect(['/proc/sys/net/ipv4/tcp_rmem', '/proc/sys/net/ipv4/tcp_fastopen', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter'].map(read)).toEqual([
      '4096 131072 6000000',
      '3',
      '2',
    ])
  })

  it.skipIf(!can(() => run('ethtool', '--version')))('sets an offload of an interface through ethtool, and gives it back (needs ethtool)', async () => {
    run('ip', '-n', name, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    const offloads = (): string => run('ip', 'netns', 'exec', name, 'ethtool', '-k', 'v0')
    const before = offloads()
    const profile = {
      name: 'own',
      summary: 'Own',
      origin: 'test',
      settings: [
        { tunable: 'ethtool.offload-gro', on: { names: ['v0'] }, value: before.includes('generic-receive-offload: on') ? 'off' : 'on', why: 'w', source: 's' },
      ],
    }
    const record = await apply(lab, await planProfile(lab, profile), directory.path)
    expect(offloads()).not.toBe(before)
    expect((await planProfile(lab, profile)).steps).toEqual([])
    expect((await verifyProfile(lab, profile)).counts).toEqual({ ok: 1 })
    await rollbackTransaction(lab, record.id, { stateDirectory: directory.path })
    expect(offloads()).toBe(before)
  })

  it('steers the packets of an interface of its own, and gives them back', async () => {
    run('ip', '-n', name, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    const read = (): string =>
      run('ip', 'netns', 'exec', name, 'cat', '/sys/class/net/v0/queues/rx-0/rps_cpus', '/sys/class/net/v0/queues/rx-0/rps_flow_cnt').trim()
    const before = read()
    const options = { receiveCpus: '0', flows: 1000 }
    const record = await apply(lab, await planPacketSteering(lab, 'v0', options), directory.path)
    expect(
      read()
        .split('\n')
        .map((line) => line.replace(/^[0,]+(?=.)/u, '')),
    ).toEqual(['1', '1024'])
    expect((await planPacketSteering(lab, 'v0', options)).steps).toEqual([])
    await rollbackTransaction(lab, record.id, { stateDirectory: directory.path })
    expect(read()).toBe(before)
    await expect(planPacketSteering(lab, 'v9')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
