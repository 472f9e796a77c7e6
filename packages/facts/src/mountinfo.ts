import { unescapeOctal } from './internal/number-text.ts'

/** One mount of a mount namespace. */
export interface Mount {
  readonly id: number
  readonly parentId: number
  readonly major: number
  readonly minor: number
  /** Which part of the file system is mounted; `/` for the whole. */
  readonly root: string
  readonly mountPoint: string
  /** Of this mount: `rw`, `nosuid`, `relatime` … */
  readonly options: readonly string[]
  /** `shared:1`, `master:2`, `unbindable`; none for a private mount. */
  readonly propagation: readonly string[]
  readonly type: string
  readonly source: string
  /** Of the file system. */
  readonly superOptions: readonly string[]
}

/** The lines of `/proc/<pid>/mountinfo` (proc_pid_mountinfo(5)), with their escapes undone; lines of another form are left out. */
export function parseMountinfo(text: string): readonly Mount[] {
  const mounts: Mount[] = []
  for (const line of text.split('\n')) {
    // An empty source leaves two spaces in a row.
    const [, id, parentId, major, minor, root, mountPoint, options, optional, type, source, superOptions] =
      /^(\d{1,10}) (\d{1,10}) (\d{1,5}):(\d{1,8}) (\S+) (\S+) (\S+)((?: [^- ]\S*)*) - (\S+) (\S*)(?: (\S+))?$/.exec(line) ?? []
    if (id === undefined || root === undefined || mountPoint === undefined || type === undefined) continue
    mounts.push({
      id: Number(id),
      parentId: Number(parentId),
      major: Number(major),
      minor: Number(minor),
      root: unescapeOctal(root),
      mountPoint: unescapeOctal(mountPoint),
      options: options?.split(',') ?? [],
      propagation:
        optional
          ?.trim()
          .split(' ')
          .filter((field) => field !== '') ?? [],
      type: unescapeOctal(type),
      source: unescapeOctal(source ?? ''),
      superOptions: superOptions?.split(',').map(unescapeOctal) ?? [],
    })
  }
  return mounts
}
