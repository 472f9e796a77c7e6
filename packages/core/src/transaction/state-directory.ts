import { HostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'

/**
 * Where a host keeps its transactions, as its commands see it: `/var/lib/hostwright` for root, else
 * `$XDG_STATE_HOME/hostwright` (XDG Base Directory Specification), `~/.local/state/hostwright` by default.
 */
export async function resolveStateDirectory(host: Host, given?: string): Promise<string> {
  if (given !== undefined) {
    if (!given.startsWith('/'))
      throw new HostwrightError('INVALID_INPUT', `the state directory ${JSON.stringify(given)} is not an absolute path`, { subject: given })
    return `${host.root}${given.replace(/\/+$/u, '')}`
  }
  if (host.root !== '') return `${host.root}/var/lib/hostwright`
  if (host.kind === 'local') return localStateDirectory(host)
  const script = 'if [ "$(id -u)" = 0 ]; then printf /var/lib/hostwright; else printf %s "${XDG_STATE_HOME:-$HOME/.local/state}/hostwright"; fi'
  const { stdout } = await host.run(['/bin/sh', '-c', script])
  if (!stdout.startsWith('/'))
    throw new HostwrightError('INVALID_INPUT', 'neither XDG_STATE_HOME nor HOME tells where state can be kept', {
      subject: host.label,
      hint: 'Give a state directory.',
    })
  return stdout
}

function localStateDirectory(host: Host): string {
  if (process.getuid?.() === 0) return '/var/lib/hostwright'
  const { XDG_STATE_HOME: state, HOME: home } = process.env
  const base = state ?? (home === undefined ? undefined : `${home}/.local/state`)
  if (base?.startsWith('/') === true) return `${base}/hostwright`
  throw new HostwrightError('INVALID_INPUT', 'neither XDG_STATE_HOME nor HOME tells where state can be kept', {
    subject: host.label,
    hint: 'Give a state directory.',
  })
}
