import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { sshHost } from '../../src/index.ts'
import { isRoot, kill, needsSsh, sshMissing, startSshServer } from './support/ssh-server.ts'

/** Waits until something holds, at most a few seconds. */
async function eventually(holds: () => boolean): Promise<boolean> {
  for (let round = 0; round < 200; round += 1) {
    if (holds()) return true
    await sleep(20)
  }
  return false
}

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !/^\d+ \(.*\) [ZX]/u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

describe.skipIf(sshMissing !== undefined)(needsSsh('a host behind SSH'), () => {
  it('says where it is', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    expect({ label: host.label, kind: host.kind, root: host.root, prefix: host.prefix, fs: host.fs.label }).toEqual({
      label: `ssh://${server.user}@127.0.0.1:${server.port}`,
      kind: 'ssh',
      root: '',
      prefix: [],
      fs: `ssh://${server.user}@127.0.0.1:${server.port}`,
    })
  })

  it('is reached through other machines, each with a key of its own', async () => {
    await using outer = await startSshServer()
    await using middle = await startSshServer()
    await using inner = await startSshServer()
    const jump = { ...middle.options(), jump: outer.options() }
    await using host = await inner.connect({ jump })
    const { stdout } = await host.run(['sh', '-c', 'echo $SSH_CONNECTION'])
    expect([stdout.trim().split(' ').at(-1), outer.sessions().length, middle.sessions().length]).toEqual([String(inner.port), 1, 1])
    await expect(inner.connect({ jump: { ...jump, knownHosts: [outer.knownHosts] } })).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      subject: `[127.0.0.1]:${middle.port}`,
    })
    await inner.stop()
    await expect(inner.connect({ jump })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      subject: `ssh://${inner.user}@127.0.0.1:${inner.port}`,
      message: expect.stringContaining('the jump host cannot reach it') as string,
    })
  })

  it('runs more commands at once than the server allows sessions, files included', async () => {
    await using server = await startSshServer({ config: ['MaxSessions 3'] })
    await using host = await server.connect()
    const commands = Array.from({ length: 30 }, async (_, index) => (await host.run(['sh', '-c', `sleep 0.02; echo ${index}`])).stdout.trim())
    const files = Array.from({ length: 10 }, async () => (await host.fs.readText('/proc/sys/kernel/ostype')).trim())
    expect(await Promise.all([...commands, ...files])).toEqual([
      ...Array.from({ length: 30 }, (_, index) => String(index)),
      ...Array.from({ length: 10 }, () => 'Linux'),
    ])
  })

  it('makes do with a single session: files, commands, and ending a command', async () => {
    await using server = await startSshServer({ config: ['MaxSessions 1'] })
    await using host = await server.connect()
    expect(await host.fs.readText('/proc/sys/kernel/ostype')).toBe('Linux\n')
    expect((await Promise.all([1, 2, 3, 4].map((word) => host.run(['echo', String(word)])))).map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n', '4\n'])
    expect(await host.fs.readText('/proc/sys/kernel/ostype')).toBe('Linux\n')
    await expect(host.run(['sleep', '60'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect((await host.run(['echo', 'on'])).stdout).toBe('on\n')
  })

  it('gives up the place in the queue of a command that is aborted while it waits', async () => {
    await using server = await startSshServer()
    await using host = await server.connect({ maxChannels: 1 })
    const long = host.run(['sleep', '0.5'])
    const abort = new AbortController()
    const waiting = host.run(['touch', `${server.directory}/never`], { signal: abort.signal })
    const late = host.run(['true'], { timeoutMs: 50 })
    setTimeout(() => abort.abort(), 20)
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' })
    await long
    expect((await host.run(['ls', server.directory])).stdout).not.toContain('never')
  })

  it('ends grandchildren that keep the output open, and leaves other commands alone', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    const other = host.run(['sh', '-c', 'sleep 1; echo done'])
    const stream = host.stream(['sh', '-c', 'sh -c "sleep 60 & echo \\$!; wait" & wait'], { timeoutMs: 300 })
    let text = ''
    await expect(
      (async () => {
        for await (const { bytes } of stream) text += Buffer.from(bytes).toString()
      })(),
    ).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(Number(text)).toBeGreaterThan(1)
    expect(isAlive(Number(text))).toBe(false)
    expect((await other).stdout).toBe('done\n')
  })

  it('fails commands and file operations in flight when the connection is cut, repeats none, and connects again', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    const note = `${server.directory}/started`
    const running = host.run(['sh', '-c', `echo x >> ${note}; exec sleep 60`])
    const streamed = host.stream(['sleep', '60'])
    expect(await eventually(() => existsSync(note))).toBe(true)
    const reading = host.fs.list('/proc')
    for (const session of server.sessions()) process.kill(session, 'SIGKILL')
    const outcomes = await Promise.allSettled([running, streamed.exit])
    await reading.catch(() => {})
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code)).toEqual([
      'CONNECTION_LOST',
      'CONNECTION_LOST',
    ])
    const again = await Promise.all([host.run(['cat', note]), host.fs.readText(note)])
    expect([again[0].stdout, again[1], server.sessions().length]).toEqual(['x\n', 'x\n', 1])
  })

  it('stays closed after a loss if it is not to connect again', async () => {
    await using server = await startSshServer()
    await using host = await server.connect({ reconnect: false })
    for (const session of server.sessions()) process.kill(session, 'SIGKILL')
    await sleep(100)
    await expect(host.run(['true'])).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await expect(host.fs.readText('/etc/hostname')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('says CONNECTION_FAILED while the server is away, and goes on when it is back', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    for (const session of server.sessions()) process.kill(session, 'SIGKILL')
    process.kill(server.pid, 'SIGSTOP')
    await sleep(100)
    const abort = AbortSignal.timeout(200)
    await expect(host.run(['true'], { signal: abort })).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(host.run(['true'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    process.kill(server.pid, 'SIGCONT')
    expect((await host.run(['echo', 'back'])).stdout).toBe('back\n')
  })

  it('notices a server that stopped answering', async () => {
    await using server = await startSshServer()
    await using host = await server.connect({ keepaliveIntervalMs: 100 })
    const [session] = server.sessions()
    const running = host.run(['sleep', '60'])
    running.catch(() => {})
    await sleep(100)
    process.kill(session!, 'SIGSTOP')
    const startedAt = performance.now()
    try {
      await expect(running).rejects.toMatchObject({ code: 'CONNECTION_LOST', message: expect.stringContaining('Keepalive timeout') as string })
      expect(performance.now() - startedAt).toBeLessThan(2000)
    } finally {
      kill(session!, 'SIGCONT')
    }
    expect((await host.run(['echo', 'again'])).stdout).toBe('again\n')
  })

  it('keeps to a time limit although the server does not answer', async () => {
    await using server = await startSshServer()
    await using host = await server.connect({ keepaliveIntervalMs: 0 })
    await host.run(['true'])
    const [session] = server.sessions()
    process.kill(session!, 'SIGSTOP')
    try {
      const startedAt = performance.now()
      await expect(host.run(['true'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' })
      expect(performance.now() - startedAt).toBeLessThan(5000)
    } finally {
      kill(session!, 'SIGCONT')
    }
  })

  it('ends what runs when it is closed, takes no more work, and lets the process end', async () => {
    await using server = await startSshServer()
    const host = await server.connect()
    const running = host.run(['sh', '-c', `echo $$ > ${server.directory}/pid; exec sleep 60`])
    running.catch(() => {})
    expect(await eventually(() => existsSync(`${server.directory}/pid`))).toBe(true)
    await sleep(50)
    await host[Symbol.asyncDispose]()
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
    expect(isAlive(Number(readFileSync(`${server.directory}/pid`, 'utf8')))).toBe(false)
    await expect(host.run(['true'])).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await expect(host.fs.list('/')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await host[Symbol.asyncDispose]()
    const program = `
      import { sshHost } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
      const host = await sshHost(${JSON.stringify(server.options())})
      console.log((await host.run(['echo', 'done'])).stdout, await host.fs.exists('/'))
      await host[Symbol.asyncDispose]()`
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 })
    expect([child.stdout.toString(), child.status]).toEqual(['done\n true\n', 0])
  })

  it('reports a login shell that runs no commands', async () => {
    if (!isRoot) return
    await using server = await startSshServer({ shell: '/usr/sbin/nologin' })
    await using host = await server.connect()
    await expect(host.run(['true'])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('This account is currently not available') as string,
    })
  })

  it('sends a kernel attribute as one write, and gives the reason where the kernel refuses', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    expect(await host.fs.readMany(['/proc/sys/kernel/ostype', '/no/such', '/proc', '/sys/kernel/mm/transparent_hugepage/enabled'])).toEqual([
      'Linux\n',
      undefined,
      undefined,
      existsSync('/sys/kernel/mm/transparent_hugepage/enabled') ? readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8') : undefined,
    ])
    const score = await host.fs.readText('/proc/sys/vm/swappiness')
    await expect(host.fs.set('/proc/sys/vm/swappiness', 'many')).rejects.toMatchObject({ code: isRoot ? 'INVALID_INPUT' : 'PERMISSION_DENIED' })
    await expect(host.fs.set('/proc/sys/vm/no_such_key', '1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await host.fs.readText('/proc/sys/vm/swappiness')).toBe(score)
  })

  it('reads what the kernel makes up to its end, whatever size it tells', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    const names = [
      '/proc/kallsyms',
      '/proc/filesystems',
      '/proc/devices',
      '/proc/sys/kernel/version',
      '/sys/class/net/lo/mtu',
      '/sys/devices/system/cpu/online',
      '/sys/fs/cgroup/cgroup.controllers',
    ]
    const files = names.filter((name) => existsSync(name))
    const local = files.map((name) => readFileSync(name, 'utf8'))
    expect(await host.fs.readMany(files)).toEqual(local)
    expect(await Promise.all(files.map((name) => host.fs.readText(name)))).toEqual(local)
    const part = await host.fs.read('/proc/kallsyms', { offset: 100, length: 70_000, maxBytes: 70_000 })
    expect(Buffer.from(part).toString()).toBe(local[0]!.slice(100, 70_100))
  })

  it('does not wait for the other end of a fifo', async () => {
    await using server = await startSshServer()
    await using host = await server.connect()
    const fifo = `${server.directory}/fifo`
    await host.run(['mkfifo', fifo])
    expect(await host.fs.readMany([fifo, '/proc/sys/kernel/ostype'])).toEqual([undefined, 'Linux\n'])
    await expect(host.fs.set(fifo, 'x')).rejects.toMatchObject({ subject: fifo })
    await expect(host.fs.write(fifo, 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await host.fs.readText('/proc/sys/kernel/ostype')).toBe('Linux\n')
  })

  it.skipIf(!isRoot || !existsSync('/bin/bash'))('runs each command once, also when the shell that waited for it gave up', async () => {
    await using server = await startSshServer({ shell: '/bin/bash', bashrc: 'TMOUT=1\n' })
    await using host = await server.connect()
    const note = `${server.directory}/note`
    const count = async (): Promise<void> => void (await host.run(['sh', '-c', `echo x >> ${note}`]))
    for (let round = 0; round < 4; round += 1) await count()
    await sleep(1300)
    await count()
    await count()
    expect(readFileSync(note, 'utf8')).toBe('x\n'.repeat(6))
  })

  it('leaves no shell behind that waited for a command', async () => {
    await using server = await startSshServer()
    const host = await server.connect()
    const pids = await Promise.all(Array.from({ length: 4 }, async () => Number((await host.run(['sh', '-c', 'echo $PPID'])).stdout)))
    for (let round = 0; round < 3; round += 1) await host.run(['true'])
    await sleep(100)
    const { stdout } = await host.run(['sh', '-c', 'sleep 0.3; cat /proc/$PPID/task/$PPID/children'])
    const waiting = stdout.trim().split(' ').map(Number)
    expect(pids.every((pid) => pid === pids[0])).toBe(true)
    expect(waiting.length).toBeGreaterThan(1)
    await host[Symbol.asyncDispose]()
    expect(await eventually(() => !waiting.some(isAlive))).toBe(true)
  })

  it('loads nothing of SSH until it is used', async () => {
    const program = `
      import { createRequire } from 'node:module'
      await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)})
      const { cache } = createRequire(import.meta.url)
      console.log(Object.keys(cache).filter((name) => name.includes('ssh2')).length)`
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', program]).stdout.toString()).toBe('0\n')
    expect(sshHost).toBeTypeOf('function')
  })
})
