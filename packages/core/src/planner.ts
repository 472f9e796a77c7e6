import { sameContent, toContent } from './content.ts'
import { HostwrightError, isHostwrightError } from './errors.ts'
import type { Host, RunResult } from './host.ts'
import type { Content, PathState, Plan, PlanNote, Read, Risk, SetAction, Step, Undo } from './plan.ts'

/** What is said about a step besides what it does. */
export interface StepDetails {
  /** Default: made from the action and its path. */
  readonly id?: string
  /** Default: `path old → new`. */
  readonly summary?: string
  /** Default `safe`. */
  readonly risk?: Risk
  readonly why?: string
  readonly source?: string
  readonly effect?: 'now' | 'reboot'
  /** Default: restore what was there. */
  readonly undo?: Undo
  /** Plan the step even if nothing differs, because an earlier step changes the value as a side effect. */
  readonly force?: boolean
}

/** How an attribute is written; see `SetAction`. */
export interface SetDetails extends StepDetails {
  readonly readBack?: SetAction['readBack']
  readonly onClamp?: SetAction['onClamp']
}

/** Owner and mode of a written file; see `WriteAction`. */
export interface WriteDetails extends StepDetails {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** How a command is run; its undo has to be stated. */
export interface RunDetails extends StepDetails {
  readonly summary: string
  readonly undo: Undo
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly okCodes?: readonly number[]
}

/** What became of a wish: a step was planned, nothing differs, or there is no such attribute on this host. */
export type Planned = 'planned' | 'unchanged' | 'absent'

/**
 * Builds a plan: reads what is there, records what it read, and adds a step only where something differs.
 * Later wishes see the effect of earlier ones.
 */
export interface Planner {
  readonly host: Host
  /** A kernel attribute's text without the newline at its end; `null` if it is not there. Recorded as a read of the plan. */
  readAttribute(path: string): Promise<string | null>
  /** What is at a path. Recorded as a read of the plan. */
  readPath(path: string): Promise<PathState>
  /** What a command prints. Recorded as a read of the plan, so it must print the same again while nothing has changed. */
  readOutput(argv: readonly string[]): Promise<RunResult>
  /** Many attributes in one round trip. */
  readAttributes(paths: readonly string[]): Promise<readonly (string | null)[]>
  set(path: string, value: string, details?: SetDetails): Promise<Planned>
  write(path: string, content: string | Uint8Array, details?: WriteDetails): Promise<Planned>
  remove(path: string, details?: StepDetails): Promise<Planned>
  link(path: string, target: string, details?: StepDetails): Promise<Planned>
  run(argv: readonly string[], details: RunDetails): void
  note(level: PlanNote['level'], subject: string, message: string): void
  finish(): Plan
}

/** A planner for one domain on one host. */
export function createPlanner(host: Host, domain: string): Planner {
  const steps: Step[] = []
  const notes: PlanNote[] = []
  const reads = new Map<string, Read>()
  const attributes = new Map<string, string | null>()
  const paths = new Map<string, PathState>()

  const rememberAttribute = (path: string, text: string | undefined): string | null => {
    const value = text === undefined ? null : stripNewline(text)
    attributes.set(path, value)
    reads.set(`attribute ${path}`, { kind: 'attribute', path, value })
    return value
  }
  const readAttributes = async (wanted: readonly string[]): Promise<readonly (string | null)[]> => {
    const missing = [...new Set(wanted)].filter((path) => !attributes.has(path))
    if (missing.length > 0) {
      const texts = await host.fs.readMany(missing)
      for (const [index, path] of missing.entries()) rememberAttribute(path, texts[index])
    }
    return wanted.map((path) => attributes.get(path) ?? null)
  }
  const readAttribute = async (path: string): Promise<string | null> => (await readAttributes([path]))[0] ?? null
  const readPath = async (path: string): Promise<PathState> => {
    const known = paths.get(path)
    if (known !== undefined) return known
    const state = await readPathState(host, path)
    paths.set(path, state)
    reads.set(`path ${path}`, { kind: 'path', path, state })
    return state
  }
  const add = (step: Omit<Step, 'id' | 'summary' | 'risk' | 'undo'>, fallback: { id: string; summary: string }, details: StepDetails): void => {
    const id = uniqueId(steps, details.id ?? fallback.id)
    steps.push({
      id,
      summary: details.summary ?? fallback.summary,
      risk: details.risk ?? 'safe',
      ...step,
      undo: details.undo ?? { kind: 'restore' },
      ...(details.why === undefined ? {} : { why: details.why }),
      ...(details.source === undefined ? {} : { source: details.source }),
      ...(details.effect === undefined ? {} : { effect: details.effect }),
    })
  }

  return {
    host,
    readAttribute,
    readAttributes,
    readPath,
    async readOutput(argv) {
      const result = await host.run(argv, { check: false })
      reads.set(`output ${JSON.stringify(argv)}`, { kind: 'output', argv, stdout: result.stdout, exitCode: result.exitCode ?? -1 })
      return result
    },
    async set(path, value, details = {}) {
      const writeOnly = details.readBack === 'none'
      const before = writeOnly ? '' : await readAttribute(path)
      if (before === null) return 'absent'
      if (!writeOnly && details.force !== true && attributeEquals(before, value, details.readBack)) return 'unchanged'
      if (details.undo?.kind === 'restore') await readAttributes([...(details.undo.also ?? []), ...(details.undo.instead ?? [])])
      const action: SetAction = {
        kind: 'set',
        path,
        value,
        ...(details.readBack === undefined ? {} : { readBack: details.readBack }),
        ...(details.onClamp === undefined ? {} : { onClamp: details.onClamp }),
      }
      const shown = details.readBack === 'selection' ? (selectedWord(before) ?? before) : before
      add({ action }, { id: `set ${path}`, summary: `${path} ${words(shown)} → ${words(value)}` }, details)
      attributes.set(path, value)
      return 'planned'
    },
    async write(path, content, details = {}) {
      const before = await readPath(path)
      const wanted = toContent(content)
      if (before.type === 'directory') throw taken(path, 'a directory')
      const same =
        before.type === 'file' &&
        sameContent(before.content, wanted) &&
        (details.mode ?? before.mode) === before.mode &&
        (details.uid ?? before.uid) === before.uid &&
        (details.gid ?? before.gid) === before.gid
      if (same && details.force !== true) return 'unchanged'
      const { mode, uid, gid } = details
      add(
        {
          action: {
            kind: 'write',
            path,
            content: wanted,
            ...(mode === undefined ? {} : { mode }),
            ...(uid === undefined ? {} : { uid }),
            ...(gid === undefined ? {} : { gid }),
          },
        },
        { id: `write ${path}`, summary: `${before.type === 'absent' ? 'create' : 'rewrite'} ${path}` },
        details,
      )
      paths.set(path, afterWrite(before, wanted, details))
      return 'planned'
    },
    async remove(path, details = {}) {
      const before = await readPath(path)
      if (before.type === 'absent') return 'unchanged'
      if (before.type === 'directory' && (await host.fs.list(path)).length > 0) throw taken(path, 'a directory that is not empty')
      add({ action: { kind: 'remove', path } }, { id: `remove ${path}`, summary: `remove ${path}` }, details)
      paths.set(path, { type: 'absent' })
      return 'planned'
    },
    async link(path, target, details = {}) {
      const before = await readPath(path)
      if (before.type === 'directory') throw taken(path, 'a directory')
      if (before.type === 'symlink' && before.target === target && details.force !== true) return 'unchanged'
      add({ action: { kind: 'link', path, target } }, { id: `link ${path}`, summary: `link ${path} → ${target}` }, details)
      paths.set(path, { type: 'symlink', target })
      return 'planned'
    },
    run(argv, details) {
      const { stdin, env, okCodes } = details
      add(
        {
          action: {
            kind: 'run',
            argv,
            ...(stdin === undefined ? {} : { stdin: toContent(stdin) }),
            ...(env === undefined ? {} : { env }),
            ...(okCodes === undefined ? {} : { okCodes }),
          },
        },
        { id: `run ${argv.join(' ')}`, summary: details.summary },
        details,
      )
    },
    note(level, subject, message) {
      notes.push({ level, subject, message })
    },
    finish: () => ({ version: 1, domain, host: host.label, steps: [...steps], reads: [...reads.values()], notes: [...notes] }),
  }
}

/** What is at a path, without following a symbolic link at its end. */
export async function readPathState(host: Pick<Host, 'fs'>, path: string): Promise<PathState> {
  try {
    const stat = await host.fs.lstat(path)
    if (stat.type === 'symlink') return { type: 'symlink', target: await host.fs.readlink(path) }
    const owner = { mode: stat.mode, uid: stat.uid, gid: stat.gid }
    if (stat.type === 'directory') return { type: 'directory', ...owner }
    if (stat.type === 'file') return { type: 'file', content: toContent(await host.fs.read(path)), ...owner }
    throw taken(path, `a ${stat.type}`)
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND')) return { type: 'absent' }
    throw error
  }
}

/** Whether an attribute already has a value, as the kernel prints it. */
export function attributeEquals(have: string, want: string, readBack: SetAction['readBack'] = 'value'): boolean {
  if (readBack === 'none') return false
  if (readBack === 'selection') return words(selectedWord(have) ?? have) === words(want)
  if (readBack === 'mask') return plainMask(have) === plainMask(want)
  return words(have) === words(want)
}

/** The word in brackets of `always [madvise] never`, or `undefined`. */
export function selectedWord(text: string): string | undefined {
  return /\[([^\]]*)\]/u.exec(text)?.[1]
}

/** Joins plans into one, in this order. Steps keep their ids, made unique where two are the same. */
export function mergePlans(plans: readonly Plan[]): Plan {
  const first = plans[0]
  if (first === undefined) throw new TypeError('mergePlans needs at least one plan')
  const steps: Step[] = []
  for (const plan of plans) for (const step of plan.steps) steps.push({ ...step, id: uniqueId(steps, step.id) })
  const reads = new Map<string, Read>()
  for (const read of plans.flatMap((plan) => plan.reads)) {
    const key = read.kind === 'output' ? `output ${JSON.stringify(read.argv)}` : `${read.kind} ${read.path}`
    if (!reads.has(key)) reads.set(key, read)
  }
  return {
    version: 1,
    domain: [...new Set(plans.map((plan) => plan.domain))].join('+'),
    host: first.host,
    steps,
    reads: [...reads.values()],
    notes: plans.flatMap((plan) => plan.notes),
  }
}

function afterWrite(before: PathState, content: Content, details: WriteDetails): PathState {
  const kept = before.type === 'file' ? before : { mode: 0o644, uid: 0, gid: 0 }
  return { type: 'file', content, mode: details.mode ?? kept.mode, uid: details.uid ?? kept.uid, gid: details.gid ?? kept.gid }
}

function taken(path: string, what: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `${path} is ${what}; a plan writes, links and removes files, links and empty directories only`, { subject: path })
}

function uniqueId(steps: readonly Step[], id: string): string {
  const has = (candidate: string): boolean => steps.some((step) => step.id === candidate)
  if (!has(id)) return id
  let number = 2
  while (has(`${id} (${number})`)) number += 1
  return `${id} (${number})`
}

function words(text: string): string {
  return text.trim().split(/\s+/u).join(' ')
}

function plainMask(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(',', '')
    .replace(/^0+(?=.)/u, '')
}

function stripNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}
