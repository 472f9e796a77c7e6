import type { FileTree, Planner } from '@hostwright/core'
import type { CommandLineSetting } from '../profile.ts'
import { parameterName } from '../profile-merge.ts'
import { readCommandLineRecord, renderCommandLineRecord } from './command-line-record.ts'
import type { CommandLineRecord } from './command-line-record.ts'
import { addParameters, removeParameters, splitCommandLine } from './command-line-text.ts'
import { readManagedFile, reasonLines, renderManagedFile } from './managed-file.ts'
import { managedPaths, recordDirectory } from './managed-paths.ts'
import type { PersistenceOwner } from './managed-paths.ts'

/** Where a host's kernel command line comes from. */
export interface CommandLineTargets {
  /** Debian's `/etc/default/grub.d` is read, and `update-grub` makes the menu from it. */
  readonly grubDropIns: boolean
  /** Files that hold the command line itself and that several parties share: kernel-install's, boot loader entries, a Raspberry Pi's. */
  readonly sharedFiles: readonly string[]
}

/** Finds out where a host's kernel command line comes from. */
export async function findCommandLineTargets(fs: FileTree): Promise<CommandLineTargets> {
  const scripts = await fs.readMany(['/usr/sbin/grub-mkconfig', '/usr/bin/grub-mkconfig'])
  // Upstream's grub-mkconfig knows no drop-ins; Debian's and its relatives' does.
  const grubDropIns = scripts.some((script) => script?.includes('/etc/default/grub.d') === true) && (await fs.exists('/usr/sbin/update-grub'))
  const candidates = ['/etc/kernel/cmdline', '/boot/firmware/cmdline.txt', '/boot/cmdline.txt']
  for (const directory of ['/boot/loader/entries', '/efi/loader/entries', '/boot/efi/loader/entries']) {
    if (!(await fs.exists(directory))) continue
    for (const entry of await fs.list(directory)) if (entry.name.endsWith('.conf')) candidates.push(`${directory}/${entry.name}`)
  }
  const texts = await fs.readMany(candidates)
  const sharedFiles = candidates.filter((path, index) => {
    const text = texts[index]
    return text !== undefined && splitCommandLine(path, text) !== undefined
  })
  return { grubDropIns, sharedFiles }
}

/**
 * Plans the parameters that an owner wants on the kernel command line: a drop-in where the boot loader has those, else
 * exactly these words in the shared files, with a record of what was added. No parameters: what the owner added goes.
 */
export async function planCommandLine(planner: Planner, owner: PersistenceOwner, what: string, settings: readonly CommandLineSetting[]): Promise<void> {
  const paths = managedPaths(owner)
  const targets = await findCommandLineTargets(planner.host.fs)
  const usable = targets.grubDropIns || targets.sharedFiles.length > 0
  if (settings.length > 0 && !usable) {
    planner.note(
      'warning',
      'kernel command line',
      `no boot loader configuration was found that could be extended; add by hand: ${settings.map((each) => each.parameter).join(' ')}`,
    )
  }
  if (targets.grubDropIns) await planGrubDropIn(planner, paths.grub, what, settings)
  const record = await readRecord(planner, paths.commandLineRecord)
  await planSharedFiles(planner, paths.commandLineRecord, what, targets.grubDropIns ? [] : targets.sharedFiles, settings, record)
}

async function planGrubDropIn(planner: Planner, path: string, what: string, settings: readonly CommandLineSetting[]): Promise<void> {
  const state = await planner.readPath(path)
  const before = state.type === 'file' && 'text' in state.content ? state.content.text : undefined
  if (state.type !== 'absent' && (before === undefined || (await readManagedFile(before)) === undefined)) {
    planner.note('warning', path, 'is there and was not written by Hostwright; it is left alone')
    return
  }
  const lines = settings.map(
    (each) => `${reasonLines(each.why, each.source)}GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${shellWord(each.parameter)}"\n`,
  )
  const wanted = lines.length === 0 ? undefined : await renderManagedFile(what, 'parameters of the kernel command line', lines.join(''))
  if (wanted === before) return
  const why = `${what}: parameters of the kernel command line`
  // Undoing runs backwards, and the menu has to be made after the file is back: so the undo that makes it belongs to a step before the file's.
  planner.run(['test', '-x', '/usr/sbin/update-grub'], {
    id: 'grub menu check',
    summary: 'check that the GRUB menu can be made',
    undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['update-grub'] }] },
  })
  await (wanted === undefined ? planner.remove(path, { effect: 'reboot', why }) : planner.write(path, wanted, { effect: 'reboot', why }))
  planner.run(['update-grub'], {
    id: 'grub menu',
    summary: 'make the GRUB menu with the new command line',
    why,
    effect: 'reboot',
    undo: { kind: 'actions', actions: [] },
  })
}

async function planSharedFiles(
  planner: Planner,
  recordPath: string,
  what: string,
  files: readonly string[],
  settings: readonly CommandLineSetting[],
  record: CommandLineRecord,
): Promise<void> {
  const next = new Map<string, readonly string[]>()
  const wanted = settings.map((each) => each.parameter)
  for (const path of new Set([...files, ...record.keys()])) {
    const state = await planner.readPath(path)
    if (state.type !== 'file' || !('text' in state.content)) continue
    const added = record.get(path) ?? []
    const own = files.includes(path) ? wanted : []
    const kept = removeParameters(
      path,
      state.content.text,
      added.filter((parameter) => !own.includes(parameter)),
    )
    const present = splitCommandLine(path, kept) ?? []
    const missing = own.filter((parameter) => !present.includes(parameter))
    for (const parameter of missing) {
      const other = present.find((word) => parameterName(word) === parameterName(parameter))
      if (other !== undefined)
        planner.note('warning', path, `holds ${other} already; ${parameter} is added after it, and for most parameters the last one counts`)
    }
    const ours = [...added.filter((parameter) => own.includes(parameter) && present.includes(parameter)), ...missing]
    if (ours.length > 0) next.set(path, ours)
    await planner.write(path, addParameters(path, kept, missing), {
      effect: 'reboot',
      risk: 'disruptive',
      why: `${what}: parameters of the kernel command line`,
      ...(missing.length > 0 ? { summary: `${path}: add ${missing.join(' ')}` } : {}),
    })
  }
  if (next.size > 0) {
    await planner.write(recordPath, await renderCommandLineRecord(what, next), { summary: `record what was added to the kernel command line in ${recordPath}` })
  } else if (record.size > 0) {
    await planner.remove(recordPath)
    planner.run(['rmdir', '--ignore-fail-on-non-empty', recordDirectory], {
      summary: `remove ${recordDirectory} if it is empty`,
      undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['mkdir', '-p', recordDirectory] }] },
    })
  }
}

async function readRecord(planner: Planner, path: string): Promise<CommandLineRecord> {
  const state = await planner.readPath(path)
  return state.type === 'file' && 'text' in state.content ? readCommandLineRecord(state.content.text) : new Map()
}

/** A parameter inside the double quotes of a shell script. */
function shellWord(parameter: string): string {
  return parameter.replace(/["\\$`]/gu, String.raw`\$&`)
}
