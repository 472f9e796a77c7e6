import { listNames, type FileTree } from '@hostwright/core'

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
  const releases = running === undefined ? (await listNames(fs, '/lib/modules')).toSorted((left, right) => compareVersions(left, right)) : []
  const release = running?.trim() ?? releases.at(-1)
  return { fs, version: release === undefined ? undefined : /^\d+\.\d+/u.exec(release)?.[0], live: running !== undefined, release }
}

/** Order of kernel versions by their first two or three numbers: below 0, 0 or above 0. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string): readonly number[] => [...version.matchAll(/\d+/gu)].slice(0, 3).map(([digits]) => Number(digits))
  const [first, second] = [numbers(left), numbers(right)]
  for (let index = 0; index < 3; index += 1) {
    const difference = (first[index] ?? 0) - (second[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Whether the kernel is this version or newer; `undefined` if it is not known. */
export function isAtLeast(view: KernelView, version: string): boolean | undefined {
  return view.version === undefined ? undefined : compareVersions(view.version, version) >= 0
}
