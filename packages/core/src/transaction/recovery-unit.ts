import { createPlanner } from '../planner.ts'
import type { Host } from '../host.ts'
import type { Plan } from '../plan.ts'
import type { HistoryOptions } from './history.ts'
import { recoveryScript } from './script/recovery.ts'
import { resolveStateDirectory } from './state-directory.ts'

const unitPath = '/etc/systemd/system/hostwright-recover.service'
const wantsPath = '/etc/systemd/system/sysinit.target.wants/hostwright-recover.service'

/**
 * The change that makes systemd end an interrupted or unconfirmed transaction at boot, before the files that it may have
 * changed are read by anyone. Other init systems run `STATE/recover.sh` as early as the state directory can be written.
 */
export async function planRecoveryUnit(host: Host, options: HistoryOptions = {}): Promise<Plan> {
  const state = await resolveStateDirectory(host, options.stateDirectory)
  const directory = host.root !== '' && state.startsWith(`${host.root}/`) ? state.slice(host.root.length) : state
  const planner = createPlanner(host, 'recovery')
  await planner.write(`${directory}/recover.sh`, recoveryScript, { mode: 0o700, why: 'Ends the transaction that a reboot interrupted.' })
  await planner.write(unitPath, recoveryUnit(directory), { mode: 0o644, why: 'Runs recover.sh early at boot.' })
  await planner.link(wantsPath, '../hostwright-recover.service', { why: 'Enables the unit.' })
  return planner.finish()
}

/** The text of the systemd unit. */
export function recoveryUnit(stateDirectory: string): string {
  return `# Written by Hostwright. Remove this file and its link in sysinit.target.wants to take it away.
[Unit]
Description=Undo Hostwright changes that were not confirmed
Documentation=man:hostwright-recover(1)
DefaultDependencies=no
RequiresMountsFor=${stateDirectory}
After=systemd-remount-fs.service
Before=systemd-sysctl.service systemd-tmpfiles-setup.service sysinit.target network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
ConditionPathExists=${stateDirectory}/recover.sh

[Service]
Type=oneshot
ExecStart=/bin/sh ${stateDirectory}/recover.sh
TimeoutStartSec=120

[Install]
WantedBy=sysinit.target
`
}
