import type { Planner, SetDetails, Undo } from '@hostwright/core'
import { listNames } from '@hostwright/core'
import { setCommand, tunableCommand } from './tunable-command.ts'
import { findTunable } from './tunable-table.ts'
import type { Wish } from './wish.ts'
import { displayValue, wishName } from './wish-text.ts'

/** How wishes are planned. */
export interface PlanWishesOptions {
  readonly allowIrreversible: boolean
}

/**
 * Plans a step for each wish that is not fulfilled, and a note for each that cannot be. Gives the wishes that were left out
 * and are therefore not to be made persistent either.
 */
export async function planWishes(planner: Planner, wishes: readonly Wish[], options: PlanWishesOptions): Promise<ReadonlySet<Wish>> {
  const left = new Set<Wish>()
  const planned: Wish[] = []
  for (const wish of inKernelOrder(wishes)) {
    if (isOneWay(wish) && wish.state === 'differs' && !options.allowIrreversible) {
      planner.note('warning', wishName(wish), `${wish.want} cannot be left again before a reboot, so it is left out; allow irreversible values to set it`)
      left.add(wish)
      continue
    }
    const reset = planned.some((earlier) => resets(earlier, wish))
    const brought = planned.some((earlier) => brings(earlier, wish))
    if (wish.state === 'differs' || brought || (reset && wish.want !== undefined && wish.within !== true && isThere(wish))) {
      await planStep(planner, wish, brought ? 'brought' : reset ? 'reset' : 'plain')
      planned.push(wish)
    } else noteWish(planner, wish)
  }
  return left
}

/** What resets other attributes of its device goes before them: the scheduler before the queue depth, the governor before its hints. */
function inKernelOrder(wishes: readonly Wish[]): readonly Wish[] {
  const isFirst = (wish: Wish): boolean => (wish.tunable?.resets?.length ?? 0) > 0
  return [...wishes.filter(isFirst), ...wishes.filter((wish) => !isFirst(wish))]
}

function resets(earlier: Wish, later: Wish): boolean {
  return earlier.tunable?.resets?.includes(later.id) === true && earlier.instance === later.instance
}

/** Attributes that only exist under one scheduler or governor, by how their ids begin. */
const brought: Readonly<Record<string, readonly [id: string, value: string]>> = {
  'block.deadline.': ['block.scheduler', 'mq-deadline'],
  'block.kyber.': ['block.scheduler', 'kyber'],
  'block.bfq.': ['block.scheduler', 'bfq'],
  'cpufreq.schedutil.': ['cpufreq.governor', 'schedutil'],
}

function brings(earlier: Wish, later: Wish): boolean {
  const found = Object.entries(brought).find(([prefix]) => later.id.startsWith(prefix))
  if (found === undefined || later.state !== 'no such device' || later.path.includes('{')) return false
  const [, [id, value]] = found
  return earlier.id === id && earlier.want === value && (earlier.instance === later.instance || earlier.instance === later.instance?.split('/')[0])
}

function isThere(wish: Wish): boolean {
  return wish.state === 'ok' || wish.state === 'clamped by kernel'
}

function isOneWay(wish: Wish): boolean {
  return wish.want !== undefined && wish.tunable?.oneWay?.includes(wish.want) === true
}

async function planStep(planner: Planner, wish: Wish, how: 'plain' | 'reset' | 'brought'): Promise<void> {
  const want = wish.want ?? (typeof wish.setting.value === 'string' ? wish.setting.value : undefined)
  if (want === undefined) return
  const { tunable } = wish
  if (wish.path.startsWith('command:')) return planCommand(planner, wish, want)
  const name = wishName(wish)
  const old = wish.have === undefined ? '' : `${shown(wish)} `
  const details: SetDetails = {
    id: `set ${name}`,
    summary: `${name} ${old}→ ${want}`,
    risk: tunable?.risk ?? 'safe',
    why: wish.setting.why,
    source: wish.setting.source,
    // Putting back what was set before restores these attributes, too: their own undo has nothing left to do.
    undo: how === 'plain' ? await undoOf(planner, wish) : { kind: 'actions', actions: [] },
    force: how !== 'plain',
    // The kernel rounds and limits numbers; what it made of them is reported by whoever applies, and by verify.
    onClamp: tunable?.type === 'integer' || tunable?.type === 'integers' ? 'accept' : 'fail',
    ...(how === 'brought' ? { readBack: 'none' as const } : tunable?.readBack === undefined ? {} : { readBack: tunable.readBack }),
  }
  await planner.set(wish.path, want, details)
}

/** A value that a program sets. What it prints is part of what the plan was made from. */
async function planCommand(planner: Planner, wish: Wish, want: string): Promise<void> {
  const { tunable, instance, have } = wish
  if (tunable === undefined || instance === undefined || have === undefined) return
  const { read } = tunableCommand(tunable, instance)
  if (read !== undefined) await planner.readOutput(read)
  const name = wishName(wish)
  planner.run(setCommand(tunable, instance, want), {
    id: `set ${name}`,
    summary: `${name} ${have} → ${want}`,
    risk: tunable.risk ?? 'safe',
    why: wish.setting.why,
    source: wish.setting.source,
    undo: { kind: 'actions', actions: [{ kind: 'run', argv: setCommand(tunable, instance, have) }] },
  })
}

async function undoOf(planner: Planner, wish: Wish): Promise<Undo> {
  const { tunable } = wish
  if (isOneWay(wish)) return { kind: 'none', reason: `the kernel does not let ${wish.id} leave ${wish.want} before a reboot` }
  if (tunable?.twin !== undefined) {
    const twin = findTunable(tunable.twin)?.path
    // A value of 0 says that the twin is in force: writing the 0 back is refused or means something else, writing the twin zeroes this one.
    if (twin !== undefined && wish.have?.trim() === '0' && (await planner.readAttribute(twin)) !== null) return { kind: 'restore', instead: [twin] }
  }
  const also = await siblings(planner, wish)
  return also.length === 0 ? { kind: 'restore' } : { kind: 'restore', also }
}

/** The attributes that change along with this one and have to be put back after it. */
async function siblings(planner: Planner, wish: Wish): Promise<readonly string[]> {
  const { tunable, instance } = wish
  const paths = (tunable?.resets ?? []).flatMap((id) => {
    const sibling = findTunable(id)
    if (sibling === undefined || sibling.path.startsWith('command:')) return []
    return instance === undefined || tunable?.per !== sibling.per ? [sibling.path] : [sibling.path.replace(/\{[a-z]+\}/u, instance)]
  })
  if (tunable?.id === 'block.scheduler') {
    const directory = wish.path.replace(/scheduler$/u, 'iosched')
    paths.push(...(await listNames(planner.host.fs, directory)).map((name) => `${directory}/${name}`))
  }
  const known = paths.filter((path) => !path.includes('{') && path !== wish.path)
  const held = await planner.readAttributes(known)
  return known.filter((_, index) => held[index] !== null)
}

function noteWish(planner: Planner, wish: Wish): void {
  const detail = wish.detail === undefined ? '' : ` (${wish.detail})`
  const name = wishName(wish)
  switch (wish.state) {
    case 'not on this kernel':
      return planner.note('info', name, `is not on this kernel${detail}`)
    case 'no such device':
      return planner.note('info', name, `has no device here${detail}`)
    case 'not offered':
      return planner.note(typeof wish.setting.value === 'string' ? 'warning' : 'info', name, `cannot be ${wish.want} here${detail}`)
    case 'read-only':
      return planner.note('info', name, `can only be read here; it is ${shown(wish)}, wanted is ${wish.want}`)
    case 'unreadable':
      return planner.note('info', name, `is left alone${detail}`)
    case 'overridden':
      return planner.note('warning', name, `is left alone: ${wish.detail} comes later at boot and decides otherwise; remove that line to have ${wish.want}`)
    case 'unknown tunable':
      return planner.note('warning', name, `is not known${detail}`)
    case 'clamped by kernel':
      return planner.note('info', name, `the kernel makes ${shown(wish)} of ${wish.want}`)
    case 'ok':
    case 'differs':
    case 'not in this namespace':
      return undefined
  }
}

function shown(wish: Wish): string {
  return wish.have === undefined ? 'unknown' : displayValue(wish)
}
