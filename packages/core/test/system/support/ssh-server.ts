import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { sshHost, type Host, type SshHostOptions } from '../../../src/index.ts'

const sshd = '/usr/sbin/sshd'
const sftpServer = '/usr/lib/openssh/sftp-server'

/** Why the tests of this file cannot run here, or `undefined`. */
export const sshMissing: string | undefined = !existsSync(sshd)
  ? 'needs OpenSSH server, /usr/sbin/sshd is not there'
  : process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status !== 0
    ? 'needs a mount namespace, unshare -m is refused'
    : undefined

export const isRoot: boolean = process.getuid?.() === 0

/** A name for `describe` that says why its tests are skipped. */
export function needsSsh(name: string): string {
  return sshMissing === undefined ? name : `${name} (${sshMissing})`
}

/** How a throw-away server is set up. */
export interface SshServerOptions {
  /** Lines of sshd_config that go before the usual ones, and so win. */
  readonly config?: readonly string[]
  /** Types of host keys. Default `ed25519`. */
  readonly hostKeys?: readonly ('ed25519' | 'ecdsa' | 'rsa')[]
  /** Login shell of the user, for root only. Default `/bin/sh`. */
  readonly shell?: string
  /** Start-up file of bash, `.bashrc`. */
  readonly bashrc?: string
  /** The user's password, for root only. */
  readonly password?: string
  /** A network namespace to run in, and the address there. */
  readonly namespace?: { readonly name: string; readonly address: string }
}

/** A real sshd on loopback with its own keys, which is ended when it goes out of scope. */
export interface SshServer extends AsyncDisposable {
  readonly directory: string
  readonly address: string
  readonly port: number
  readonly user: string
  /** A private key that opens the account. */
  readonly identity: string
  readonly knownHosts: string
  readonly pid: number
  /** What sshd wrote to its log. */
  log(): string
  /** Processes of sshd that serve connections now. */
  sessions(): readonly number[]
  /** Options of `sshHost` that fit. */
  options(more?: Partial<SshHostOptions>): SshHostOptions
  connect(more?: Partial<SshHostOptions>): Promise<Host>
  hostKey(type: string): string
  /** Ends the server, its connections included. */
  stop(): Promise<void>
}

/** Makes a key pair and gives the path of its private half. */
export function makeKey(directory: string, name: string, type = 'ed25519', passphrase = ''): string {
  const path = join(directory, name)
  const size = type === 'rsa' ? ['-b', '2048'] : []
  const made = spawnSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', 'hostwright-test', '-f', path])
  if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr.toString()}`)
  return path
}

/** A TCP port of loopback that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/**
 * Starts sshd in the foreground. As root it runs in a mount namespace of its own with a made-up account, so that neither the
 * real accounts nor /run are touched, and nobody's start-up files are read.
 */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const directory = mkdtempSync(join(tmpdir(), 'hostwright-sshd-'))
  try {
    return await start(directory, options)
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

async function start(directory: string, options: SshServerOptions): Promise<SshServer> {
  const user = userInfo().username
  const address = options.namespace?.address ?? '127.0.0.1'
  const port = options.namespace === undefined ? await freePort() : 22
  const types = options.hostKeys ?? ['ed25519']
  for (const type of types) makeKey(directory, `host_${type}`, type)
  const identity = makeKey(directory, 'identity')
  const hostKey = (type: string): string =>
    readFileSync(join(directory, `host_${type}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ')
  const knownHosts = join(directory, 'known_hosts')
  const name = port === 22 ? address : `[${address}]:${port}`
  writeFileSync(knownHosts, types.map((type) => `${name} ${hostKey(type)}\n`).join(''))
  writeFileSync(join(directory, 'authorized_keys'), readFileSync(`${identity}.pub`))
  writeFileSync(
    join(directory, 'sshd_config'),
    [
      ...(options.config ?? []),
      `ListenAddress ${address}`,
      `Port ${port}`,
      ...types.map((type) => `HostKey ${join(directory, `host_${type}`)}`),
      'PidFile none',
      `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
      'StrictModes no',
      'PermitRootLogin yes',
      'UseDNS no',
      'PrintMotd no',
      'UsePAM no',
      'MaxStartups 200',
      ...(options.config?.some((line) => line.startsWith('Subsystem ')) === true
        ? []
        : [`Subsystem sftp ${existsSync(sftpServer) ? sftpServer : 'internal-sftp'}`]),
      '',
    ].join('\n'),
  )
  const child = launch(directory, options)
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()))
  await listening(child, () => log)
  const pid = child.pid!
  const stop = async (): Promise<void> => {
    const left = sessionsOf(pid)
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      process.kill(pid, 'SIGTERM')
      await exited
    }
    for (const session of left) kill(session, 'SIGKILL')
  }
  const server: SshServer = {
    directory,
    address,
    port,
    user,
    identity,
    knownHosts,
    pid,
    hostKey,
    stop,
    log: () => log,
    sessions: () => sessionsOf(pid),
    options: (more = {}) => ({ host: address, port, user, identityFiles: [identity], agent: false, knownHosts: [knownHosts], ...more }),
    connect: (more = {}) => sshHost(server.options(more)),
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return server
}

/** Sends a signal to a process that may be gone. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}

function launch(directory: string, options: SshServerOptions): ChildProcess {
  const sshdCommand = `exec ${sshd} -D -e -f '${directory}/sshd_config'`
  if (!isRoot) return spawn('sh', ['-c', sshdCommand], { stdio: ['ignore', 'ignore', 'pipe'] })
  const home = join(directory, 'home')
  mkdirSync(home)
  if (options.bashrc !== undefined) writeFileSync(join(home, '.bashrc'), options.bashrc)
  const account = (text: string, line: string): string =>
    `${line}\n${text
      .split('\n')
      .filter((other) => !other.startsWith('root:'))
      .join('\n')}`
  writeFileSync(join(directory, 'passwd'), account(readFileSync('/etc/passwd', 'utf8'), `root:x:0:0:root:${home}:${options.shell ?? '/bin/sh'}`))
  writeFileSync(join(directory, 'shadow'), account(readFileSync('/etc/shadow', 'utf8'), `root:${hashedPassword(options.password)}:20000:0:99999:7:::`))
  writeFileSync(join(directory, 'pam'), 'auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n')
  const script = [
    'mount -t tmpfs tmpfs /run',
    'mkdir -p /run/sshd',
    `mount --bind '${directory}/passwd' /etc/passwd`,
    `mount --bind '${directory}/shadow' /etc/shadow`,
    `if [ -e /etc/pam.d/sshd ];then mount --bind '${directory}/pam' /etc/pam.d/sshd;fi`,
    sshdCommand,
  ].join('&&')
  const inNamespace = options.namespace === undefined ? [] : ['ip', 'netns', 'exec', options.namespace.name]
  const [file = '', ...args] = [...inNamespace, 'unshare', '-m', '--propagation', 'private', 'sh', '-c', script]
  return spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function hashedPassword(password: string | undefined): string {
  if (password === undefined) return '*'
  const made = spawnSync('openssl', ['passwd', '-6', '-stdin'], { input: password })
  if (made.status !== 0) throw new Error(`openssl passwd: ${made.stderr.toString()}`)
  return made.stdout.toString().trim()
}

function listening(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => log().includes('Server listening on') && resolve())
    child.once('exit', () => reject(new Error(`sshd did not start: ${log()}`)))
    child.once('error', reject)
  })
}

function sessionsOf(pid: number): readonly number[] {
  const own = `/proc/${pid}/task/${pid}/children`
  return existsSync(own) ? readFileSync(own, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

/** Adds a public key to those that open the account. */
export function authorize(server: SshServer, identity: string): void {
  appendFileSync(join(server.directory, 'authorized_keys'), readFileSync(`${identity}.pub`))
}
