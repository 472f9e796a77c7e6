import type { FileTree } from '@hostwright/core'
import { readManagedFile } from './persistence/managed-file.ts'
import { managedPaths } from './persistence/managed-paths.ts'

/** The profile that was made persistent on a host. */
export interface ActiveProfile {
  readonly profile: string
  /** With exceptions or overrides of the host. */
  readonly adapted: boolean
  /** Our files that name it. */
  readonly files: readonly string[]
  /** Those of them that were edited by hand since. */
  readonly edited: readonly string[]
}

/** Finds the profile that our files on a host are for; `undefined` if none was made persistent. */
export async function findActiveProfile(fs: FileTree): Promise<ActiveProfile | undefined> {
  const { sysctl, tmpfiles, udev, modprobe, grub, commandLineRecord } = managedPaths('tuning')
  const paths = [sysctl, tmpfiles, udev, modprobe, grub, commandLineRecord]
  const texts = await fs.readMany(paths)
  const files: string[] = []
  const edited: string[] = []
  let what: string | undefined
  for (const [index, path] of paths.entries()) {
    const managed = await readManagedFile(texts[index] ?? '')
    if (managed === undefined) continue
    files.push(path)
    if (!managed.intact) edited.push(path)
    what ??= managed.what
  }
  const [, profile, adapted] = /^profile (.+?)(, adapted)?$/u.exec(what ?? '') ?? []
  return profile === undefined ? undefined : { profile, adapted: adapted !== undefined, files, edited }
}
