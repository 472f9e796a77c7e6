import type { PersistentValue } from './entry.ts'
import { reasonLines } from './managed-file.ts'

/** The lines of a sysctl.d file (`man 5 sysctl.d`). */
export function renderSysctlLines(values: readonly PersistentValue[]): string {
  return values.map((each) => `${reasonLines(each.why, each.source)}${sysctlKey(each.path)} = ${each.value}\n`).join('')
}

/**
 * The key of an attribute below `/proc/sys`. The first separator decides which of `.` and `/` separates, so a key with a dot
 * in one of its parts (an interface such as `eth0.100`) is written with slashes.
 */
export function sysctlKey(path: string): string {
  const parts = path.slice('/proc/sys/'.length).split('/')
  return parts.some((part) => part.includes('.')) ? parts.join('/') : parts.join('.')
}
