import { readGuestsServed, readVirtualisation, type FileTree, type Virtualisation } from '@hostwright/core'
import { defined } from './internal/defined.ts'

/** A program that runs containers or virtual machines, or both. */
export interface ContainerEngine {
  readonly name: string
  /** Its program; absent if only its socket or its process shows. */
  readonly program?: string
  /** Its socket, which with socket activation is there before it runs. */
  readonly socket?: string
  /** Whether a process of it runs now. */
  readonly running: boolean
}

/** Containers and virtual machines: which engines there are, and whether this system is inside of one. */
export interface ContainerFacts {
  /** The container that this system runs in, if it does. */
  readonly inside?: Virtualisation
  readonly engines: readonly ContainerEngine[]
  /** Whatever else runs guests now, such as `qemu`. */
  readonly guestsServed: readonly string[]
}

const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/snap/bin', '/run/current-system/sw/bin']

const engines: readonly { readonly name: string; readonly programs: readonly string[]; readonly sockets: readonly string[]; readonly guest: string }[] = [
  { name: 'docker', programs: ['dockerd'], sockets: ['/run/docker.sock'], guest: 'docker' },
  { name: 'podman', programs: ['podman'], sockets: ['/run/podman/podman.sock'], guest: 'podman' },
  { name: 'containerd', programs: ['containerd'], sockets: ['/run/containerd/containerd.sock'], guest: 'containerd' },
  { name: 'cri-o', programs: ['crio'], sockets: ['/run/crio/crio.sock'], guest: 'cri-o' },
  { name: 'kubernetes', programs: ['kubelet', 'k3s', 'microk8s'], sockets: [], guest: 'kubernetes' },
  { name: 'incus', programs: ['incusd'], sockets: ['/var/lib/incus/unix.socket'], guest: 'incus' },
  { name: 'lxd', programs: ['lxd'], sockets: ['/var/snap/lxd/common/lxd/unix.socket'], guest: 'incus' },
  { name: 'lxc', programs: ['lxc-start'], sockets: [], guest: 'lxc' },
  { name: 'nspawn', programs: ['systemd-nspawn'], sockets: [], guest: 'nspawn' },
  { name: 'libvirt', programs: ['libvirtd', 'virtqemud'], sockets: ['/run/libvirt/libvirt-sock'], guest: 'libvirtd' },
]

/** Which engines for containers and virtual machines are installed and running, and whether the system is itself in a container. */
export async function readContainers(fs: FileTree): Promise<ContainerFacts> {
  const [virtualisation, guestsServed, found] = await Promise.all([
    readVirtualisation(fs),
    readGuestsServed(fs),
    Promise.all(engines.map((engine) => findEngine(fs, engine))),
  ])
  const running = new Set(guestsServed)
  const listed = found.flatMap((engine, index) => {
    const guest = engines[index]?.guest ?? ''
    const isRunning = running.has(guest)
    return engine === undefined && !isRunning ? [] : [{ name: engines[index]?.name ?? guest, ...engine, running: isRunning }]
  })
  return defined({
    inside: virtualisation.kind === 'container' ? virtualisation : undefined,
    // One process name stands for LXD and its fork Incus: only the one that is installed is meant.
    engines: listed.filter((engine) => engine.name !== 'lxd' || engine.program !== undefined || engine.socket !== undefined),
    guestsServed,
  })
}

async function findEngine(fs: FileTree, engine: (typeof engines)[number]): Promise<Pick<ContainerEngine, 'program' | 'socket'> | undefined> {
  const candidates = engine.programs.flatMap((program) => folders.map((folder) => `${folder}/${program}`))
  const [programs, sockets] = await Promise.all([
    Promise.all(candidates.map((path) => fs.exists(path))),
    Promise.all(engine.sockets.map((path) => fs.exists(path))),
  ])
  const program = candidates[programs.indexOf(true)]
  const socket = engine.sockets[sockets.indexOf(true)]
  return program === undefined && socket === undefined ? undefined : defined({ program, socket })
}
