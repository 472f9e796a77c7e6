import { contentBytes, formatSize, quoteArgument, type Action, type Content, type Plan, type Read, type Step } from '@hostwright/core'

/** What an action does, as a sentence without its end. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'write':
      return `write ${sizeOf(action.content)} to ${action.path}${action.mode === undefined ? '' : `, mode ${action.mode.toString(8).padStart(4, '0')}`}`
    case 'remove':
      return `remove ${action.path}`
    case 'link':
      return `link ${action.path} to ${action.target}`
    case 'set':
      return `write \`${action.value}\` to ${action.path}${action.readBack === 'none' ? '' : ' and read it back'}`
    case 'run':
      return `run ${action.argv.map(quoteArgument).join(' ')}${action.stdin === undefined ? '' : ` with ${sizeOf(action.stdin)} on its standard input`}`
  }
}

/** How a step is put back, one sentence without its end a line. */
export function describeUndo(plan: Plan, step: Step): string[] {
  const { undo } = step
  if (undo.kind === 'none') return [`not possible: ${undo.reason}`]
  if (undo.kind === 'actions') return undo.actions.map(describeAction)
  if (step.action.kind === 'run') return ['not stated']
  const paths = [...(undo.instead ?? [step.action.path]), ...(undo.also ?? [])]
  return paths.map((path) =>
    describeRestore(
      path,
      plan.reads.find((read) => read.kind !== 'output' && read.path === path),
    ),
  )
}

/** What a step changes: `+` makes something, `-` takes it away, `~` alters it, `*` runs a command. */
export function stepMark(plan: Plan, step: Step): '+' | '-' | '~' | '*' {
  const { action } = step
  if (action.kind === 'run') return '*'
  if (action.kind === 'remove') return '-'
  if (action.kind === 'set') return '~'
  return stateBefore(plan, step)?.type === 'absent' ? '+' : '~'
}

/** What was at the path of a step when the plan was made, if the plan knows it. */
export function stateBefore(plan: Plan, step: Step): Extract<Read, { kind: 'path' }>['state'] | undefined {
  const { action } = step
  if (action.kind === 'run' || action.kind === 'set') return undefined
  const before = plan.reads.find((read) => read.kind === 'path' && read.path === action.path)
  return before?.kind === 'path' ? before.state : undefined
}

function describeRestore(path: string, read: Read | undefined): string {
  if (read?.kind === 'attribute') return read.value === null ? `leave ${path}, which is not there` : `write \`${read.value}\` to ${path}`
  if (read?.kind === 'path') {
    const { state } = read
    if (state.type === 'absent') return `remove ${path}`
    if (state.type === 'symlink') return `link ${path} to ${state.target}`
    if (state.type === 'file') return `write the ${sizeOf(state.content)} back to ${path}, mode ${state.mode.toString(8).padStart(4, '0')}`
    return `make the directory ${path}, mode ${state.mode.toString(8).padStart(4, '0')}`
  }
  return `put ${path} back as it is when the step begins`
}

function sizeOf(content: Content): string {
  return formatSize(contentBytes(content).length)
}
