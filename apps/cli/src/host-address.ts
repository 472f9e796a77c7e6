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

/** A host, and what has to be closed when the work on it is done. */
export interface OpenHost extends AsyncDisposable {
  readonly host: Host
}

/**
 * Opens the host that the parts of `--host` lead to, one through the other; this machine if there are none.
 *
 * @throws `INVALID_INPUT` if the parts are not valid or not in a possible order; what connecting throws
 */
export async function openHost(texts: readonly string[], options: { readonly cwd: string; readonly signal?: AbortSignal }): Promise<OpenHost> {
  const hops = texts.map(parseHostHop)
  const urls: string[] = []
  const ways: Exclude<HostHop, { kind: 'ssh' }>[] = []
  for (const [index, hop] of hops.entries()) {
    if (hop.kind !== 'ssh') ways.push(hop)
    else if (ways.length === 0) urls.push(hop.url)
    else throw new HostwrightError('INVALID_INPUT', `--host: \`${texts[index] ?? ''}\` can only come first, or behind another ssh://`, { subject: '--host' })
  }
  const base = urls.length === 0 ? localHost() : await (await import('./remote-host.ts')).openRemoteHost(urls, options.signal)
  let host: Host = base
  for (const way of ways) {
    const { enterHost } = await import('./entered-host.ts')
    host = await enterHost(host, way, options.cwd)
  }
  return { host, [Symbol.asyncDispose]: () => base[Symbol.asyncDispose]() }
}
