/** Bytes in a plan: text where they are valid UTF-8, else base64. */
export type Content = { readonly text: string } | { readonly base64: string }

/** Creates or replaces a regular file as a whole. Missing parent directories are created and removed again by the undo. */
export interface WriteAction {
  readonly kind: 'write'
  readonly path: string
  readonly content: Content
  /** Default: as the replaced file, else `0o644`. */
  readonly mode?: number
  /** Default: as the replaced file, else whoever applies. */
  readonly uid?: number
  readonly gid?: number
}

/** Removes a file, a symbolic link or an empty directory. */
export interface RemoveAction {
  readonly kind: 'remove'
  readonly path: string
}

/** Creates a symbolic link, or replaces a link or file by one. */
export interface LinkAction {
  readonly kind: 'link'
  readonly path: string
  /** What the link holds, as it is. */
  readonly target: string
}

/** Writes a kernel attribute (`/proc/sys`, `/sys`, cgroup) and reads it back. */
export interface SetAction {
  readonly kind: 'set'
  readonly path: string
  readonly value: string
  /**
   * How the value read back must compare:
   * `value` (default): the same words, whatever white space is between them;
   * `selection`: the value in brackets of a list such as `always [madvise] never` is this one;
   * `mask`: the same hexadecimal mask, whatever its commas and leading zeros;
   * `none`: write-only attributes, not read back.
   */
  readonly readBack?: 'value' | 'selection' | 'mask' | 'none'
  /** What to do if the kernel took another value than asked for: report it and go on, or fail. Default `fail`. */
  readonly onClamp?: 'accept' | 'fail'
}

/** Runs a command. Its undo has to be stated, since no one can guess it. */
export interface RunAction {
  readonly kind: 'run'
  readonly argv: readonly string[]
  readonly stdin?: Content
  readonly env?: Readonly<Record<string, string>>
  /** Exit codes that count as success; default `[0]`. */
  readonly okCodes?: readonly number[]
}

/** What a step does: a small closed set, so that everything can be shown, journalled and undone. */
export type Action = WriteAction | RemoveAction | LinkAction | SetAction | RunAction

/** How a step is put back. */
export type Undo =
  /** What the action's path held before, from the plan's reads; then, in this order, the further attributes that the action changes as a side effect. */
  | { readonly kind: 'restore'; readonly also?: readonly string[]; readonly instead?: readonly string[] }
  /** These actions, in this order. */
  | { readonly kind: 'actions'; readonly actions: readonly Action[] }
  /** It cannot be put back before a reboot, or at all. Such a step needs an explicit permission to be applied. */
  | { readonly kind: 'none'; readonly reason: string }

/** What applying a step can disturb. */
export type Risk = 'safe' | 'disruptive' | 'destructive'

/** One change. */
export interface Step {
  /** Unique within the plan and stable between two plannings of the same change. */
  readonly id: string
  /** One line, such as `vm.swappiness 60 → 10`. */
  readonly summary: string
  readonly risk: Risk
  readonly action: Action
  readonly undo: Undo
  /** Why this change, for the person who reviews it. */
  readonly why?: string
  /** Where the wish for it stands: `host.yaml:8`, `profile server`, … */
  readonly source?: string
  /** When the change has its effect; default `now`. */
  readonly effect?: 'now' | 'reboot'
}

/** What a file, link, directory or nothing at a path was. */
export type PathState =
  | { readonly type: 'absent' }
  | { readonly type: 'file'; readonly content: Content; readonly mode: number; readonly uid: number; readonly gid: number }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'directory'; readonly mode: number; readonly uid: number; readonly gid: number }

/** A piece of state that the plan was made from. If one no longer holds, applying fails with `CONFLICT`. */
export type Read =
  /** The text of a kernel attribute without the newline at its end; `null` if it is not there. */
  | { readonly kind: 'attribute'; readonly path: string; readonly value: string | null }
  | { readonly kind: 'path'; readonly path: string; readonly state: PathState }
  /** What a command printed. */
  | { readonly kind: 'output'; readonly argv: readonly string[]; readonly stdout: string; readonly exitCode: number }

/** Something that the reader of a plan should know and that is no step. */
export interface PlanNote {
  readonly level: 'info' | 'warning'
  readonly subject: string
  readonly message: string
}

/**
 * A change as data: printable, storable, applicable later, and refused if the host has moved meanwhile.
 * Plain JSON throughout.
 */
export interface Plan {
  readonly version: 1
  /** Which domain made it; several joined by `+`. */
  readonly domain: string
  /** The label of the host that it was made for. */
  readonly host: string
  readonly steps: readonly Step[]
  readonly reads: readonly Read[]
  readonly notes: readonly PlanNote[]
}
