import { readArchitecture, type FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { parseSelection, toInteger } from './internal/number-text.ts'
import { parseCommandLine, type KernelCommandLine } from './kernel-command-line.ts'
import { parseModules, type KernelModule } from './kernel-modules.ts'
import { decodeTaint, type KernelTaint } from './kernel-taint.ts'

/** The running kernel. */
export interface KernelFacts {
  /** As in `uname -r`; absent where no kernel runs (a disk image). */
  readonly release?: string
  /** As in `uname -v`: build number and date. */
  readonly version?: string
  /** As in `uname -m`. */
  readonly architecture?: string
  readonly commandLine?: KernelCommandLine
  /** Loaded modules, in the order of `/proc/modules`; empty where all is built in. */
  readonly modules: readonly KernelModule[]
  readonly taint?: KernelTaint
  /** kernel_lockdown(7); absent if the kernel does not have it. */
  readonly lockdown?: 'none' | 'integrity' | 'confidentiality'
  /** Active Linux security modules, in their order. */
  readonly securityModules: readonly string[]
  /** What SELinux does; absent without it. */
  readonly selinux?: 'enforcing' | 'permissive'
  readonly bootId?: string
  readonly uptimeSeconds?: number
}

const paths = [
  '/proc/sys/kernel/osrelease',
  '/proc/sys/kernel/version',
  '/proc/cmdline',
  '/proc/modules',
  '/proc/sys/kernel/tainted',
  '/sys/kernel/security/lockdown',
  '/sys/kernel/security/lsm',
  '/sys/fs/selinux/enforce',
  '/proc/sys/kernel/random/boot_id',
  '/proc/uptime',
]

const lockdownModes = ['none', 'integrity', 'confidentiality'] as const

/** The running kernel: release, command line, modules, taint and what guards it. Sources: proc(5), kernel_lockdown(7). */
export async function readKernel(fs: FileTree): Promise<KernelFacts> {
  const [[release, version, commandLine, modules, tainted, lockdown, lsm, enforce, bootId, uptime], architecture] = await Promise.all([
    readTexts(fs, paths),
    readArchitecture(fs),
  ])
  const taint = toInteger(tainted)
  const mode = parseSelection(lockdown).selected
  return defined({
    release,
    version,
    architecture: architecture || undefined,
    commandLine: commandLine === undefined ? undefined : parseCommandLine(commandLine),
    modules: parseModules(modules ?? ''),
    taint: taint === undefined || taint < 0 ? undefined : decodeTaint(taint),
    lockdown: lockdownModes.find((name) => name === mode),
    securityModules: lsm?.split(',').filter((name) => name !== '') ?? [],
    selinux: enforce === '1' ? ('enforcing' as const) : enforce === '0' ? ('permissive' as const) : undefined,
    bootId,
    uptimeSeconds: uptime === undefined ? undefined : secondsOf(uptime),
  })
}

function secondsOf(uptime: string): number | undefined {
  const digits = /^\d{1,12}(?:\.\d+)?/.exec(uptime)?.[0]
  return digits === undefined ? undefined : Number(digits)
}
