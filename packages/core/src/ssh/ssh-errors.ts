import { HostwrightError } from '../errors.ts'
import { plainText } from '../hosts/plain-text.ts'
import { errnoOf } from '../hosts/system-error.ts'

const reasons: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ECONNREFUSED: ['the connection was refused', 'Check that an SSH server listens there, and the port.'],
  EHOSTUNREACH: ['there is no route to the host', 'Check the address, and that the machine is on.'],
  ENETUNREACH: ['the network is unreachable', 'Check the network and the routes of this machine.'],
  ETIMEDOUT: ['nothing answers', 'Check the address, that the machine is on, and firewalls on the way.'],
  ENOTFOUND: ['the name is unknown', 'Check the spelling of the name, and DNS or /etc/hosts.'],
  EAI_AGAIN: ['the name could not be looked up', 'Check DNS and the network of this machine.'],
  ECONNRESET: ['the server closed the connection', 'The server may limit connections (MaxStartups, fail2ban); see its log.'],
}

/** The error for a host to which no connection could be made. */
export function connectionFailed(label: string, cause: unknown): HostwrightError {
  const errno = errnoOf(cause)
  const [what, hint] = reasons[errno ?? ''] ?? [cause instanceof Error ? plainText(cause.message) : 'the connection failed', 'See the log of the SSH server.']
  return new HostwrightError('CONNECTION_FAILED', `cannot connect to ${label}: ${what}`, { subject: label, hint, cause, data: { reason: errno ?? 'protocol' } })
}

/** The error for a host that did not answer in time. */
export function connectionTimedOut(label: string, timeoutMs: number): HostwrightError {
  return new HostwrightError('CONNECTION_FAILED', `cannot connect to ${label}: it was not ready within ${timeoutMs} ms`, {
    subject: label,
    hint: 'Check the address, that the machine is on, and firewalls on the way, or allow more with `connectTimeoutMs`.',
    data: { reason: 'timeout', timeoutMs },
  })
}

/** The error for an attempt to connect that the caller gave up. */
export function connectionAborted(label: string, signal: AbortSignal | undefined): HostwrightError {
  return new HostwrightError('ABORTED', `connecting to ${label} was aborted`, { subject: label, cause: signal?.reason })
}

/** The error for work that was under way, or begun, on a connection that is gone. */
export function connectionLost(label: string, cause?: unknown): HostwrightError {
  const why = cause instanceof Error ? `: ${plainText(cause.message)}` : ''
  return new HostwrightError('CONNECTION_LOST', `the connection to ${label} was lost${why}`, {
    subject: label,
    hint: 'What was running there may still run, or have ended. Look at the state of the host before trying again.',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The error for a host that was closed by its owner. */
export function connectionClosed(label: string): HostwrightError {
  return new HostwrightError('CONNECTION_LOST', `${label} was closed`, { subject: label, hint: 'Open the host again with `sshHost`.' })
}
