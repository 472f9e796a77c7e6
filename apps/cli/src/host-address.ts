import { HostwrightError, localHost, type Host } from '@hostwright/core'

/** One part of `--host`. */
export type HostHop =
  | { readonly kind: 'ssh'; readonly url: string }
  | { readonly kind: 'netns'; readonly name: string }
  | { readonly kind: 'chroot'; readonly directory: string }
  | { readonly kind: 'root'; readonly directory: string }
  | { readonly kind: 'sudo' }

/**
 * Takes a part of `--host` apart.
 *
 * @throws `INVALID_INPUT` if it is none of the known forms
 */
export function parseHostHop(text: string): HostHop {
  if (text.startsWith('ssh://')) return { kind: 'ssh', url: text }
  if (text === 'sudo') return { kind: 'sudo' }
  const [, kind, rest = ''] = /^(netns|chroot|root):(.+)$/su.exec(text) ?? []
  if (kind === 'netns' && /^[^/\0]+$/u.test(rest) && rest !== '.' && rest !== '..') return { kind, name: rest }
  if (kind === 'chroot' || kind === 'root') return { kind, directory: rest }
  throw new HostwrightError('INVALID_INPUT', `--host: \`${text}\` is not ssh://USER@MACHINE[:PORT], netns:NAME, chroot:DIR, root:DIR or sudo`, {
    subject: '--host',
    data: { parameter: '--host', value: text },
    ...(/^[\w.@-]+$/u.test(text) ? { hint: `Did you mean \`ssh://${text}\`?` } : {}),
  })
}

/**
 * Opens the host that the parts of `--host` lead to, one through the other; this machine if there are none.
 *
 * @throws `INVALID_INPUT` if the parts are not valid or not in a possible order; what connecting throws
 */
export async function openHost(texts: readonly string[], options: { readonly cwd: string; readonly signal?: AbortSignal }): Promise<Host> {
  const hops = texts.map(parseHostHop)
  const late = hops.findIndex(({ kind }, index) => kind === 'ssh' && index > 0)
  if (late !== -1) throw new HostwrightError('INVALID_INPUT', `--host: \`${texts[late] ?? ''}\` can only come first`, { subject: '--host' })
  let host: Host = localHost()
  for (const hop of hops) {
    if (hop.kind === 'ssh') {
      const { openRemoteHost } = await import('./remote-host.ts')
      host = await openRemoteHost(hop.url, options.signal)
    } else {
      const { enterHost } = await import('./entered-host.ts')
      host = enterHost(host, hop, options.cwd)
    }
  }
  return host
}
