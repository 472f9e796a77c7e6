import type { Planner } from '@hostwright/core'
import type { CommandLineSetting, ModuleOptionSetting } from '../profile.ts'
import { planCommandLine } from './command-line.ts'
import { persistenceMechanism } from './entry.ts'
import type { PersistenceMechanism, PersistentValue } from './entry.ts'
import { managedPaths } from './managed-paths.ts'
import type { PersistenceOwner } from './managed-paths.ts'
import { planManagedFile } from './managed-write.ts'
import { renderModprobeLines } from './modprobe-file.ts'
import { renderSysctlLines } from './sysctl-file.ts'
import { renderTmpfilesLines } from './tmpfiles-file.ts'
import { renderUdevLines } from './udev-rules.ts'

/** Everything that is to hold after a reboot. */
export interface PersistentState {
  /** What it is for: `profile server`. */
  readonly what: string
  readonly values: readonly PersistentValue[]
  readonly moduleOptions?: readonly ModuleOptionSetting[]
  readonly commandLine?: readonly CommandLineSetting[]
}

/** Plans the files that set values again at boot, and removes those of the same owner that are no longer needed. */
export async function planPersistence(planner: Planner, owner: PersistenceOwner, state: PersistentState): Promise<void> {
  const paths = managedPaths(owner)
  const by = (mechanism: PersistenceMechanism): readonly PersistentValue[] => state.values.filter((value) => persistenceMechanism(value) === mechanism)
  const { what } = state
  const tmpfiles = by('tmpfiles.d')
  const udev = by('udev')
  const lost = by('none')
  if (tmpfiles.length > 0 && !(await existsAny(planner, ['/usr/bin/systemd-tmpfiles', '/bin/systemd-tmpfiles', '/usr/sbin/tmpfiles']))) {
    planner.note('warning', paths.tmpfiles, 'nothing on this host reads tmpfiles.d at boot; run something at boot that writes these values')
  }
  if (udev.length > 0 && !(await existsAny(planner, ['/usr/lib/udev', '/lib/udev']))) {
    planner.note('warning', paths.udev, 'this host has no udev, which would set these values when a device appears')
  }
  if (lost.length > 0) {
    planner.note('warning', 'after a reboot', `these values have to be applied again: ${lost.map((value) => value.tunable?.id ?? value.path).join(', ')}`)
  }
  await planManagedFile(planner, paths.sysctl, { what, purpose: 'kernel settings, set at boot by systemd-sysctl', body: renderSysctlLines(by('sysctl.d')) })
  await planManagedFile(planner, paths.tmpfiles, {
    what,
    purpose: 'settings below /sys, written at boot by systemd-tmpfiles',
    body: renderTmpfilesLines(tmpfiles),
  })
  await planManagedFile(planner, paths.udev, { what, purpose: 'settings of devices, made by udev when a device appears', body: renderUdevLines(udev) })
  await planManagedFile(
    planner,
    paths.modprobe,
    { what, purpose: 'options of kernel modules, read when a module is loaded', body: renderModprobeLines(state.moduleOptions ?? []) },
    { effect: 'reboot' },
  )
  await planCommandLine(planner, owner, what, state.commandLine ?? [])
}

async function existsAny(planner: Planner, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await planner.host.fs.exists(path)) return true
  return false
}
