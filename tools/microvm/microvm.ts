/**
 * A small virtual machine for tests: Debian's cloud kernel, busybox, and what the test puts in. It boots in seconds
 * without hardware support and without root, so that a test can lose power, reboot, or load a module without touching
 * the machine that it runs on.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { requireCommand } from '../command.ts'
import { buildInitramfs, endMarker } from './initramfs.ts'
import { findKernel } from './kernel.ts'

/** A disk of the machine. It is a file on this machine and keeps what was written to it from one boot to the next. */
export interface Disk {
  readonly path: string
  /** Where the machine mounts it before the test starts. Default: nowhere; it is /dev/vda, /dev/vdb … in the order of the disks. */
  readonly mountPoint?: string
}

/** What a machine consists of and what it does. */
export interface MicroVmOptions {
  /** A shell script (busybox sh) that runs as root once everything is mounted. Its output and exit status are the result. */
  readonly script: string
  /** Files by path. Default mode `0o644`. */
  readonly files?: Readonly<Record<string, string | { readonly content: string | Uint8Array; readonly mode?: number }>>
  /** Programs of this machine to copy, with their libraries: names, or absolute paths. busybox is always there. */
  readonly programs?: readonly string[]
  /** Kernel modules to load, in this order; what they need is loaded before them. */
  readonly modules?: readonly string[]
  readonly disks?: readonly Disk[]
  /** Added to the kernel's command line. */
  readonly kernelArguments?: readonly string[]
  /** Default 256. */
  readonly memoryMiB?: number
  /** Default 1. */
  readonly cpuCount?: number
  /** Default 60,000. After it the machine is ended and an error thrown. */
  readonly timeoutMs?: number
  /** Power is cut as soon as the script's output contains this text: nothing in memory reaches the disks. */
  readonly cutPowerAt?: string
}

/** How a machine ended. */
export interface MicroVmResult {
  /** The script's exit status; undefined if the machine lost power or rebooted before the script ended. */
  readonly exitCode: number | undefined
  /** What the script printed. */
  readonly output: string
  /** What the kernel printed. */
  readonly console: string
  readonly durationMs: number
}

/** Why no machine can be booted here, or undefined if one can. */
export function whyNoMicroVm(): string | undefined {
  if (process.arch !== 'x64') return 'the test machine needs an x86-64 host'
  if (!existsSync('/usr/bin/qemu-system-x86_64')) return 'qemu-system-x86_64 is not installed'
  if (!existsSync('/usr/bin/busybox') && !existsSync('/bin/busybox')) return 'busybox is not installed'
  if (findKernel() === undefined) return 'there is no kernel for the test machine (linux-image-cloud-amd64)'
  return undefined
}

/** Creates an ext4 disk, with a copy of a directory on it if one is given. Needs no root. */
export async function createDisk(path: string, options: { readonly sizeMiB?: number; readonly from?: string } = {}): Promise<void> {
  const { sizeMiB = 64, from } = options
  await requireCommand(['/usr/sbin/mke2fs', '-q', '-F', '-t', 'ext4', ...(from === undefined ? [] : ['-d', from]), path, `${sizeMiB}M`])
}

/** Boots a machine, runs the script, and waits until the machine is off. Throws if it is not off in time. */
export async function runMicroVm(options: MicroVmOptions): Promise<MicroVmResult> {
  const kernel = findKernel()
  if (kernel === undefined) throw new Error(whyNoMicroVm())
  const started = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-microvm-'))
  try {
    const [initrd, consolePath, outputPath] = ['initrd', 'console', 'output'].map((name) => join(folder, name)) as [string, string, string]
    await writeFile(initrd, await buildInitramfs(kernel, options))
    await writeFile(outputPath, '')
    const argv = qemuArguments(kernel.image, initrd, [consolePath, outputPath], options)
    const timedOut = await powerOn(argv, outputPath, options)
    const raw = (await readFile(outputPath, 'utf8')).replaceAll('\r\n', '\n')
    const console = (await readFile(consolePath, 'utf8')).replaceAll('\r', '')
    if (timedOut) throw new Error(`the test machine was still running after ${options.timeoutMs ?? defaultTimeoutMs} ms\n${console}\n${raw}`)
    const end = raw.lastIndexOf(endMarker)
    const exitCode = end === -1 ? undefined : Number.parseInt(raw.slice(end + endMarker.length), 10)
    return { exitCode, output: end === -1 ? raw : raw.slice(0, end), console, durationMs: performance.now() - started }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const defaultTimeoutMs = 60_000

function qemuArguments(image: string, initrd: string, serial: readonly string[], options: MicroVmOptions): readonly string[] {
  const { memoryMiB = 256, cpuCount = 1, disks = [], kernelArguments = [] } = options
  const append = ['console=ttyS0', 'panic=-1', 'quiet', 'loglevel=4', 'random.trust_cpu=on', ...kernelArguments].join(' ')
  // Software emulation everywhere: /dev/kvm may be there and never get anywhere, as on some nested hosts.
  const base = '-nodefaults -no-user-config -display none -no-reboot -machine q35 -cpu max -accel tcg'.split(' ')
  const size = ['-m', String(memoryMiB), '-smp', String(cpuCount)]
  return [
    ...base,
    ...size,
    '-kernel',
    image,
    '-initrd',
    initrd,
    '-append',
    append,
    ...serial.flatMap((path) => ['-serial', `file:${path}`]),
    ...disks.flatMap(({ path }) => ['-drive', `file=${path},format=raw,if=virtio`]),
  ]
}

/** Runs qemu to its end; whether that was because time was up. */
async function powerOn(argv: readonly string[], outputPath: string, options: MicroVmOptions): Promise<boolean> {
  const child = spawn('qemu-system-x86_64', argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const ended = Promise.withResolvers<number | null>()
  child.on('error', ended.reject)
  child.on('close', (code) => ended.resolve(code))
  const stop = new AbortController()
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    stop.abort()
    child.kill('SIGKILL')
  }, options.timeoutMs ?? defaultTimeoutMs)
  const watching = options.cutPowerAt === undefined ? undefined : cutPower(outputPath, options.cutPowerAt, stop, child)
  try {
    const code = await ended.promise
    const stopped = stop.signal.aborted
    stop.abort()
    await watching
    if (!stopped && code !== 0) throw new Error(`qemu failed: ${Buffer.concat(errors).toString().trim()}`)
    return timedOut
  } finally {
    clearTimeout(timer)
  }
}

async function cutPower(outputPath: string, text: string, stop: AbortController, machine: ChildProcess): Promise<void> {
  await using file = await open(outputPath)
  let seen = ''
  while (!stop.signal.aborted) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536))
    seen = (seen + buffer.toString('latin1', 0, bytesRead)).slice(-65_536 - text.length)
    if (seen.includes(text)) {
      stop.abort()
      machine.kill('SIGKILL')
    } else if (bytesRead === 0) {
      await sleep(5)
    }
  }
}
