import { compareKernelVersions, listNames, type FileTree } from '@hostwright/core'

/** What the lint knows of the kernel that the files are for. */
export interface KernelView {
  readonly fs: FileTree
  /** `6.1`; `undefined` if it is not known, as in an image without `/proc`. */
  readonly version: string | undefined
  /** Whether `/proc/sys` of a running kernel is there to look into. */
  readonly live: boolean
  /** As `uname -r`; the newest below `/lib/modules` where nothing runs. */
  readonly release: string | undefined
}

/** The running kernel of a tree, or what its installed modules tell of the one that will run. */
export async function readKernelView(fs: FileTree): Promise<KernelView> {
  const [running] = await fs.readMany(['/proc/sys/kernel/osrelease'])
  const releases = running === undefined ? (await listNames(fs, '/lib/modules')).toSorted(compareKernelVersions) : []
  const release = running?.trim() ?? releases.at(-1)
  return { fs, version: release === undefined ? undefined : /^\d+\.\d+/u.exec(release)?.[0], live: running !== undefined, release }
}

/** Whether the kernel is this version or newer; `undefined` if it is not known. */
export function isAtLeast(view: KernelView, version: string): boolean | undefined {
  return view.version === undefined ? undefined : compareKernelVersions(view.version, version) >= 0
}
