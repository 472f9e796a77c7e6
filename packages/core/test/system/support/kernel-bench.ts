import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPlanner, networkNamespace, prefixHost, localHost, type Host, type Plan } from '../../../src/index.ts'
import { createWorkbench, type Workbench } from '../../support/workbench.ts'

/** A network namespace, a loop device on a file, and a workbench: real kernel attributes that nothing else uses. */
export interface KernelBench extends Disposable {
  readonly host: Host
  readonly bench: Workbench
  readonly loop: string
  readonly stateDirectory: string
  /** A plan over sysctls of the namespace, the queue of the loop device and files. */
  plan(): Promise<Plan>
  /** Everything that the plan can change, as one text. */
  snapshot(): Promise<string>
}

const sysctls = {
  'net/core/somaxconn': '2048',
  'net/ipv4/tcp_rmem': '4096 65536 1048576',
  'net/ipv4/tcp_fastopen': '3',
  'net/ipv4/ip_forward': '1',
  'net/ipv4/tcp_notsent_lowat': '131072',
}

/** @param name unique part of the namespace's name */
export function createKernelBench(name: string): KernelBench {
  const namespace = `hw-${name}-${process.pid}`
  execFileSync('ip', ['netns', 'add', namespace])
  const bench = createWorkbench()
  const directory = mkdtempSync(join(tmpdir(), 'hostwright-disk-'))
  const image = join(directory, 'disk.img')
  writeFileSync(image, '')
  truncateSync(image, 16 * 1024 * 1024)
  const loop = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim().replace('/dev/', '')
  const host = prefixHost(localHost(), networkNamespace(namespace))
  const queue = (attribute: string): string => `/sys/block/${loop}/queue/${attribute}`
  const watched = [
    ...Object.keys(sysctls).map((key) => `/proc/sys/${key}`),
    ...['scheduler', 'nr_requests', 'read_ahead_kb', 'rq_affinity', 'nomerges'].map(queue),
  ]
  return {
    host,
    bench,
    loop,
    stateDirectory: bench.stateDirectory,
    async plan() {
      const planner = createPlanner(host, 'test')
      for (const [key, value] of Object.entries(sysctls)) await planner.set(`/proc/sys/${key}`, value)
      await planner.write(bench.path('file'), 'new content\n')
      await planner.set(queue('scheduler'), 'bfq', { readBack: 'selection', undo: { kind: 'restore', also: [queue('nr_requests')] } })
      await planner.set(queue('nr_requests'), '100', { force: true, onClamp: 'accept' })
      await planner.set(queue('read_ahead_kb'), '512')
      await planner.set(queue('nomerges'), '2')
      await planner.write(bench.path('new/conf.d/60-test.conf'), 'vm.swappiness = 10\n')
      await planner.remove(bench.path('doomed'))
      await planner.link(bench.path('link'), 'elsewhere')
      planner.run(['touch', bench.path('made')], {
        summary: 'make a file',
        undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['rm', '-f', bench.path('made')] }] },
      })
      await planner.set('/proc/sys/net/ipv4/tcp_fastopen', '1')
      return planner.finish()
    },
    async snapshot() {
      const values = await host.fs.readMany(watched)
      return JSON.stringify([watched.map((path, index) => [path, values[index]]), bench.snapshot()], null, 1)
    },
    [Symbol.dispose]() {
      execFileSync('losetup', ['--detach', `/dev/${loop}`])
      execFileSync('ip', ['netns', 'delete', namespace])
      rmSync(directory, { recursive: true, force: true })
      bench[Symbol.dispose]()
    },
  }
}

/** Why the kernel tests cannot run here; empty if they can. */
export function kernelBenchObstacle(): string {
  if (process.getuid?.() !== 0) return 'needs root'
  try {
    execFileSync('unshare', ['--net', 'true'])
    execFileSync('losetup', ['--find'], { stdio: 'ignore' })
    return ''
  } catch {
    return 'needs network namespaces and loop devices'
  }
}
