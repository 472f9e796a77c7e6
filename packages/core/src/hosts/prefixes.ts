import { HostwrightError } from '../errors.ts'

/** Namespaces of a process that `nsenter` can enter. */
export type NamespaceName = 'mount' | 'uts' | 'ipc' | 'net' | 'pid' | 'user' | 'cgroup' | 'time'

/** The prefix for a named network namespace, see ip-netns(8). `/sys` shows that namespace's devices. */
export function networkNamespace(name: string): readonly string[] {
  if (name === '' || name.startsWith('-') || name.includes('/')) throw invalid('network namespace', name)
  return ['ip', 'netns', 'exec', name]
}

/** The prefix for a directory that becomes `/`, see chroot(8). It needs a POSIX shell and coreutils or busybox in there. */
export function chrootPrefix(directory: string): readonly string[] {
  if (!directory.startsWith('/')) throw invalid('directory', directory)
  return ['chroot', directory]
}

/** The prefix for the namespaces of a running process, see nsenter(1). Default: all of them. */
export function nsenterPrefix(pid: number, namespaces?: readonly NamespaceName[]): readonly string[] {
  if (!Number.isSafeInteger(pid) || pid <= 0) throw invalid('process id', String(pid))
  return ['nsenter', `--target=${pid}`, ...(namespaces === undefined ? ['--all'] : namespaces.map((name) => `--${name}`)), '--']
}

/** The prefix for another user, see sudo(8). It never asks for a password: where one is needed, it fails. Default user: root. */
export function sudoPrefix(user?: string): readonly string[] {
  if (user === '' || user?.startsWith('-') === true) throw invalid('user', user)
  return ['sudo', '-n', ...(user === undefined ? [] : ['-u', user]), '--']
}

function invalid(what: string, value: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `\`${value}\` is not a valid ${what}`, { subject: value })
}
