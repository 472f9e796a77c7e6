import { findLinkTarget, readArchitecture, type FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'
import { parseAssignments } from './internal/key-value.ts'

/** The Linux Standard Base's names, where a system still has them. */
export interface LsbFacts {
  readonly id?: string
  readonly release?: string
  readonly codename?: string
  readonly description?: string
}

/** Which operating system a tree holds, and how it calls itself. */
export interface OsFacts {
  /** `debian`, `fedora`, `arch` …; `linux` where no file says it, as os-release(5) has it. */
  readonly id: string
  /** Related systems, nearest first, such as `rhel fedora`. */
  readonly idLike: readonly string[]
  readonly name?: string
  readonly prettyName?: string
  readonly version?: string
  readonly versionId?: string
  readonly codename?: string
  readonly variant?: string
  readonly variantId?: string
  readonly buildId?: string
  readonly imageId?: string
  readonly imageVersion?: string
  readonly cpeName?: string
  readonly homeUrl?: string
  readonly supportEnd?: string
  /** The file that `id` comes from. */
  readonly source?: string
  /** From `/etc/debian_version`: the point release (`12.11`), which os-release does not have. */
  readonly debianVersion?: string
  readonly lsb?: LsbFacts
  /** As in `uname -m`; of the user land where there is no running kernel. */
  readonly architecture?: string
  readonly hostname?: string
  /** The free-form name from `/etc/machine-info`. */
  readonly prettyHostname?: string
  /** 32 hexadecimal digits; absent if the system has not been booted yet. See machine-id(5) on not publishing it. */
  readonly machineId?: string
  /** Such as `Europe/Berlin`. */
  readonly timezone?: string
  /** `LANG` of the system, such as `de_DE.UTF-8`. */
  readonly locale?: string
  readonly keymap?: string
}

const paths = [
  '/etc/os-release',
  '/usr/lib/os-release',
  '/etc/initrd-release',
  '/etc/lsb-release',
  '/etc/debian_version',
  '/etc/alpine-release',
  '/etc/redhat-release',
  '/etc/SuSE-release',
  '/proc/sys/kernel/hostname',
  '/etc/hostname',
  '/etc/machine-info',
  '/etc/machine-id',
  '/var/lib/dbus/machine-id',
  '/etc/timezone',
  '/etc/locale.conf',
  '/etc/default/locale',
  '/etc/vconsole.conf',
  '/etc/default/keyboard',
] as const

/**
 * The operating system of a tree: os-release with its relatives and predecessors, names, time zone and locale.
 *
 * Sources: os-release(5), machine-info(5), machine-id(5), locale.conf(5), localtime(5).
 */
export async function readOs(fs: FileTree): Promise<OsFacts> {
  const [texts, localtime, architecture] = await Promise.all([readTexts(fs, paths), findLinkTarget(fs, '/etc/localtime'), readArchitecture(fs)])
  const text = Object.fromEntries(paths.map((path, index) => [path, texts[index]])) as Record<(typeof paths)[number], string | undefined>
  const release = chooseRelease(text)
  const field = (key: string): string | undefined => release.values.get(key) || undefined
  const info = parseAssignments(text['/etc/machine-info'] ?? '')
  const lsb = parseAssignments(text['/etc/lsb-release'] ?? '')
  const machineId = text['/etc/machine-id'] ?? text['/var/lib/dbus/machine-id']
  return defined({
    id: field('ID') ?? 'linux',
    idLike: field('ID_LIKE')?.split(/\s+/) ?? [],
    name: field('NAME'),
    prettyName: field('PRETTY_NAME'),
    version: field('VERSION'),
    versionId: field('VERSION_ID'),
    codename: field('VERSION_CODENAME') ?? field('UBUNTU_CODENAME'),
    variant: field('VARIANT'),
    variantId: field('VARIANT_ID'),
    buildId: field('BUILD_ID'),
    imageId: field('IMAGE_ID'),
    imageVersion: field('IMAGE_VERSION'),
    cpeName: field('CPE_NAME'),
    homeUrl: field('HOME_URL'),
    supportEnd: field('SUPPORT_END'),
    source: release.source,
    debianVersion: text['/etc/debian_version'],
    lsb: definedIfAny({
      id: lsb.get('DISTRIB_ID'),
      release: lsb.get('DISTRIB_RELEASE'),
      codename: lsb.get('DISTRIB_CODENAME'),
      description: lsb.get('DISTRIB_DESCRIPTION'),
    }),
    architecture: architecture || undefined,
    hostname: text['/proc/sys/kernel/hostname'] ?? hostnameFile(text['/etc/hostname']),
    prettyHostname: info.get('PRETTY_HOSTNAME'),
    machineId: machineId !== undefined && /^[0-9a-f]{32}$/.test(machineId) ? machineId : undefined,
    timezone: /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(localtime ?? '')?.[1] ?? text['/etc/timezone'],
    locale: parseAssignments(text['/etc/locale.conf'] ?? text['/etc/default/locale'] ?? '').get('LANG') || undefined,
    keymap:
      parseAssignments(text['/etc/vconsole.conf'] ?? '').get('KEYMAP') || parseAssignments(text['/etc/default/keyboard'] ?? '').get('XKBLAYOUT') || undefined,
  })
}

interface Release {
  readonly values: ReadonlyMap<string, string>
  readonly source: string | undefined
}

function chooseRelease(text: Readonly<Record<(typeof paths)[number], string | undefined>>): Release {
  for (const source of ['/etc/os-release', '/usr/lib/os-release', '/etc/initrd-release'] as const) {
    const content = text[source]
    if (content !== undefined) return { values: parseAssignments(content), source }
  }
  // Systems from before 2012 have only a line of text.
  const redHat = /^(.+?) (?:Linux )?release (\d[\w.]*)/.exec(text['/etc/redhat-release'] ?? '')
  if (redHat !== null) return older('/etc/redhat-release', /centos/i.test(redHat[0]) ? 'centos' : 'rhel', redHat[1], redHat[2])
  const suse = /^(.*SUSE.*?) (\d[\w.]*)/.exec(text['/etc/SuSE-release'] ?? '')
  if (suse !== null) return older('/etc/SuSE-release', 'suse', suse[1], suse[2])
  if (text['/etc/alpine-release'] !== undefined) return older('/etc/alpine-release', 'alpine', 'Alpine Linux', text['/etc/alpine-release'])
  if (text['/etc/debian_version'] !== undefined) return older('/etc/debian_version', 'debian', 'Debian GNU/Linux', text['/etc/debian_version'])
  return { values: new Map(), source: undefined }
}

function older(source: string, id: string, name: string | undefined, version: string | undefined): Release {
  return {
    source,
    values: new Map([
      ['ID', id],
      ['NAME', name ?? ''],
      ['VERSION_ID', version ?? ''],
    ]),
  }
}

/** The first line that is no comment (hostname(5)). */
function hostnameFile(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .find((line) => /^[^#\s]/.test(line))
    ?.trim()
}
