import { Buffer } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { AnyAuthMethod, AuthenticationType, BaseAgent, NextAuthHandler, ParsedKey } from 'ssh2'
import { HostwrightError } from '../errors.ts'
import { plainText } from '../hosts/plain-text.ts'
import { errnoOf, fromSystemError } from '../hosts/system-error.ts'
import { hostKeyFingerprint } from './known-hosts.ts'
import type { SshAuthenticationOptions } from './ssh-options.ts'

type Ssh2 = typeof import('ssh2')

/** One thing to offer to the server. */
interface Attempt {
  readonly name: string
  readonly type: 'publickey' | 'password' | 'keyboard-interactive' | 'none'
  readonly method: AnyAuthMethod
}

/** What is offered to a server, and what became of it. */
export interface Authentication {
  /** For ssh2's `authHandler`. */
  readonly next: (methodsLeft: AuthenticationType[] | null, partialSuccess: boolean | null, done: NextAuthHandler) => void
  /** Whether everything was offered and refused. */
  readonly exhausted: () => boolean
  /** Adds to what the error says: an agent that failed, a key that cannot sign. */
  readonly note: (text: string) => void
  /** The error for a server that lets nobody in. */
  readonly error: (label: string, said?: string) => HostwrightError
}

/** Prepares what is offered: given keys, the agent's identities, default keys, then the password in both its forms. */
export async function prepareAuthentication(ssh2: Ssh2, user: string, options: SshAuthenticationOptions): Promise<Authentication> {
  const notes: string[] = []
  const attempts: Attempt[] = []
  const addKey = (name: string, key: ParsedKey): void => {
    attempts.push({ name: `key ${name} (${fingerprint(key)})`, type: 'publickey', method: { type: 'publickey', username: user, key } })
  }
  for (const [index, key] of (options.privateKeys ?? []).entries()) addKey(`#${index + 1}`, givenKey(ssh2, key, `privateKeys[${index}]`, options.passphrase))
  for (const file of options.identityFiles ?? []) addKey(file, givenKey(ssh2, await readIdentity(file), file, options.passphrase))
  const socket = options.agent === undefined ? process.env['SSH_AUTH_SOCK'] : options.agent
  if (socket !== undefined && socket !== false && socket !== '') attempts.push(agentAttempt(ssh2, user, socket, notes))
  if (options.privateKeys === undefined && options.identityFiles === undefined) {
    for (const { name, key } of await defaultKeys(ssh2, options.passphrase, notes)) addKey(name, key)
  }
  if (options.password !== undefined) attempts.push(...passwordAttempts(user, options.password))
  // Asking for nothing makes the server say what it would accept.
  if (attempts.length === 0) attempts.push({ name: 'nothing', type: 'none', method: { type: 'none', username: user } })
  return offer(user, attempts, notes)
}

function offer(user: string, attempts: readonly Attempt[], notes: string[]): Authentication {
  const succeeded = new Set<Attempt>()
  const tried: string[] = []
  let waiting = [...attempts]
  let current: Attempt | undefined
  let accepted: readonly string[] | undefined
  let exhausted = false
  return {
    next(methodsLeft, partialSuccess, done) {
      if (methodsLeft !== null) accepted = methodsLeft
      if (partialSuccess === true && current !== undefined) {
        // The server wants one more proof: what it refused as the first may be right as the second.
        succeeded.add(current)
        waiting = attempts.filter((attempt) => !succeeded.has(attempt))
      }
      const at = waiting.findIndex(({ type }) => methodsLeft === null || (methodsLeft as string[]).includes(type))
      current = waiting[at]
      if (current === undefined) {
        exhausted = true
        done(false as unknown as AnyAuthMethod)
        return
      }
      waiting.splice(at, 1)
      if (current.type !== 'none') tried.push(current.name)
      done(current.method)
    },
    exhausted: () => exhausted,
    note: (text) => notes.push(text),
    error(label, said) {
      const accepts = accepted === undefined || accepted.length === 0 ? '' : `; it accepts ${plainText(accepted.join(', '))}`
      const offered = tried.length === 0 ? 'nothing could be offered' : `it refused ${tried.join(', ')}`
      const more = [...notes, ...(said === undefined ? [] : [`the server says: ${plainText(said)}`])]
      return new HostwrightError(
        'AUTHENTICATION_FAILED',
        `${label} does not let ${plainText(user)} in: ${offered}${accepts}${more.length === 0 ? '' : ` (${more.join('; ')})`}`,
        {
          subject: label,
          hint:
            tried.length === 0
              ? 'Give a key with `identityFiles`, start an agent, or give a `password`.'
              : `Check that the key stands in ${plainText(user)}'s ~/.ssh/authorized_keys there, and what the server's log says.`,
          data: { user, tried, accepted: accepted ?? [], notes: more },
        },
      )
    },
  }
}

function passwordAttempts(user: string, password: string): Attempt[] {
  return [
    { name: 'the password', type: 'password', method: { type: 'password', username: user, password } },
    {
      name: 'the password (keyboard-interactive)',
      type: 'keyboard-interactive',
      method: {
        type: 'keyboard-interactive',
        username: user,
        // Only what is not shown while typing can be the password.
        prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(({ echo }) => (echo === true ? '' : password))),
      },
    },
  ]
}

function agentAttempt(ssh2: Ssh2, user: string, socket: string, notes: string[]): Attempt {
  const agent: BaseAgent = ssh2.createAgent(socket)
  const getIdentities = agent.getIdentities.bind(agent)
  agent.getIdentities = (callback) => {
    getIdentities((error, keys) => {
      if (error === undefined || error === null) {
        const prints = (keys ?? []).map((key) => (typeof key === 'object' && 'getPublicSSH' in key ? fingerprint(key) : ''))
        notes.push(prints.length === 0 ? 'the agent holds no keys' : `the agent holds ${prints.join(', ')}`)
      }
      callback(error, keys)
    })
  }
  return { name: `the agent ${socket}`, type: 'publickey', method: { type: 'agent', username: user, agent } }
}

async function defaultKeys(ssh2: Ssh2, passphrase: string | undefined, notes: string[]): Promise<readonly { name: string; key: ParsedKey }[]> {
  const found: { name: string; key: ParsedKey }[] = []
  for (const name of ['id_ed25519', 'id_ecdsa', 'id_rsa']) {
    const file = join(homedir(), '.ssh', name)
    const text = await readFile(file).catch(() => undefined)
    if (text === undefined) continue
    const key = parsePrivateKey(ssh2, text, passphrase)
    if (typeof key === 'string') notes.push(`~/.ssh/${name} was not used: ${key}`)
    else found.push({ name: `~/.ssh/${name}`, key })
  }
  return found
}

async function readIdentity(file: string): Promise<Buffer> {
  const path = file.startsWith('~/') ? join(homedir(), file.slice(2)) : file
  try {
    return await readFile(path)
  } catch (error) {
    throw errnoOf(error) === undefined ? error : fromSystemError(error, 'read', file)
  }
}

function givenKey(ssh2: Ssh2, content: string | Uint8Array, name: string, passphrase: string | undefined): ParsedKey {
  const key = parsePrivateKey(ssh2, content, passphrase)
  if (typeof key !== 'string') return key
  throw new HostwrightError('INVALID_INPUT', `${plainText(name)} cannot be used as a private key: ${key}`, {
    subject: name,
    hint: key.includes('passphrase') ? 'Give its `passphrase`, or add it to an agent.' : 'Give a private key in OpenSSH or PEM format.',
  })
}

/** The key, or why it cannot be used. */
function parsePrivateKey(ssh2: Ssh2, content: string | Uint8Array, passphrase: string | undefined): ParsedKey | string {
  const parsed = ssh2.utils.parseKey(typeof content === 'string' ? content : Buffer.from(content), passphrase) as ParsedKey | ParsedKey[] | Error
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined) return 'it holds no key'
  if (key instanceof Error) {
    if (/no passphrase given/iu.test(key.message)) return 'it is encrypted and no passphrase was given'
    if (/bad decrypt|bad passphrase|integrity check|incorrect/iu.test(key.message)) return 'the passphrase does not open it'
    return plainText(key.message)
  }
  return key.isPrivateKey() ? key : 'it is a public key'
}

function fingerprint(key: { getPublicSSH(): Uint8Array }): string {
  return hostKeyFingerprint(key.getPublicSSH())
}
