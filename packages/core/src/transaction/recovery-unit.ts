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

/**
 * The text of the systemd unit. It is ordered before what reads files that plans write: sysctl.d, tmpfiles.d, network
 * configuration, and the firewalls that Debian, Fedora and Arch load before the network.
 */
export function recoveryUnit(stateDirectory: string): string {
  const script = `${stateDirectory}/recover.sh`
  return `# Written by Hostwright. Remove this file and its link in sysinit.target.wants to take it away.
[Unit]
Description=Undo Hostwright changes that were not confirmed
DefaultDependencies=no
RequiresMountsFor=${unitWord(stateDirectory)}
After=systemd-remount-fs.service
Before=systemd-sysctl.service systemd-tmpfiles-setup.service nftables.service iptables.service ip6tables.service ufw.service
Before=network-pre.target sysinit.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
ConditionPathExists=${script.replaceAll('%', '%%')}

[Service]
Type=oneshot
ExecStart=/bin/sh ${unitWord(script).replaceAll('$', '$$$$')}
TimeoutStartSec=120

[Install]
WantedBy=sysinit.target
`
}

/** A word of a unit file as systemd.syntax(7) and systemd.service(5) want it. */
function unitWord(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('%', '%%')
  return /[\s"'\\;]/u.test(text) ? `"${escaped}"` : escaped
}
