/**
 * What a command costs on a host behind SSH, and how long many hosts take, side by side with OpenSSH's client.
 * Run with `node --conditions=@hostwright/source bench/ssh.bench.ts`. The part with many hosts needs root: each host is
 * a network namespace with an sshd of its own.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { sshHost, type Host } from '../src/index.ts'
import { isRoot, sshMissing, startSshServer, type SshServer } from '../test/system/support/ssh-server.ts'

const rounds = Number(process.env['ROUNDS'] ?? 100)
const hostCount = Number(process.env['HOSTS'] ?? 50)

interface Candidate {
  readonly name: string
  readonly work: () => Promise<unknown>
}

/** Takes turns, so that what else the machine does falls on all alike. */
async function compare(title: string, times: number, targetMs: number | undefined, candidates: readonly Candidate[]): Promise<void> {
  const measured = candidates.map(({ name, work }) => ({ name, work, times: [] as number[] }))
  for (let round = -2; round < times; round += 1) {
    for (const candidate of measured) {
      const startedAt = performance.now()
      await candidate.work()
      if (round >= 0) candidate.times.push(performance.now() - startedAt)
    }
  }
  process.stdout.write(`${title} (median of ${times}${targetMs === undefined ? '' : `, target ${targetMs} ms`})\n`)
  const own = median(measured[0]?.times ?? [])
  for (const { name, times: all } of measured) {
    const value = median(all)
    process.stdout.write(`  ${name.padEnd(52)} ${value.toFixed(2).padStart(8)} ms  ${(value / own).toFixed(2).padStart(6)} ×\n`)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The words of OpenSSH's client for a server. */
function sshWords(server: SshServer, more: readonly string[] = []): readonly string[] {
  const options = [
    `UserKnownHostsFile=${server.knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    ...more,
  ]
  return [
    '-F',
    '/dev/null',
    '-p',
    String(server.port),
    '-i',
    server.identity,
    ...options.flatMap((option) => ['-o', option]),
    `${server.user}@${server.address}`,
  ]
}

async function runSsh(words: readonly string[], command: readonly string[]): Promise<void> {
  const child = spawn('ssh', [...words, ...command], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.resume()
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`ssh ended with ${code}`)
}

async function oneHost(): Promise<void> {
  await using server = await startSshServer({ shell: '/bin/bash' })
  await using host = await server.connect()
  const control = [`ControlPath=${join(server.directory, 'control')}`]
  const master = spawn('ssh', ['-M', '-N', ...sshWords(server, control)], { stdio: 'ignore' })
  await runSsh(sshWords(server, [...control, 'ConnectionAttempts=3']), ['true'])
  const ssh2 = await rawClient(server)
  try {
    await compare('a command on an open connection', rounds, 3, [
      { name: 'sshHost', work: () => host.run(['true']) },
      { name: 'ssh2 itself: exec, no quoting, no process group', work: () => ssh2.exec('exec true') },
      { name: 'ssh with ControlMaster', work: () => runSsh(sshWords(server, control), ['true']) },
    ])
  } finally {
    ssh2.end()
    master.kill()
  }
  await compare('connect, one command, close', Math.ceil(rounds / 5), undefined, [
    {
      name: 'sshHost',
      work: async () => {
        await using once_ = await server.connect()
        await once_.run(['true'])
      },
    },
    { name: 'ssh', work: () => runSsh(sshWords(server), ['true']) },
  ])
  const files = Array.from({ length: 44 }, (_, index) => `/proc/sys/${['kernel/ostype', 'vm/swappiness', 'kernel/pid_max', 'fs/file-max'][index % 4] ?? ''}`)
  await compare('44 attributes', rounds, undefined, [
    { name: 'sshHost, readMany', work: () => host.fs.readMany(files) },
    { name: 'sshHost, one command with cat', work: () => host.run(['cat', ...files]) },
    { name: 'sshHost, read one after the other', work: () => readInTurn(host, files) },
  ])
}

async function readInTurn(host: Host, files: readonly string[]): Promise<void> {
  for (const file of files) await host.fs.readText(file)
}

async function rawClient(server: SshServer): Promise<{ exec: (line: string) => Promise<void>; end: () => void }> {
  const { default: ssh2 } = await import('ssh2')
  const { readFile } = await import('node:fs/promises')
  const client = new ssh2.Client()
  client.connect({ host: server.address, port: server.port, username: server.user, privateKey: await readFile(server.identity) })
  await once(client, 'ready')
  client.setNoDelay(true)
  return {
    end: () => void client.end(),
    exec: (line) =>
      new Promise((resolve, reject) => {
        client.exec(line, (error, channel) => {
          if (error !== undefined) return reject(error)
          channel.on('data', () => {})
          channel.stderr.on('data', () => {})
          channel.once('close', () => resolve())
          channel.end()
        })
      }),
  }
}

/** In a network namespace that is joined with one for each host. */
async function manyHosts(prefix: string): Promise<void> {
  const servers = await Promise.all(
    Array.from({ length: hostCount }, (_, index) => startSshServer({ namespace: { name: `${prefix}${index}`, address: `10.211.0.${index + 10}` } })),
  )
  try {
    await compare(`${hostCount} hosts: connect, one command each, close`, 5, 1500, [
      {
        name: 'sshHost',
        work: () =>
          Promise.all(
            servers.map(async (server) => {
              await using host = await sshHost(server.options())
              await host.run(['uname', '-r'])
            }),
          ),
      },
      { name: 'ssh', work: () => Promise.all(servers.map((server) => runSsh(sshWords(server), ['uname', '-r']))) },
    ])
    const hosts = await Promise.all(servers.map((server) => sshHost(server.options())))
    await compare(`${hostCount} hosts: one command each on open connections`, 10, undefined, [
      { name: 'sshHost', work: () => Promise.all(hosts.map((host) => host.run(['uname', '-r']))) },
    ])
    await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()))
  } finally {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  }
}

async function inNamespaces(): Promise<void> {
  const prefix = `hwb${process.pid}-`
  const ip = (...words: readonly string[]): void => void execFileSync('ip', words)
  const made: string[] = []
  const add = (name: string): void => {
    ip('netns', 'add', name)
    made.push(name)
  }
  try {
    add(`${prefix}hub`)
    const hub = ['-n', `${prefix}hub`]
    ip(...hub, 'link', 'add', 'hub', 'type', 'bridge')
    ip(...hub, 'address', 'add', '10.211.0.1/24', 'dev', 'hub')
    ip(...hub, 'link', 'set', 'hub', 'up')
    for (let index = 0; index < hostCount; index += 1) {
      const name = `${prefix}${index}`
      add(name)
      ip(...hub, 'link', 'add', `v${index}`, 'master', 'hub', 'up', 'type', 'veth', 'peer', 'name', 'up0', 'netns', name)
      ip('-n', name, 'address', 'add', `10.211.0.${index + 10}/24`, 'dev', 'up0')
      ip('-n', name, 'link', 'set', 'up0', 'up')
    }
    const words = ['netns', 'exec', `${prefix}hub`, process.execPath, ...process.execArgv, import.meta.filename, prefix]
    const [code] = (await once(spawn('ip', words, { stdio: 'inherit' }), 'close')) as [number | null]
    if (code !== 0) throw new Error(`the measurement ended with ${code}`)
  } finally {
    for (const name of made) ip('netns', 'delete', name)
  }
}

const prefix = process.argv[2]
if (prefix !== undefined) await manyHosts(prefix)
else if (sshMissing !== undefined) process.stdout.write(`skipped: ${sshMissing}\n`)
else {
  await oneHost()
  if (isRoot) await inNamespaces()
  else process.stdout.write('many hosts: skipped, network namespaces need root\n')
}
