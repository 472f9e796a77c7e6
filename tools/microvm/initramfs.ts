import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { requireCommand } from '../command.ts'
import { type ArchiveEntry, cpioArchive } from './cpio.ts'
import type { MicroVmOptions } from './microvm.ts'
import { type Kernel, loadModules } from './kernel.ts'

/** Lines on the second serial port that are the machine's own: the test's output comes before the last of them. */
export const endMarker = '@@ microvm: exit '

/** The first root file system of a test machine: busybox, programs with their libraries, modules, files, and the test. */
export async function buildInitramfs(kernel: Kernel, options: MicroVmOptions): Promise<Uint8Array> {
  const entries = new Map<string, ArchiveEntry>()
  const disks = options.disks ?? []
  const moduleNames = [...(disks.length === 0 ? [] : ['virtio_pci', 'virtio_blk', 'ext4']), ...(options.modules ?? [])]
  const modules = await loadModules(kernel, moduleNames)
  for (const [index, { name, content }] of modules.entries()) {
    entries.set(`/modules/${String(index).padStart(3, '0')}-${name}.ko`, { type: 'file', content, mode: 0o644 })
  }
  for (const program of ['busybox', ...(options.programs ?? [])]) await addProgram(entries, program)
  for (const [path, file] of Object.entries(options.files ?? {})) {
    const { content, mode = 0o644 } = typeof file === 'string' ? { content: file } : file
    entries.set(path, { type: 'file', content: Buffer.from(content), mode })
  }
  for (const directory of ['/dev', '/proc', '/sys', '/run', '/tmp', '/etc', '/root']) entries.set(directory, { type: 'directory' })
  entries.set('/test.sh', { type: 'file', content: Buffer.from(options.script), mode: 0o755 })
  entries.set('/init', { type: 'file', content: Buffer.from(initScript(disks.map(({ mountPoint }) => mountPoint))), mode: 0o755 })
  return gzipSync(cpioArchive(entries), { level: 1 })
}

/** Copies a program to where it is on this machine, with its interpreter and shared libraries. */
async function addProgram(entries: Map<string, ArchiveEntry>, program: string): Promise<void> {
  const path = program.startsWith('/')
    ? program
    : ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map((folder) => join(folder, program)).find((candidate) => existsSync(candidate))
  if (path === undefined) throw new Error(`${program} is not on this machine`)
  const add = async (file: string): Promise<void> => {
    if (!entries.has(file)) entries.set(file, { type: 'file', content: await readFile(await realpath(file)), mode: 0o755 })
  }
  await add(path)
  if (!program.startsWith('/') && path !== `/bin/${program}`) entries.set(`/bin/${program}`, { type: 'symlink', target: path })
  for (const [, library = ''] of (await requireCommand(['ldd', path])).matchAll(/(\/\S+) \(0x/g)) await add(library)
}

// The kernel writes to the first serial port; the test's output goes to the second, where nothing else is.
function initScript(mountPoints: readonly (string | undefined)[]): string {
  const mounts = mountPoints.flatMap((point, index) =>
    point === undefined ? [] : [`mkdir -p '${point}'`, `mount -t ext4 /dev/vd${letter(index)} '${point}' || fail 'cannot mount disk ${index}'`],
  )
  const unmounts = mountPoints.flatMap((point) => (point === undefined ? [] : [`umount '${point}'`])).toReversed()
  return `#!/bin/busybox sh
/bin/busybox mkdir -p /bin /sbin /usr/bin /usr/sbin
/bin/busybox --install -s /bin
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
stty raw -F /dev/ttyS1
fail() { echo "$1" >/dev/ttyS1; echo '${endMarker}255' >/dev/ttyS1; poweroff -f; }
for module in /modules/*.ko; do
  [ -e "$module" ] && { insmod "$module" || fail "cannot load $module"; }
done
ip link set lo up
${mounts.join('\n')}
cd /
/test.sh >/dev/ttyS1 2>&1 </dev/null
code=$?
cd /
${unmounts.join('\n')}
sync
echo "${endMarker}$code" >/dev/ttyS1
poweroff -f
`
}

function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index)
}
