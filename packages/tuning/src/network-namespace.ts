import { HostwrightError, type Host } from '@hostwright/core'

/**
 * Whether a host is a network namespace of a machine rather than the machine: its `/proc/sys/net` and interfaces are its own,
 * while everything else that it shows belongs to the whole machine.
 */
export async function isNetworkNamespace(host: Host): Promise<boolean> {
  if (entersNetworkNamespace(host.prefix)) return true
  // These belong to the machine and are only shown in its first network namespace; somaxconn is in every one.
  const [own, ...machine] = await host.fs.readMany(
    ['somaxconn', 'netdev_max_backlog', 'netdev_budget', 'dev_weight'].map((name) => `/proc/sys/net/core/${name}`),
  )
  return own !== undefined && machine.every((text) => text === undefined)
}

/**
 * Refuses to plan, for a network namespace that was entered, what would change its whole machine.
 *
 * @throws `UNSUPPORTED`
 */
export function refuseInNetworkNamespace(host: Host, what: string): void {
  if (!entersNetworkNamespace(host.prefix)) return
  throw new HostwrightError('UNSUPPORTED', `${host.label} is a network namespace, and ${what} of the whole machine`, {
    subject: host.label,
    hint: 'Work on the machine itself, without the network namespace.',
  })
}

/** Whether an attribute belongs to a network namespace; the kernel shows the others there too, but they are the machine's. */
export function belongsToNetworkNamespace(path: string): boolean {
  return path.startsWith('/proc/sys/net/') || path.startsWith('/sys/class/net/') || path.startsWith('command:ethtool')
}

/** `ip netns exec NAME`, `nsenter --net=… / -n`, `unshare -n`, possibly behind sudo or the like. */
function entersNetworkNamespace(prefix: readonly string[]): boolean {
  const name = (word: string): string => word.slice(word.lastIndexOf('/') + 1)
  for (const [index, word] of prefix.entries()) {
    const rest = prefix.slice(index + 1)
    if (name(word) === 'ip' && rest.includes('netns') && rest.includes('exec')) return true
    if (name(word) === 'nsenter' || name(word) === 'unshare') {
      if (rest.some((option) => /^--net(?:=|$)|^-[A-Za-z]*n/u.test(option))) return true
      // All namespaces of a process; those of process 1 are the machine's own.
      if (name(word) === 'nsenter' && rest.some((option) => option === '--all' || /^-[A-Za-z]*a/u.test(option)))
        return !/-t ?1 |--target[ =]1 /u.test(`${rest.join(' ')} `)
    }
  }
  return false
}
