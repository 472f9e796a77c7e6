import { parseSshUrl, sshHost, type Host, type SshHopOptions } from '@hostwright/core'

/**
 * Connects to the machine that the last of some SSH URLs names, through those that the others name.
 *
 * @throws `INVALID_INPUT` if one is not valid, and what connecting throws
 */
export async function openRemoteHost(urls: readonly string[], signal: AbortSignal | undefined): Promise<Host> {
  const [first, ...others] = urls.map(parseSshUrl)
  if (first === undefined) throw new TypeError('there is no SSH URL')
  const way = others.reduce<SshHopOptions>((jump, address) => ({ ...address, jump }), first)
  return sshHost({ ...way, ...(signal === undefined ? {} : { signal }) })
}
