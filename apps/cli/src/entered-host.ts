import { resolve } from 'node:path'
import { chrootPrefix, HostwrightError, networkNamespace, prefixHost, rootedHost, sudoPrefix, type Host } from '@hostwright/core'
import type { HostHop } from './host-address.ts'

/**
 * The host that a part of `--host` makes of the one before it.
 *
 * @throws `NOT_FOUND` if there is no such directory
 */
export async function enterHost(host: Host, hop: Exclude<HostHop, { kind: 'ssh' }>, cwd: string): Promise<Host> {
  // A relative directory is meant from where the command runs, which only this machine knows.
  const absolute = (directory: string): string => (host.kind === 'ssh' ? directory : resolve(cwd, directory))
  // The label is what one writes to come here again.
  const labelled = (text: string): { readonly label: string } => ({ label: host.label === 'local' ? text : `${host.label},${text}` })
  switch (hop.kind) {
    case 'netns':
      return prefixHost(host, networkNamespace(hop.name), labelled(`netns:${hop.name}`))
    case 'chroot':
      return prefixHost(host, chrootPrefix(absolute(hop.directory)), labelled(`chroot:${absolute(hop.directory)}`))
    case 'root':
      await checkDirectory(host, absolute(hop.directory))
      return rootedHost(host, absolute(hop.directory))
    case 'sudo':
      return prefixHost(host, sudoPrefix(), labelled('sudo'))
  }
}

/** Without this a mistyped directory would look like an empty system. */
async function checkDirectory(host: Host, directory: string): Promise<void> {
  const { type } = await host.fs.stat(directory)
  if (type === 'directory') return
  throw new HostwrightError('NOT_FOUND', `${directory} on ${host.label} is no directory, so it holds no system`, {
    subject: directory,
    hint: 'Give the directory that the system is mounted or unpacked at.',
  })
}
