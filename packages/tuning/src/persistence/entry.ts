import type { DeviceSelector } from '../profile.ts'
import type { Tunable } from '../tunable.ts'

/** A value that is to be set again at every boot. */
export interface PersistentValue {
  /** The attribute, for one device; or for all devices if `pattern` is set. */
  readonly path: string
  /** The path is a shell pattern for all devices of its kind. */
  readonly pattern?: boolean
  /** The kernel name of the device, if the tunable exists once for each. */
  readonly instance?: string
  readonly tunable: Tunable | undefined
  /** The devices that the profile means; a rule for them also fits devices that are plugged in later. */
  readonly on?: DeviceSelector
  readonly value: string
  readonly why: string
  readonly source: string
}

/** Which mechanism sets a value at boot; `none` for values that only a program can set. */
export type PersistenceMechanism = 'sysctl.d' | 'udev' | 'tmpfiles.d' | 'none'

/** The mechanism that fits an attribute: devices come and go, so theirs are set by udev when they appear. */
export function persistenceMechanism(value: Pick<PersistentValue, 'path' | 'tunable'>): PersistenceMechanism {
  if (value.path.startsWith('/proc/sys/')) return 'sysctl.d'
  if (/^\/sys\/(?:class\/)?(?:block|net)\/[^/]+\//u.test(value.path)) return 'udev'
  if (value.path.startsWith('/sys/') || value.path.startsWith('/proc/')) return 'tmpfiles.d'
  return 'none'
}
