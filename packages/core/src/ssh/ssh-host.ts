import { userInfo } from 'node:os'
import { HostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'
import { hostCapabilities } from '../hosts/capability-probe.ts'
import { plainText } from '../hosts/plain-text.ts'
import { shellFileSystem } from '../hosts/shell-file-system.ts'
import { defaultKnownHostsFiles } from './host-key.ts'
import { runRemoteCommand, streamRemoteCommand } from './remote-run.ts'
import { SftpProvider } from './sftp-provider.ts'
import { connectSsh, type ConnectionSettings, type SshTarget } from './ssh-connection.ts'
import { commandCapabilityProbe } from '../hosts/command-capabilities.ts'
import { sshFileSystem } from './ssh-file-system.ts'
import { SshLink } from './ssh-link.ts'
import type { SshHopOptions, SshHostOptions } from './ssh-options.ts'
import { formatSshUrl } from './ssh-url.ts'

/**
 * A machine behind SSH. Keys, agent and known_hosts files are those that ssh uses, unless others are given; `~/.ssh/config`
 * is not read. The account needs a POSIX login shell.
 *
 * Each command takes one channel of the one connection, and leads a process group of its own, which a time limit or an
 * abort ends. When the connection is lost, commands in flight fail with `CONNECTION_LOST` and are never repeated; the next
 * call connects again. Files go by SFTP, and by the shell where the server has none.
 *
 * @throws CONNECTION_FAILED, AUTHENTICATION_FAILED, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, ABORTED, and INVALID_INPUT,
 * NOT_FOUND or PERMISSION_DENIED for keys and files that are given but cannot be used
 *
 * @example
 * ```ts no-run: needs a machine behind SSH
 * import { sshHost } from '@hostwright/core'
 *
 * await using host = await sshHost({ host: 'db1.lan', user: 'root', jump: { host: 'gate.lan' } })
 * const { stdout } = await host.run(['uname', '-r'])
 * ```
 */
export async function sshHost(options: SshHostOptions): Promise<Host> {
  const route = routeTo(options)
  const last = route.at(-1)!
  const target = options.label === undefined ? last : { ...last, label: options.label }
  const settings: ConnectionSettings = {
    connectTimeoutMs: milliseconds(options.connectTimeoutMs ?? 15_000, 'connectTimeoutMs'),
    keepaliveIntervalMs: milliseconds(options.keepaliveIntervalMs ?? 15_000, 'keepaliveIntervalMs'),
    maxChannels: options.maxChannels ?? 10,
  }
  if (!Number.isInteger(settings.maxChannels) || settings.maxChannels < 1) throw invalid('maxChannels', 'it is not a number from 1')
  const ways = [...route.slice(0, -1), target]
  const link = new SshLink(await connectSsh(ways, settings, options.signal), ways, settings, options.reconnect ?? true)
  const run: Host['run'] = (argv, runOptions = {}) => runRemoteCommand(link, argv, runOptions)
  const fs = sshFileSystem(new SftpProvider(link), shellFileSystem(run, link.label))
  return {
    label: link.label,
    kind: 'ssh',
    fs,
    root: '',
    prefix: [],
    run,
    stream: (argv, runOptions = {}) => streamRemoteCommand(link, argv, runOptions),
    capabilities: (names) => hostCapabilities(commandCapabilityProbe(fs, run), names),
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}

/** The machines on the way, the first to be connected to first. */
function routeTo(options: SshHopOptions): readonly SshTarget[] {
  const route: SshTarget[] = []
  for (let hop: SshHopOptions | undefined = options; hop !== undefined; hop = hop.jump) {
    if (route.length === 16) throw invalid('jump', 'more than 16 machines are on the way')
    route.unshift(targetOf(hop))
  }
  return route
}

function targetOf(hop: SshHopOptions): SshTarget {
  const { host, port = 22, user = userInfo().username } = hop
  if (host === '' || host.includes('\0')) throw invalid('host', `\`${plainText(host)}\` is no name of a machine`)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw invalid('port', `${port} is not a number from 1 to 65535`)
  if (hop.hostKeyPolicy !== undefined && hop.hostKeyPolicy !== 'strict' && hop.hostKeyPolicy !== 'accept-new') {
    throw invalid('hostKeyPolicy', `\`${plainText(String(hop.hostKeyPolicy))}\` is neither \`strict\` nor \`accept-new\``)
  }
  return {
    label: formatSshUrl({ host, user, port }),
    host,
    port,
    user,
    authentication: hop,
    knownHosts: hop.knownHosts ?? defaultKnownHostsFiles(),
    hostKeyPolicy: hop.hostKeyPolicy ?? 'strict',
  }
}

function milliseconds(value: number, name: string): number {
  if (!Number.isFinite(value) || value < 0) throw invalid(name, 'it is not a number of milliseconds')
  return Math.min(value, 2 ** 31 - 1)
}

function invalid(name: string, why: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `the option \`${name}\` of sshHost is not valid: ${why}`, { subject: name })
}
