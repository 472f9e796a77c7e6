import type { Cell, View, Virtualisation } from '@hostwright/core'
import type { ChassisFacts } from '../chassis.ts'
import type { ContainerFacts } from '../containers.ts'
import type { DmiFacts } from '../dmi.ts'
import type { InitFacts } from '../init.ts'
import type { KernelFacts } from '../kernel.ts'
import type { MountFacts } from '../mounts.ts'
import type { OsFacts } from '../os.ts'
import type { AccountFacts } from '../users.ts'
import { fieldsView, tableView } from './building.ts'

export function viewOs(os: OsFacts): View {
  return fieldsView([
    ['System', os.prettyName ?? os.name ?? os.id],
    ['Point release', os.debianVersion],
    ['Host name', os.hostname],
    ['Pretty name', os.prettyHostname],
    ['Architecture', os.architecture],
    ['Time zone', os.timezone],
    ['Locale', os.locale],
    ['Machine ID', os.machineId],
    ['Support ends', os.supportEnd],
  ])
}

export function viewKernel(kernel: KernelFacts): View {
  const problem = kernel.taint?.flags.some((flag) => flag.kind === 'problem') === true
  const taint = kernel.taint?.flags.map((flag) => `${flag.letter} (${flag.meaning})`).join(', ')
  return fieldsView([
    ['Release', kernel.release],
    ['Build', kernel.version],
    ['Command line', kernel.commandLine?.text],
    ['Modules', kernel.modules.length === 0 ? undefined : `${kernel.modules.length} loaded`],
    ['Taint', taint === undefined ? undefined : taint === '' ? 'none' : { text: taint, tone: problem ? 'warn' : 'dim' }],
    ['Lockdown', kernel.lockdown],
    ['Security modules', kernel.securityModules.join(', ')],
    ['SELinux', kernel.selinux],
    ['Up', kernel.uptimeSeconds === undefined ? undefined : formatDuration(kernel.uptimeSeconds)],
  ])
}

function formatDuration(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`
}

export function viewVirtualisation(virtualisation: Virtualisation): View {
  const { kind, technology, monitor } = virtualisation
  const names = { none: 'hardware', vm: 'virtual machine', container: 'container' }
  return {
    kind: 'group',
    children: [
      fieldsView([
        ['Runs on', technology === 'unknown' && kind === 'none' ? 'not running' : names[kind]],
        ['Technology', kind === 'none' ? undefined : technology],
        ['Monitor', monitor],
      ]),
      { kind: 'lines', lines: virtualisation.evidence.map((text): Cell => ({ text: `  ${text}`, tone: 'dim' })) },
    ],
  }
}

export function viewChassis(chassis: ChassisFacts): View {
  return fieldsView([
    ['Chassis', chassis.kind],
    ['Vendor', chassis.vendor],
    ['Model', chassis.model],
    ['Serial number', chassis.serial],
    ['Asset tag', chassis.assetTag],
  ])
}

export function viewDmi(dmi: DmiFacts): View {
  const join = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(' ')
  return fieldsView([
    ['System', join(dmi.system?.vendor, dmi.system?.product, dmi.system?.version)],
    ['Serial number', dmi.system?.serial],
    ['UUID', dmi.system?.uuid],
    ['Board', join(dmi.board?.vendor, dmi.board?.name, dmi.board?.version)],
    ['Firmware', join(dmi.firmware?.vendor, dmi.firmware?.version, dmi.firmware?.date)],
    ['Boot mode', dmi.firmware?.mode],
    ['Secure boot', dmi.firmware?.secureBoot === undefined ? undefined : dmi.firmware.secureBoot ? 'on' : 'off'],
    ['Device tree', dmi.deviceTree?.model],
    ['Compatible', dmi.deviceTree?.compatible.join(', ')],
  ])
}

export function viewInit(init: InitFacts): View {
  return fieldsView([
    ['Init system', init.version === undefined ? init.system : `${init.system} ${init.version}`],
    ['Process 1', init.process],
  ])
}

export function viewContainers(containers: ContainerFacts): View {
  return {
    kind: 'group',
    children: [
      fieldsView([
        ['Inside', containers.inside?.technology],
        ['Guests served by', containers.guestsServed.join(', ')],
      ]),
      tableView(
        ['Engine', 'State', 'Program'],
        containers.engines.map((engine) => [engine.name, engine.running ? { text: 'running', tone: 'good' } : 'installed', engine.program ?? engine.socket]),
        'No container engine is installed',
      ),
    ],
  }
}

export function viewUsers(accounts: AccountFacts): View {
  return {
    kind: 'group',
    children: [
      tableView(
        ['User', '#UID', '#GID', 'Home', 'Shell', 'Comment'],
        accounts.users.map((user) => [
          user.uid >= accounts.firstUserId && user.canLogin ? { text: user.name, tone: 'strong' } : user.name,
          `${user.uid}`,
          `${user.gid}`,
          user.home,
          user.canLogin ? user.shell : { text: user.shell, tone: 'dim' },
          user.comment,
        ]),
        'There are no users',
      ),
      { kind: 'lines', lines: accounts.problems.map((problem): Cell => ({ text: `${problem.file}:${problem.line}: ${problem.message}`, tone: 'warn' })) },
    ],
  }
}

export function viewMounts(mounts: MountFacts): View {
  if (mounts.mounted.length === 0) {
    return tableView(
      ['Mount point', 'Type', 'Source', 'Options'],
      mounts.fstab.map((entry) => [entry.mountPoint, entry.type, entry.source, entry.options.join(',')]),
      'Nothing is mounted, and /etc/fstab has no entries',
    )
  }
  return tableView(
    ['Mount point', 'Type', 'Source', 'Options'],
    mounts.mounted.map((mount) => [mount.mountPoint, mount.type, mount.source, mount.options.join(',')]),
    'Nothing is mounted',
  )
}
