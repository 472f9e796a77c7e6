import { findLinkTarget, listNames, type FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'

/** What starts and watches services. */
export interface InitFacts {
  readonly system: 'systemd' | 'openrc' | 'runit' | 's6' | 'dinit' | 'upstart' | 'sysvinit' | 'busybox' | 'other' | 'unknown'
  /** The name of process 1, where one runs. */
  readonly process?: string
  /** systemd's, from the version of its shared library. */
  readonly version?: string
  /** What was read that shows it. */
  readonly evidence: readonly string[]
}

/** What is there while the system runs, first match; `sd_booted(3)`, and each project's documentation. */
const runtime: readonly (readonly [path: string, system: InitFacts['system']])[] = [
  ['/run/systemd/system', 'systemd'],
  ['/run/openrc', 'openrc'],
  ['/run/dinit', 'dinit'],
  ['/run/s6-rc', 's6'],
  ['/run/s6', 's6'],
  ['/run/runit', 'runit'],
  ['/run/runit.stopit', 'runit'],
]

const byProcess: Readonly<Record<string, InitFacts['system']>> = {
  systemd: 'systemd',
  'openrc-init': 'openrc',
  runit: 'runit',
  's6-svscan': 's6',
  dinit: 'dinit',
  upstart: 'upstart',
}

/** What is installed, for a tree in which nothing runs; first match. */
const installed: readonly (readonly [path: string, system: InitFacts['system']])[] = [
  ['/sbin/openrc-init', 'openrc'],
  ['/sbin/openrc', 'openrc'],
  ['/etc/runit/1', 'runit'],
  ['/etc/s6-linux-init', 's6'],
  ['/etc/dinit.d', 'dinit'],
  ['/etc/inittab', 'sysvinit'],
]

/** The init system: that which runs, or in an image that which would. */
export async function readInit(fs: FileTree): Promise<InitFacts> {
  const [[comm], initLink, booted, present, version] = await Promise.all([
    readTexts(fs, ['/proc/1/comm']),
    findLinkTarget(fs, '/sbin/init'),
    findFirst(fs, runtime),
    findFirst(fs, installed),
    readSystemdVersion(fs),
  ])
  const linkName = initLink?.split('/').at(-1)
  if (comm !== undefined) {
    const known = byProcess[comm] ?? (comm === 'init' ? nameOfInit(linkName, booted, present) : undefined)
    // A directory in /run may be left by a package's script; only the process decides what runs.
    const system = known ?? (booted !== undefined && booted.system !== 'systemd' && /init/.test(comm) ? booted.system : 'other')
    return defined({
      system,
      process: comm,
      version: system === 'systemd' ? version : undefined,
      evidence: [`process 1 is ${comm}`, ...(booted?.system === system ? [`${booted.path} is there`] : [])],
    })
  }
  if (linkName !== undefined) {
    const system = nameOfInit(linkName, undefined, present)
    return defined({ system, version: system === 'systemd' ? version : undefined, evidence: [`/sbin/init points to ${initLink ?? ''}`] })
  }
  if (present !== undefined) return { system: present.system, evidence: [`${present.path} is there`] }
  return { system: 'unknown', evidence: [] }
}

interface Hit {
  readonly path: string
  readonly system: InitFacts['system']
}

function nameOfInit(linkName: string | undefined, booted: Hit | undefined, present: Hit | undefined): InitFacts['system'] {
  if (linkName === 'systemd') return 'systemd'
  if (booted !== undefined) return booted.system
  if (linkName === undefined) return present?.system ?? 'sysvinit'
  if (linkName === 'busybox') return present?.system === 'openrc' ? 'openrc' : 'busybox'
  return byProcess[linkName.replace(/-init$/, '')] ?? byProcess[linkName] ?? present?.system ?? 'other'
}

async function findFirst(fs: FileTree, paths: readonly (readonly [string, InitFacts['system']])[]): Promise<Hit | undefined> {
  const there = await Promise.all(paths.map(([path]) => fs.exists(path)))
  const index = there.indexOf(true)
  const hit = paths[index]
  return hit === undefined ? undefined : { path: hit[0], system: hit[1] }
}

async function readSystemdVersion(fs: FileTree): Promise<string | undefined> {
  for (const folder of ['/usr/lib/systemd', '/lib/systemd', '/usr/lib64/systemd']) {
    for (const name of await listNames(fs, folder)) {
      const version = /^libsystemd-shared-(\d{2,4}(?:[.~-][\w.~-]+?)?)\.so$/.exec(name)?.[1]
      if (version !== undefined) return version
    }
  }
  return undefined
}
