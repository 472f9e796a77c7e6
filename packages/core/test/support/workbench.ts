import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyPlan, createPlanner, type ApplyOptions, type Host, type Plan, type TransactionEvent } from '../../src/index.ts'

/** A temporary directory with files of every kind that a plan can change, and a state directory beside it. */
export interface Workbench extends Disposable {
  readonly directory: string
  readonly stateDirectory: string
  path(name: string): string
  /** Everything below the directory: type, mode, owner and content by relative path. */
  snapshot(): Readonly<Record<string, string>>
}

export function createWorkbench(parent: string = tmpdir()): Workbench {
  const root = mkdtempSync(join(parent, 'hostwright-'))
  const directory = join(root, 'work')
  mkdirSync(directory)
  writeFileSync(join(directory, 'attribute'), '60\n')
  writeFileSync(join(directory, 'selection'), 'always [madvise] never\n')
  writeFileSync(join(directory, 'words'), '4096\t131072\t6291456\n')
  writeFileSync(join(directory, 'file'), "old 'text'\nwith two lines\n")
  chmodSync(join(directory, 'file'), 0o640)
  writeFileSync(
    join(directory, 'binary'),
    Uint8Array.from({ length: 256 }, (_, index) => index),
  )
  writeFileSync(join(directory, 'doomed'), 'remove me\n')
  chmodSync(join(directory, 'doomed'), 0o4711)
  mkdirSync(join(directory, 'empty'))
  chmodSync(join(directory, 'empty'), 0o2750)
  symlinkSync('file', join(directory, 'link'))
  return {
    directory,
    stateDirectory: join(root, 'state'),
    path: (name) => join(directory, name),
    snapshot: () => snapshotOf(directory),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** A plan that uses every kind of action on a workbench. */
export async function everyAction(host: Host, bench: Workbench): Promise<Plan> {
  const planner = createPlanner(host, 'test')
  await planner.set(bench.path('attribute'), '10')
  await planner.write(bench.path('file'), "new 'text' $HOME `x` \\n\n", { mode: 0o600 })
  await planner.write(
    bench.path('binary'),
    Uint8Array.from({ length: 300 }, (_, index) => 255 - (index % 256)),
  )
  await planner.write(bench.path('new/deep/file.conf'), 'created\n')
  await planner.remove(bench.path('doomed'))
  await planner.remove(bench.path('empty'))
  await planner.link(bench.path('link'), 'binary')
  await planner.link(bench.path('odd name\n\udcff'), "it's")
  await planner.set(bench.path('words'), '1 2 3')
  planner.run(['sh', '-c', 'cat >"$1"', 'sh', bench.path('made')], {
    summary: 'make a file',
    stdin: 'from a command\n',
    undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['rm', '-f', bench.path('made')] }] },
  })
  return planner.finish()
}

/** Applies a plan and gives its events, and the error if it threw one. */
export async function apply(host: Host, plan: Plan, options: ApplyOptions): Promise<{ readonly events: readonly TransactionEvent[]; readonly error: unknown }> {
  const events: TransactionEvent[] = []
  try {
    for await (const event of applyPlan(host, plan, options)) events.push(event)
    return { events, error: undefined }
  } catch (error) {
    return { events, error }
  }
}

/** The state that the last event tells, and the id of the transaction. */
export function ending(events: readonly TransactionEvent[]): { readonly state: string | undefined; readonly id: string } {
  const last = events.at(-1)
  return last?.type === 'finished' ? { state: last.state, id: last.transaction } : { state: undefined, id: '' }
}

function snapshotOf(directory: string, prefix = ''): Readonly<Record<string, string>> {
  const result: Record<string, string> = {}
  for (const entry of readdirSync(directory, { encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${directory}/`), entry])
    const stat = lstatSync(path)
    const name = prefix + entry.toString('latin1')
    const looks = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`
    if (stat.isSymbolicLink()) result[name] = `link ${readlinkSync(path)}`
    else if (stat.isDirectory()) {
      result[name] = `directory ${looks}`
      Object.assign(result, snapshotOf(path.toString(), `${name}/`))
    } else result[name] = `file ${looks} ${readFileSync(path).toString('base64')}`
  }
  return result
}
