import { parseSshUrl, sshHost, type Host } from '@hostwright/core'

/** Connects to the machine that an SSH URL names. */
export async function openRemoteHost(url: string, signal: AbortSignal | undefined): Promise<Host> {
  return sshHost({ ...parseSshUrl(url), ...(signal === undefined ? {} : { signal }) })
}
