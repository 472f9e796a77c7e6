/**
 * Installs what the system tests use and this machine lacks, from the one list in apt-packages.txt. Nothing is started
 * or enabled: services that come with a package stay off. The kernel of the test machine is only unpacked, below
 * `.nx`, so that no boot loader learns of it.
 *
 *   node tools/apt-install.ts
 */
import { existsSync, globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandResult, runCommand } from './command.ts'
import type { StageResult } from './stage.ts'
import { root } from './workspaces.ts'

/** A line of the list: a package to install, or one whose files are only unpacked. */
export interface ListedPackage {
  readonly name: string
  readonly unpack: boolean
}

/** Where packages are unpacked that must not be installed. */
export const unpackedRoot: string = join(root, '.nx/unpacked')

/** Reads the list: one name a line, `unpack NAME` for files only, `#` starts a comment. */
export function parsePackageList(text: string): readonly ListedPackage[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('unpack ') ? { name: line.slice('unpack '.length).trim(), unpack: true } : { name: line, unpack: false }))
}

async function isInstalled(name: string): Promise<boolean> {
  return (await runCommand(['dpkg-query', '-W', '-f=${db:Status-Status}', name])).stdout === 'installed'
}

/** Whether a kernel for the test machine is there already, installed or unpacked. */
function hasKernel(): boolean {
  return globSync(['/boot/vmlinuz-*-cloud-*', `${unpackedRoot}/lib/modules/*/modules.dep`]).length > 0
}

/** Installs what is missing. Never fails: what could not be installed is what the tests skip, and the note says so. */
export async function installSystemPackages(): Promise<StageResult> {
  if (!existsSync('/usr/bin/apt-get')) return { ok: true, output: '', note: 'no apt-get here: tests that lack a tool are skipped' }
  const listed = parsePackageList(await readFile(join(root, 'tools/apt-packages.txt'), 'utf8'))
  const missing: ListedPackage[] = []
  for (const item of listed) {
    if (item.unpack ? !hasKernel() : !(await isInstalled(item.name))) missing.push(item)
  }
  if (missing.length === 0) return { ok: true, output: '' }
  const names = missing.map(({ name }) => name).join(' ')
  if (process.getuid?.() !== 0) return { ok: true, output: '', note: `not root, so not installed: ${names}; tests that need them are skipped` }
  const failure =
    (await installAll(missing.filter(({ unpack }) => !unpack).map(({ name }) => name))) ??
    (await unpackAll(missing.filter(({ unpack }) => unpack).map(({ name }) => name)))
  if (failure !== undefined) return { ok: true, output: failure, note: `could not install ${names} (${lastLine(failure)}); tests that need them are skipped` }
  return { ok: true, output: '', note: `installed ${names}` }
}

async function installAll(names: readonly string[]): Promise<string | undefined> {
  const updated = await apt(['update'])
  if (!updated.ok) return updated.output
  if (names.length === 0) return undefined
  // Debian's packages ask this file before they start a service. One that is there already is left alone.
  const policy = '/usr/sbin/policy-rc.d'
  const ownPolicy = !existsSync(policy)
  if (ownPolicy) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const installed = await apt(['install', '--no-install-recommends', ...names])
    if (!installed.ok) return installed.output
  } finally {
    if (ownPolicy) await rm(policy)
  }
  await disableUnits(names)
  return undefined
}

/** New services would start at the next boot otherwise; tuned, for one, would change the machine. */
async function disableUnits(names: readonly string[]): Promise<void> {
  const files = (await runCommand(['dpkg', '-L', ...names])).stdout.split('\n')
  const units = files.filter((path) => /\/systemd\/system\/[^/@]+\.(service|socket|timer)$/.test(path)).map((path) => path.slice(path.lastIndexOf('/') + 1))
  const essential = /^(systemd|udev|procps|dbus|kmod)/
  const own = units.filter((unit) => !essential.test(unit))
  if (own.length > 0) await runCommand(['systemctl', '--quiet', 'disable', ...own])
}

export async function unpackAll(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const folder = await mkdtemp(join(tmpdir(), 'hostwright-apt-'))
    try {
      // linux-image-cloud-amd64 is an empty package that depends on the current kernel.
      const depends = (await runCommand(['apt-cache', 'depends', name])).stdout.match(/Depends: (linux-image-\S+)/)?.[1] ?? name
      const fetched = await runCommand(['apt-get', '-qq', 'download', depends], { cwd: folder })
      if (!fetched.ok) return fetched.output
      await mkdir(unpackedRoot, { recursive: true })
      for (const archive of globSync(`${folder}/*.deb`)) {
        const unpacked = await runCommand(['dpkg-deb', '-x', archive, unpackedRoot])
        if (!unpacked.ok) return unpacked.output
      }
      const indexed = await indexModules()
      if (!indexed.ok) return indexed.output
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  return undefined
}

/** Does what the kernel package does when it is installed: writes down which module needs which. */
async function indexModules(): Promise<CommandResult> {
  // Since Debian 13 the package has /usr/lib/modules, and /lib is a link to /usr/lib on an installed system.
  if (!existsSync(join(unpackedRoot, 'lib'))) await symlink('usr/lib', join(unpackedRoot, 'lib'))
  const [release = ''] = await readdir(join(unpackedRoot, 'lib/modules'))
  return runCommand(['/usr/sbin/depmod', '-b', unpackedRoot, release])
}

function apt(args: readonly string[]): Promise<CommandResult> {
  return runCommand(['apt-get', '-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } })
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? ''
}

if (import.meta.main) {
  const { note, output } = await installSystemPackages()
  console.log([output, note ?? 'everything in tools/apt-packages.txt is there'].filter((line) => line !== '').join('\n'))
}
