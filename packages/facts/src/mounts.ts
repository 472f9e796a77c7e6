import type { FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { parseFstab, type FstabEntry } from './fstab.ts'
import { parseMountinfo, type Mount } from './mountinfo.ts'

/** What is mounted, and what is meant to be. */
export interface MountFacts {
  /** In mount order; empty where no system runs. */
  readonly mounted: readonly Mount[]
  readonly fstab: readonly FstabEntry[]
}

/** What is mounted (`/proc/self/mountinfo`), and what `/etc/fstab` wants mounted. */
export async function readMounts(fs: FileTree): Promise<MountFacts> {
  const [mountinfo, fstab] = await readTexts(fs, ['/proc/self/mountinfo', '/etc/fstab'])
  return { mounted: parseMountinfo(mountinfo ?? ''), fstab: parseFstab(fstab ?? '') }
}
