import { resolve } from 'node:path'
import { prefixHost, rootedHost, type Host } from '@hostwright/core'
import type { HostHop } from './host-address.ts'

/** The host that a part of `--host` makes of the one before it. */
export function enterHost(host: Host, hop: Exclude<HostHop, { kind: 'ssh' }>, cwd: string): Host {
  // A relative directory is meant from where the command runs, which only this machine knows.
  const absolute = (directory: string): string => (host.kind === 'ssh' ? directory : resolve(cwd, directory))
  switch (hop.kind) {
    case 'netns':
      return prefixHost(host, ['ip', 'netns', 'exec', hop.name])
    case 'chroot':
      return prefixHost(host, ['chroot', absolute(hop.directory)])
    case 'root':
      return rootedHost(host, absolute(hop.directory))
    case 'sudo':
      return prefixHost(host, ['sudo', '-n'])
  }
}
