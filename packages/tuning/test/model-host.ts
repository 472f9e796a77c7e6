import { HostwrightError, isHostwrightError } from '@hostwright/core'
import type { Action, FileStat, Host, HostFileSystem, Plan, RunResult } from '@hostwright/core'

/** What the kernel of a model does when an attribute is written: gives the text to keep, or throws to refuse. */
export type KernelRule = (value: string, model: ModelHost) => string

interface Entry {
  readonly text: string
  readonly mode: number
  readonly target?: string
}

/** A machine in memory whose attributes behave as the rules say. */
export interface ModelHost extends Host {
  readonly entries: Map<string, Entry>
  /** Commands that plans ran. */
  readonly ran: string[][]
  /** How often files were read in bulk. */
  roundTrips: number
}

export interface ModelOptions {
  /** Files with their text; a value of `{ text, mode }` gives the mode as well, `{ target }` a link. */
  readonly files: Readonly<Record<string, string | { readonly text?: string; readonly mode?: number; readonly target?: string }>>
  readonly rules?: Readonly<Record<string, KernelRule>>
  readonly prefix?: readonly string[]
  readonly label?: string
}

export function modelHost({ files, rules = {}, prefix = [], label = 'model' }: ModelOptions): ModelHost {
  const entries = new Map<string, Entry>()
  for (const [path, given] of Object.entries(files)) {
    const entry = typeof given === 'string' ? { text: given } : given
    entries.set(path, {
      text: entry.text ?? '',
      mode: (typeof given === 'object' ? given.mode : undefined) ?? 0o644,
      ...(entry.target === undefined ? {} : { target: entry.target }),
    })
  }
  const isDirectory = (path: string): boolean => path === '/' || [...entries.keys()].some((each) => each.startsWith(`${path}/`))
  const missing = (path: string): HostwrightError => new HostwrightError('NOT_FOUND', `${path} is not there`, { subject: path })
  const follow = (path: string): string => {
    const target = entries.get(path)?.target
    return target === undefined ? path : follow(target.startsWith('/') ? target : `${path.slice(0, path.lastIndexOf('/'))}/${target}`)
  }
  const get = (path: string): Entry => {
    const entry = entries.get(follow(path))
    if (entry === undefined) throw missing(path)
    if ((entry.mode & 0o444) === 0) throw new HostwrightError('PERMISSION_DENIED', `${path} cannot be read`, { subject: path })
    return entry
  }
  const stat = (path: string, type?: 'symlink'): FileStat => {
    const entry = entries.get(path)
    if (entry === undefined && !isDirectory(path)) throw missing(path)
    return {
      type: type ?? (entry === undefined ? 'directory' : 'file'),
      sizeBytes: entry?.text.length ?? 0,
      mode: entry?.mode ?? 0o755,
      uid: 0,
      gid: 0,
      mtimeMs: 0,
      linkCount: 1,
      inode: 1,
    }
  }
  const fs: HostFileSystem = {
    label,
    async list(path) {
      if (!isDirectory(path)) throw missing(path)
      const start = path === '/' ? '/' : `${path}/`
      const names = new Map<string, 'file' | 'directory' | 'symlink'>()
      for (const [each, entry] of entries) {
        if (!each.startsWith(start)) continue
        const [name = '', ...rest] = each.slice(start.length).split('/')
        names.set(name, rest.length > 0 ? 'directory' : entry.target === undefined ? 'file' : 'symlink')
      }
      return [...names].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, type]) => ({ name, type }))
    },
    stat: async (path) => stat(follow(path)),
    lstat: async (path) => stat(path, entries.get(path)?.target === undefined ? undefined : 'symlink'),
    async readlink(path) {
      const target = entries.get(path)?.target
      if (target === undefined) throw new HostwrightError('INVALID_INPUT', `${path} is no link`)
      return target
    },
    async realpath(path) {
      const real = follow(path)
      if (!entries.has(real) && !isDirectory(real)) throw missing(path)
      return real
    },
    read: async (path) => new TextEncoder().encode(get(path).text),
    readText: async (path) => get(path).text,
    exists: async (path) => entries.has(path) || isDirectory(path),
    async readMany(paths) {
      model.roundTrips += 1
      return paths.map((path) => {
        try {
          return get(path).text
        } catch (error) {
          if (isHostwrightError(error)) return undefined
          throw error
        }
      })
    },
    async write(path, content, options = {}) {
      entries.set(path, {
        text: typeof content === 'string' ? content : new TextDecoder().decode(content),
        mode: options.mode ?? entries.get(path)?.mode ?? 0o644,
      })
    },
    async set(path, value) {
      const real = follow(path)
      const entry = entries.get(real)
      if (entry === undefined) throw missing(path)
      if ((entry.mode & 0o222) === 0) throw new HostwrightError('PERMISSION_DENIED', `${path} cannot be written`, { subject: path })
      entries.set(real, { ...entry, text: `${rules[real]?.(value, model) ?? value}\n` })
    },
    async mkdir() {},
    async remove(path) {
      if (!entries.delete(path)) throw missing(path)
    },
    async symlink(target, path) {
      entries.set(path, { text: '', mode: 0o777, target })
    },
    async rename(from, to) {
      const entry = entries.get(from)
      if (entry === undefined) throw missing(from)
      entries.delete(from)
      entries.set(to, entry)
    },
    async chmod() {},
    async chown() {},
  }
  const model: ModelHost = {
    label,
    kind: 'fake',
    fs,
    root: '',
    prefix,
    entries,
    ran: [],
    roundTrips: 0,
    async run(argv): Promise<RunResult> {
      model.ran.push([...argv])
      return { argv, exitCode: 0, signal: undefined, durationMs: 0, stdout: '', stderr: '', stdoutBytes: new Uint8Array() }
    },
    stream() {
      throw new HostwrightError('UNSUPPORTED', 'a model starts nothing')
    },
    capabilities: async (names) => names.map((name) => ({ name, available: false, reason: 'a model' })),
    async [Symbol.asyncDispose]() {},
  }
  return model
}

/** Carries a plan out on a model and tells what attributes held after each step, by step number. */
export async function applyToModel(model: ModelHost, plan: Plan): Promise<Record<number, string>> {
  const effective: Record<number, string> = {}
  for (const [index, step] of plan.steps.entries()) {
    await perform(model, step.action)
    if (step.action.kind === 'set' && step.action.readBack !== 'none') effective[index + 1] = (await model.fs.readText(step.action.path)).trimEnd()
  }
  return effective
}

/** Undoes a plan on a model, newest step first, by what the plan recorded. */
export async function undoOnModel(model: ModelHost, plan: Plan): Promise<void> {
  const attributes = new Map(plan.reads.flatMap((read) => (read.kind === 'attribute' ? [[read.path, read.value] as const] : [])))
  const paths = new Map(plan.reads.flatMap((read) => (read.kind === 'path' ? [[read.path, read.state] as const] : [])))
  for (const { action, undo } of plan.steps.toReversed()) {
    if (undo.kind === 'actions') for (const each of undo.actions) await perform(model, each)
    if (undo.kind !== 'restore' || action.kind === 'run') continue
    if (action.kind === 'set') {
      for (const path of [...(undo.instead ?? [action.path]), ...(undo.also ?? [])]) {
        const value = attributes.get(path)
        if (value === undefined) throw new Error(`the plan did not read ${path}`)
        if (value !== null) await model.fs.set(path, /\[([^\]]*)\]/u.exec(value)?.[1] ?? value)
      }
      continue
    }
    const state = paths.get(action.path)
    if (state === undefined) throw new Error(`the plan did not read ${action.path}`)
    if (state.type === 'absent') await model.fs.remove(action.path)
    else if (state.type === 'symlink') await model.fs.symlink(state.target, action.path)
    else if (state.type === 'file' && 'text' in state.content) await model.fs.write(action.path, state.content.text, { mode: state.mode })
  }
}

/** The text of every file and attribute, to be compared. */
export function snapshot(model: ModelHost): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...model.entries].map(([path, entry]): [string, string] => [path, entry.target ?? entry.text]).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  )
}

async function perform(model: ModelHost, action: Action): Promise<void> {
  switch (action.kind) {
    case 'set':
      return model.fs.set(action.path, action.value)
    case 'write':
      return model.fs.write(
        action.path,
        'text' in action.content ? action.content.text : action.content.base64,
        action.mode === undefined ? {} : { mode: action.mode },
      )
    case 'remove':
      return model.fs.remove(action.path)
    case 'link':
      return model.fs.symlink(action.target, action.path)
    case 'run':
      await model.run(action.argv)
      return undefined
  }
}
