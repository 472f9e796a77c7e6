/** The features that keep files of their own, so that none overwrites another's. */
export type PersistenceOwner = 'tuning' | 'cpu-isolation' | 'irq-affinity' | 'zram' | 'zswap'

/** The files that a feature may own on a host. None of them belongs to a distribution package. */
export interface ManagedPaths {
  /** After the distributions’ own 10- to 50-, before an administrator's 99-. */
  readonly sysctl: string
  readonly tmpfiles: string
  /** After `60-persistent-storage.rules`, whose findings the rules match, and the distributions' `60-ioschedulers.rules`. */
  readonly udev: string
  readonly modprobe: string
  readonly grub: string
  /** Which parameters were added to which shared command line file, so that exactly those are removed again. */
  readonly commandLineRecord: string
}

/** The directory of records; removed with the last of them. */
export const recordDirectory = '/etc/hostwright'

/** Where a feature's files are. */
export function managedPaths(owner: PersistenceOwner): ManagedPaths {
  return {
    sysctl: `/etc/sysctl.d/60-hostwright-${owner}.conf`,
    tmpfiles: `/etc/tmpfiles.d/60-hostwright-${owner}.conf`,
    udev: `/etc/udev/rules.d/65-hostwright-${owner}.rules`,
    modprobe: `/etc/modprobe.d/60-hostwright-${owner}.conf`,
    grub: `/etc/default/grub.d/60-hostwright-${owner}.cfg`,
    commandLineRecord: `${recordDirectory}/${owner}-command-line`,
  }
}
