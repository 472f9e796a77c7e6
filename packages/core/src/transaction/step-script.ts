import { createHash } from 'node:crypto'
import { contentBytes } from '../content.ts'
import { decodeFileName } from '../file-name.ts'
import type { Action, Content, PathState, Plan, SetAction } from '../plan.ts'
import { selectedWord } from '../planner.ts'
import { quoteShell, quoteShellWords } from '../shell-quote.ts'
import { posixChecksum } from './posix-checksum.ts'

/** What a plan says about each path before its first step, found by path. */
export interface Before {
  readonly attributes: ReadonlyMap<string, string | null>
  readonly paths: ReadonlyMap<string, PathState>
}

/** The state that the plan was made from, by path. */
export function beforeOf(plan: Plan): Before {
  const attributes = new Map<string, string | null>()
  const paths = new Map<string, PathState>()
  for (const read of plan.reads) {
    if (read.kind === 'attribute') attributes.set(read.path, read.value)
    if (read.kind === 'path') paths.set(read.path, read.state)
  }
  return { attributes, paths }
}

/** What to write to an attribute so that it holds again what it printed: the bracketed word of a selection, else the text. */
export function writableValue(printed: string): string {
  return /(?:^|\s)\[[^\]]+\](?:\s|$)/u.test(printed) ? (selectedWord(printed) ?? printed) : printed
}

/** A row for the engine's `compare_attributes`: exactly this text, or not there. */
export function exactRow(step: number, path: string, printed: string | null): string {
  return `e\t${step}\t${printed === null ? '-' : `=${escapeText(printed)}`}\t${path}`
}

/** A row for the engine's `compare_attributes`: what a `set` action asks for. */
export function wantedRow(step: number, action: SetAction): string {
  const mode = { value: 'v', selection: 's', mask: 'm', none: 'v' }[action.readBack ?? 'value']
  return `${mode}\t${step}\t${action.value.trim().split(/\s+/u).join(' ')}\t${action.path}`
}

/** A row for the engine's `rows_taken`: what the kernel made of a `set` action, which only the journal knows. */
export function takenRow(step: number, action: SetAction): string {
  return `t\t${step}\t-\t${action.path}`
}

/** The engine's word for a state of a path. */
export function stateWord(state: PathState): string {
  switch (state.type) {
    case 'absent':
      return 'absent'
    case 'directory':
      return 'directory'
    case 'symlink':
      return `link ${state.target}`
    case 'file':
      return `file ${createHash('sha256').update(contentBytes(state.content)).digest('hex')} ${posixChecksum(contentBytes(state.content))}`
  }
}

/** Mode, owner and group as the engine's `looks_of` prints them; empty for links and nothing. */
export function looksWord(state: PathState): string {
  if (state.type === 'absent' || state.type === 'symlink') return ''
  return `${modeText(state.type === 'directory' ? 'd' : '-', state.mode)} ${state.uid} ${state.gid}`
}

/** What a path holds after a file action. */
export function stateAfter(action: Action): PathState | undefined {
  if (action.kind === 'write') return { type: 'file', content: action.content, mode: action.mode ?? 0o644, uid: action.uid ?? 0, gid: action.gid ?? 0 }
  if (action.kind === 'link') return { type: 'symlink', target: action.target }
  if (action.kind === 'remove') return { type: 'absent' }
  return undefined
}

/** Shell that prints some bytes exactly. */
export function printContent(content: Content): string {
  const bytes = contentBytes(content)
  if (!bytes.includes(0)) return `printf '%s' ${quoteShell(decodeFileName(bytes))}`
  return `printf '${Array.from(bytes, octal).join('')}'`
}

/** Shell that carries out an action; leaves the reason in WHY and returns 1 if it cannot. `name` makes its files unique. */
export function actionScript(name: string, action: Action, before: PathState | undefined): string {
  switch (action.kind) {
    case 'set':
      return `put_attribute ${quoteShell(action.path)} ${quoteShell(action.value)}`
    case 'write': {
      const kept = before?.type === 'file' ? before : undefined
      const mode = action.mode ?? kept?.mode ?? 0o644
      const owner = action.uid === undefined && action.gid === undefined ? '' : `${action.uid ?? kept?.uid ?? ''}:${action.gid ?? kept?.gid ?? ''}`
      return `content() { ${printContent(action.content)}; }; write_file ${name} ${quoteShell(action.path)} ${mode.toString(8).padStart(4, '0')} ${quoteShell(owner)}`
    }
    case 'remove':
      return `remove_path ${quoteShell(action.path)}`
    case 'link':
      return `link_path ${name} ${quoteShell(action.path)} ${quoteShell(action.target)}`
    case 'run': {
      const environment = Object.entries(action.env ?? {}).map(([key, value]) => `${key}=${value}`)
      const words = environment.length === 0 ? action.argv : ['env', ...environment, ...action.argv]
      const content = action.stdin === undefined ? ':' : printContent(action.stdin)
      return `content() { ${content}; }; run_command ${name} ${quoteShell((action.okCodes ?? [0]).join(' '))} ${quoteShellWords(words)}`
    }
  }
}

/** A text on one line: backslash, tab and newline escaped, as the engine's awk does. */
export function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
}

/** The reverse of {@link escapeText}. */
export function unescapeText(text: string): string {
  return text.replaceAll(/\\([\\tn])/gu, (_, letter: string) => (letter === 't' ? '\t' : letter === 'n' ? '\n' : '\\'))
}

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`
}

function modeText(type: string, mode: number): string {
  const triple = (bits: number, special: boolean, letter: string): string =>
    `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-'}`
  return `${type}${triple((mode >> 6) & 7, (mode & 0o4000) !== 0, 's')}${triple((mode >> 3) & 7, (mode & 0o2000) !== 0, 's')}${triple(mode & 7, (mode & 0o1000) !== 0, 't')}`
}
