import type { VirtualisationSigns } from './virtualisation.ts'

/** A technology if the signs show one, and what was read either way. */
interface ContainerVerdict {
  readonly technology: string | undefined
  readonly evidence: readonly string[]
}

interface Mark {
  readonly technology: string
  readonly evidence: string
  /** A plain file that survives in images which are later booted as a machine. */
  readonly leftover?: boolean
}

/** `PROC_PID_INIT_INO` in the kernel's `include/linux/proc_ns.h`. */
const initialPidNamespace = 'pid:[4026531836]'

/** Which container a system runs in, or `undefined`; with the signs for it and those that were overruled. */
export function detectContainer(signs: VirtualisationSigns): ContainerVerdict {
  const { text, namespaces } = signs
  if (signs.openvz.vz && !signs.openvz.bc) {
    return { technology: 'openvz', evidence: ['/proc/vz is there and /proc/bc is not'] }
  }
  if (signs.tracer?.startsWith('proot') === true) {
    return { technology: 'proot', evidence: ['the reading process is traced by proot'] }
  }
  if (text.version?.startsWith('Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016') === true) {
    return { technology: 'gvisor', evidence: ['/proc/version has the fixed text of gVisor'] }
  }

  const marks = findMarks(signs)
  const isolation = judgeNamespaces(namespaces)
  if (isolation.contained === false) {
    return {
      technology: undefined,
      evidence: marks.map((mark) => `${mark.evidence}, but ${isolation.reason}: it is left over from an image`),
    }
  }

  const overlayRoot = /^\d+ \d+ \S+ \S+ \/ [^\n]* - (?:overlay|fuse\.fuse-overlayfs|aufs) /m.test(text.mountinfo ?? '')
  const believed = marks.filter((mark) => mark.leftover !== true || overlayRoot || isolation.contained === true)
  const wsl = isWsl(text.osRelease)
  // A distribution under WSL is often an exported container image, with the mark and without the overlay.
  const first = wsl ? believed.find((mark) => mark.leftover !== true || overlayRoot) : believed[0]
  if (first !== undefined) {
    return {
      technology: first.technology,
      evidence: [first.evidence, ...(isolation.contained === true ? [isolation.reason] : [])],
    }
  }
  if (wsl) return { technology: 'wsl', evidence: [`the kernel release is ${text.osRelease?.trim() ?? ''}`] }
  if (isolation.contained === true) return { technology: 'unknown', evidence: [isolation.reason] }
  return { technology: undefined, evidence: marks.map((mark) => `${mark.evidence}, but / is no overlay: it is left over from an image`) }
}

/** Marks of container managers, most telling first. The order of the first ones is that of systemd's `virt.c`. */
function findMarks(signs: VirtualisationSigns): readonly Mark[] {
  const { text } = signs
  const marks: Mark[] = []
  const byFile: Mark[] = []
  if (text.containerEnv !== undefined) byFile.push({ technology: 'podman', evidence: '/run/.containerenv is there', leftover: true })
  if (text.dockerEnv !== undefined) byFile.push({ technology: 'docker', evidence: '/.dockerenv is there', leftover: true })

  const declared: readonly (readonly [string, string | undefined])[] = [
    ['/run/host/container-manager', text.containerManager],
    ['/run/systemd/container', text.systemdContainer],
    ['container= of process 1', environmentValue(text.initEnvironment, 'container')],
  ]
  for (const [source, value] of declared) {
    const name = value?.trim()
    if (name === undefined || !/^[\w.-]{1,40}$/.test(name)) continue
    marks.push({ technology: name === 'oci' ? (byFile[0]?.technology ?? 'unknown') : name, evidence: `${source} says ${name}` })
  }
  marks.push(...byFile)
  if (text.flatpakInfo !== undefined) marks.push({ technology: 'flatpak', evidence: '/.flatpak-info is there', leftover: true })
  marks.push(...findMountMarks(text.mountinfo ?? ''), ...findCgroupMarks(text.initCgroup ?? ''))
  return marks
}

/** Container managers mount their own files over `/etc/hostname` and the like; the fourth field tells where from. */
function findMountMarks(mountinfo: string): readonly Mark[] {
  const marks: Mark[] = []
  const rules: readonly (readonly [RegExp, string, string])[] = [
    [/^\d+ \d+ \S+ \S*\/docker\/containers\/[0-9a-f]{12,64}\/\S* \/etc\//m, 'docker', "Docker's files are mounted over /etc"],
    [/^\d+ \d+ \S+ \S*\/overlay-containers\/[0-9a-f]{12,64}\/\S* \S+/m, 'podman', "Podman's files are mounted into the tree"],
    [/^\d+ \d+ \S+ \S+ \/proc\/\S+ [^\n]* - fuse\.lxcfs /m, 'lxc', 'lxcfs is mounted over files of /proc'],
    [/^\d+ \d+ \S+ \S+ \/ [^\n]* - overlay [^\n]*io\.containerd\./m, 'containerd', '/ is an overlay of containerd'],
  ]
  for (const [pattern, technology, evidence] of rules) if (pattern.test(mountinfo)) marks.push({ technology, evidence })
  return marks
}

function findCgroupMarks(cgroups: string): readonly Mark[] {
  const rules: readonly (readonly [RegExp, string])[] = [
    [/\/(?:libpod-|libpod_parent)/, 'podman'],
    [/\/(?:cri-containerd-|containerd\/)/, 'containerd'],
    [/\/crio-/, 'cri-o'],
    [/\/(?:docker-|docker\/)[0-9a-f]{12,64}/, 'docker'],
    [/\/lxc(?:\.payload)?[./]/, 'lxc'],
    [/\/kubepods[./]/, 'containerd'],
  ]
  for (const [pattern, technology] of rules) {
    const found = pattern.exec(cgroups)
    if (found !== null) return [{ technology, evidence: `the control group of process 1 has ${found[0]} in its path`, leftover: true }]
  }
  return []
}

/** `false`: the namespaces are those that the kernel started with. `undefined`: they do not tell. */
function judgeNamespaces({ pid, mount, initMount }: VirtualisationSigns['namespaces']): { contained?: boolean; reason: string } {
  if (pid === undefined) return { reason: 'the namespaces cannot be read' }
  if (pid !== initialPidNamespace) return { contained: true, reason: `the PID namespace ${pid} is not the initial one` }
  const number = Number(/^mnt:\[(\d+)\]$/.exec(mount ?? '')?.[1] ?? Number.NaN)
  // The initial mount namespace has a reserved number since Linux 6.17, and one of the first two dynamic ones before.
  const initialMount = number <= 4_026_531_841
  if (initialMount || (mount !== undefined && mount === initMount)) {
    return { contained: false, reason: 'PID and mount namespace are the initial ones' }
  }
  return { reason: 'the PID namespace is the initial one' }
}

function isWsl(osRelease: string | undefined): boolean {
  return /-microsoft(?:-|$)|WSL/im.test(osRelease?.trim() ?? '')
}

function environmentValue(environment: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`
  return environment
    ?.split('\0')
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length)
}
