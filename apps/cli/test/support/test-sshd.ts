import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Why no server can be started here; empty if one can. */
export const sshdObstacle: string =
  process.getuid?.() !== 0
    ? 'needs root'
    : !existsSync('/usr/sbin/sshd')
      ? 'needs OpenSSH server'
      : spawnSync('unshare', ['-m', 'true']).status !== 0
        ? 'needs unshare -m'
        : ''

/** A real sshd on loopback. */
export interface TestSshd extends AsyncDisposable {
  readonly url: string
  /** A home directory whose key opens the account, and that knows the host's key. */
  readonly home: string
}

/** Starts an sshd with keys of its own, in a mount namespace of its own, so that accounts and /run stay as they are. */
export async function startTestSshd(): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'hostwright-cli-sshd-'))
  const home = join(directory, 'home')
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  for (const path of [join(directory, 'host_key'), join(home, '.ssh', 'id_ed25519')])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path])
  const port = await freePort()
  const [type = '', key = ''] = readFileSync(join(directory, 'host_key.pub'), 'utf8').split(' ')
  writeFileSync(join(home, '.ssh', 'known_hosts'), `[127.0.0.1]:${port} ${type} ${key}\n`)
  const shadow = readFileSync('/etc/shadow', 'utf8').replace(/^root:.*$/mu, 'root:*:20000:0:99999:7:::')
  writeFileSync(join(directory, 'shadow'), shadow, { mode: 0o600 })
  writeFileSync(
    join(directory, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1`,
      `Port ${port}`,
      `HostKey ${directory}/host_key`,
      'PidFile none',
      `AuthorizedKeysFile ${home}/.ssh/id_ed25519.pub`,
      'StrictModes no',
      'PermitRootLogin yes',
      'UsePAM no',
      'UseDNS no',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  )
  const script = `mount -t tmpfs tmpfs /run && mkdir /run/sshd && mount --bind '${directory}/shadow' /etc/shadow && exec /usr/sbin/sshd -D -e -f '${directory}/sshd_config'`
  const child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  const listening = Promise.withResolvers<undefined>()
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
    if (log.includes('Server listening on')) listening.resolve(undefined)
  })
  child.once('exit', () => listening.reject(new Error(`sshd did not start: ${log}`)))
  await listening.promise
  return {
    url: `ssh://root@127.0.0.1:${port}`,
    home,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
