import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sshHost, type HostwrightError, type SshHostOptions } from '../../src/index.ts'
import { authorize, freePort, isRoot, kill, makeKey, needsSsh, sshMissing, startSshServer, type SshServer } from './support/ssh-server.ts'

const noRoot = isRoot ? '' : ' (needs root, to give an account a password)'

/** Whether the options lead to a host that runs commands, or the error. */
async function attempt(options: SshHostOptions): Promise<string | HostwrightError> {
  try {
    await using host = await sshHost(options)
    return (await host.run(['echo', 'in'])).stdout
  } catch (error) {
    return error as HostwrightError
  }
}

describe.skipIf(sshMissing !== undefined)(needsSsh('logging in over SSH'), () => {
  let server: SshServer
  beforeAll(async () => {
    server = await startSshServer({ hostKeys: ['ed25519', 'ecdsa', 'rsa'], password: 'correct horse' })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it.each(['ed25519', 'ecdsa', 'rsa'])('works with an %s key, from a file or from memory', async (type) => {
    const identity = makeKey(server.directory, `user_${type}`, type)
    authorize(server, identity)
    const { identityFiles: _files, ...bare } = server.options()
    expect([await attempt({ ...bare, identityFiles: [identity] }), await attempt({ ...bare, privateKeys: [readFileSync(identity)] })]).toEqual(['in\n', 'in\n'])
  })

  it('works with an encrypted key and its passphrase, and says what is wrong without', async () => {
    const identity = makeKey(server.directory, 'encrypted', 'ed25519', 'open sesame')
    authorize(server, identity)
    const files = { identityFiles: [identity] }
    expect(await attempt(server.options({ ...files, passphrase: 'open sesame' }))).toBe('in\n')
    expect(await attempt(server.options(files))).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('encrypted and no passphrase was given') as string,
    })
    expect(await attempt(server.options({ ...files, passphrase: 'wrong' }))).toMatchObject({
      code: 'INVALID_INPUT',
      hint: expect.stringContaining('passphrase') as string,
    })
  })

  it('refuses what is no private key, and a file that is not there', async () => {
    expect(await attempt(server.options({ identityFiles: [`${server.identity}.pub`] }))).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await attempt(server.options({ privateKeys: ['nonsense'] }))).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await attempt(server.options({ identityFiles: [join(server.directory, 'missing')] }))).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('works with the identities of an agent', async () => {
    const socket = join(server.directory, 'agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(agent.stdout, 'data')
      const { identityFiles: _files, ...bare } = server.options({ agent: socket })
      const decoy = makeKey(server.directory, 'decoy')
      for (const key of [decoy, server.identity]) expect(spawnSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).status).toBe(0)
      expect(await attempt(bare)).toBe('in\n')
      spawnSync('ssh-add', ['-q', '-d', server.identity], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
      const fingerprint = spawnSync('ssh-keygen', ['-lf', decoy]).stdout.toString().split(' ')[1]!
      expect(await attempt({ ...bare, identityFiles: [decoy] })).toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        message: expect.stringContaining(`the agent holds ${fingerprint}`) as string,
      })
    } finally {
      kill(agent.pid!, 'SIGTERM')
    }
  })

  it('goes on with the next method when there is no agent at its socket', async () => {
    expect(await attempt(server.options({ agent: join(server.directory, 'nobody.sock') }))).toBe('in\n')
  })

  it('lists what was refused, with fingerprints, and what the server accepts', async () => {
    const wrong = makeKey(server.directory, 'wrong')
    const fingerprint = spawnSync('ssh-keygen', ['-lf', wrong]).stdout.toString().split(' ')[1]!
    const error = await attempt(server.options({ identityFiles: [wrong], password: 'guess' }))
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      data: { tried: [`key ${wrong} (${fingerprint})`, 'the password', 'the password (keyboard-interactive)'] },
    })
    expect((error as HostwrightError).message).toContain('it accepts publickey')
    expect((error as HostwrightError).message).not.toContain('guess')
  })

  it('says so if there was nothing to offer', async () => {
    expect(await attempt(server.options({ identityFiles: [] }))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('nothing could be offered') as string,
    })
  })

  it.skipIf(!isRoot)(`works with a password${noRoot}`, async () => {
    expect(await attempt(server.options({ identityFiles: [], password: 'correct horse' }))).toBe('in\n')
    expect(await attempt(server.options({ identityFiles: [], password: 'wrong' }))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      data: { tried: ['the password', 'the password (keyboard-interactive)'] },
    })
  })

  it.skipIf(!isRoot)(`works with a password that is asked for interactively${noRoot}`, async () => {
    await using interactive = await startSshServer({
      password: 'correct horse',
      config: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PasswordAuthentication no', 'PubkeyAuthentication no'],
    })
    expect(await attempt(interactive.options({ identityFiles: [], password: 'correct horse' }))).toBe('in\n')
    expect(await attempt(interactive.options({ identityFiles: [], password: 'wrong' }))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      data: { tried: ['the password', 'the password (keyboard-interactive)'], accepted: ['keyboard-interactive'] },
    })
  })

  it.skipIf(!isRoot)(`gives a key and then a password where both are demanded${noRoot}`, async () => {
    await using strict = await startSshServer({ password: 'correct horse', config: ['AuthenticationMethods publickey,password'] })
    expect(await attempt(strict.options({ password: 'correct horse' }))).toBe('in\n')
    expect(await attempt(strict.options())).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
  })

  it('names a server that has had enough of wrong keys', async () => {
    await using strict = await startSshServer({ config: ['MaxAuthTries 1'] })
    const wrong = makeKey(strict.directory, 'wrong')
    expect(await attempt(strict.options({ identityFiles: [wrong, strict.identity] }))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('Too many authentication failures') as string,
    })
  })

  it('tells a refused connection, an unknown name and a silent server apart', async () => {
    const port = await freePort()
    expect(await attempt(server.options({ port }))).toMatchObject({
      code: 'CONNECTION_FAILED',
      data: { reason: 'ECONNREFUSED' },
      subject: `ssh://${server.user}@127.0.0.1:${port}`,
    })
    expect(await attempt(server.options({ host: 'no-such-host.invalid', port: 22 }))).toMatchObject({ code: 'CONNECTION_FAILED' })
    process.kill(server.pid, 'SIGSTOP')
    try {
      const startedAt = performance.now()
      expect(await attempt(server.options({ connectTimeoutMs: 300 }))).toMatchObject({ code: 'CONNECTION_FAILED', data: { reason: 'timeout' } })
      const abort = AbortSignal.timeout(200)
      expect(await attempt(server.options({ signal: abort }))).toMatchObject({ code: 'ABORTED' })
      expect(performance.now() - startedAt).toBeLessThan(2000)
    } finally {
      process.kill(server.pid, 'SIGCONT')
    }
    expect(await attempt(server.options({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'ABORTED' })
  })

  it('refuses options that make no sense before it connects', async () => {
    for (const wrong of [{ host: '' }, { port: 0 }, { port: 1.5 }, { maxChannels: 0 }, { connectTimeoutMs: -1 }, { hostKeyPolicy: 'no' as 'strict' }]) {
      expect(await attempt(server.options(wrong))).toMatchObject({ code: 'INVALID_INPUT' })
    }
  })
})

describe.skipIf(sshMissing !== undefined)(needsSsh('the key of a host behind SSH'), () => {
  let server: SshServer
  let name: string
  const known = (text: string): string[] => {
    const file = join(server.directory, `known_${Math.random()}`)
    writeFileSync(file, text)
    return [file]
  }
  beforeAll(async () => {
    server = await startSshServer({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] })
    name = `[127.0.0.1]:${server.port}`
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const fingerprint = (type: string): string =>
    spawnSync('ssh-keygen', ['-lf', join(server.directory, `host_${type}.pub`)])
      .stdout.toString()
      .split(' ')[1]!

  it.each(['ed25519', 'ecdsa', 'rsa'])('is asked for in the type that is known: %s', async (type) => {
    expect(await attempt(server.options({ knownHosts: known(`${name} ${server.hostKey(type)}\n`) }))).toBe('in\n')
  })

  it('is found in a file that ssh-keygen has hashed', async () => {
    const [file] = known(`${name} ${server.hostKey('ed25519')}\n`)
    expect(spawnSync('ssh-keygen', ['-q', '-H', '-f', file!]).status).toBe(0)
    expect(readFileSync(file!, 'utf8')).toMatch(/^\|1\|/u)
    expect(await attempt(server.options({ knownHosts: [file!] }))).toBe('in\n')
  })

  it('that is in no file is refused, with its fingerprint', async () => {
    const knownHosts = [join(server.directory, 'no-such-file')]
    expect(await attempt(server.options({ knownHosts }))).toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      subject: name,
      message: `the key of ${name} is in no known_hosts file; it presents ssh-ed25519 ${fingerprint('ed25519')}`,
      data: { fingerprint: fingerprint('ed25519'), files: knownHosts },
    })
  })

  it('that differs from the known one is refused, with both fingerprints and the place', async () => {
    const other = readFileSync(`${makeKey(server.directory, 'other')}.pub`, 'utf8')
    const wanted = spawnSync('ssh-keygen', ['-lf', join(server.directory, 'other.pub')])
      .stdout.toString()
      .split(' ')[1]!
    const knownHosts = known(`# first\n${name} ${other}`)
    expect(await attempt(server.options({ knownHosts, hostKeyPolicy: 'accept-new' }))).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: `the key of ${name} has changed: it presents ssh-ed25519 ${fingerprint('ed25519')}, but known is ssh-ed25519 ${wanted} at ${knownHosts[0]!}:2`,
      hint: expect.stringContaining(`ssh-keygen -f ${knownHosts[0]!} -R '${name}'`) as string,
      data: { reason: 'changed', fingerprint: fingerprint('ed25519') },
    })
  })

  it('that is revoked is refused, although it is known as well', async () => {
    const knownHosts = known(`${name} ${server.hostKey('ed25519')}\n@revoked * ${server.hostKey('ed25519')}\n`)
    expect(await attempt(server.options({ knownHosts }))).toMatchObject({ code: 'HOST_KEY_CHANGED', data: { reason: 'revoked', line: 2 } })
  })

  it('that only an authority vouches for is refused, and the authority named', async () => {
    const knownHosts = known(`@cert-authority * ${server.hostKey('rsa')}\n`)
    expect(await attempt(server.options({ knownHosts, hostKeyPolicy: 'accept-new' }))).toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      message: expect.stringContaining('host certificates are not supported') as string,
      data: { certificateAuthorities: [`${knownHosts[0]!}:1`] },
    })
  })

  it('is remembered in a file that ssh reads, if new keys are to be accepted', async () => {
    const file = join(server.directory, 'new', 'known_hosts')
    expect(await attempt(server.options({ knownHosts: [file], hostKeyPolicy: 'accept-new' }))).toBe('in\n')
    expect(readFileSync(file, 'utf8')).toBe(`${name} ${server.hostKey('ed25519')}\n`)
    expect(spawnSync('ssh-keygen', ['-F', name, '-f', file]).status).toBe(0)
    expect(await attempt(server.options({ knownHosts: [file] }))).toBe('in\n')
  })
})
