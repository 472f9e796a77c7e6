import type { HostKeyPolicy } from './host-key.ts'

/** How to log in. What is given here is offered first; by default also what ssh offers: the agent and `~/.ssh/id_…`. */
export interface SshAuthenticationOptions {
  /** Default: the name of the local user. */
  readonly user?: string
  /** Private keys themselves, in OpenSSH's or PEM format. */
  readonly privateKeys?: readonly (string | Uint8Array)[]
  /** Files with private keys. If these or `privateKeys` are given, the default files are not read. */
  readonly identityFiles?: readonly string[]
  /** Path of the agent's socket, or `false` for none. Default: `SSH_AUTH_SOCK`. */
  readonly agent?: string | false
  /** For password and keyboard-interactive authentication. */
  readonly password?: string
  /** For encrypted private keys. */
  readonly passphrase?: string
}

/** One machine on the way: where it is, how to log in, and which key it must have. */
export interface SshHopOptions extends SshAuthenticationOptions {
  /** A name or an address. */
  readonly host: string
  /** Default 22. */
  readonly port?: number
  /**
   * Files with the keys of hosts, see sshd(8). A file that does not exist is empty; `accept-new` adds to the first.
   * Default: those of ssh, `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`.
   */
  readonly knownHosts?: readonly string[]
  /** `accept-new` trusts a host that is not known yet; a changed key is refused always. Default `strict`. */
  readonly hostKeyPolicy?: HostKeyPolicy
  /** The machine to go through, as with ssh's `ProxyJump`. */
  readonly jump?: SshHopOptions
}

/** How a host is reached over SSH. */
export interface SshHostOptions extends SshHopOptions {
  /** Default: `ssh://user@host[:port]`. */
  readonly label?: string
  /** For the whole way, every jump and login included. Default 15 000. */
  readonly connectTimeoutMs?: number
  /** How often to ask a silent server whether it is there; after three questions without an answer the connection counts as lost. 0: never. Default 15 000. */
  readonly keepaliveIntervalMs?: number
  /** Sessions at a time on one connection; more commands wait. A server that allows fewer is noticed. Default 10, as `MaxSessions` of sshd. */
  readonly maxChannels?: number
  /** Whether the next call after a lost connection connects again. Commands that ran are never repeated. Default `true`. */
  readonly reconnect?: boolean
  /** Ends the attempt to connect with `ABORTED`. */
  readonly signal?: AbortSignal
}
