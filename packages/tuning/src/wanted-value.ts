import type { SettingValue } from './profile.ts'
import type { Tunable } from './tunable.ts'

/** What a wish is turned into a value with. */
export interface ValueContext {
  /** What the attribute holds. */
  readonly have: string
  /** What the kernel offers here, if it says so. */
  readonly offered: readonly string[] | undefined
  readonly memoryBytes: number
}

/** The value that is to be written, or why none is. */
export type WantedValue =
  | { readonly kind: 'value'; readonly want: string }
  /** The attribute is within the wish: at least, or at most, what was asked for. */
  | { readonly kind: 'within'; readonly want: string }
  | { readonly kind: 'not offered'; readonly want: string; readonly offered: readonly string[] }

const pageSize = 4096

/** Turns what a profile asks for into the one value that an attribute is to have here. */
export function wantedValue(value: SettingValue, tunable: Tunable | undefined, context: ValueContext): WantedValue {
  if (typeof value === 'string') return offeredOrNot(kernelWord(value, tunable), context.offered)
  if ('firstOf' in value) {
    const words = value.firstOf.map((each) => kernelWord(each, tunable))
    const found = context.offered === undefined ? words[0] : words.find((word) => context.offered?.includes(word) === true)
    return found === undefined ? { kind: 'not offered', want: words.join(' or '), offered: context.offered ?? [] } : { kind: 'value', want: found }
  }
  if ('percentOfMemory' in value) return { kind: 'value', want: shareOfMemory(value, tunable, context.memoryBytes) }
  const [bound, pick] = 'atLeast' in value ? [value.atLeast, larger] : [value.atMost, smaller]
  const have = context.have.trim().split(/\s+/u)
  const wanted = bound.trim().split(/\s+/u)
  // Several integers, such as tcp_rmem: each by itself.
  const best = have.length === wanted.length ? wanted.map((word, index) => pick(have[index] ?? word, word)) : wanted
  const want = best.join(' ')
  return want === have.join(' ') && want !== wanted.join(' ') ? { kind: 'within', want: bound } : { kind: 'value', want }
}

function offeredOrNot(want: string, offered: readonly string[] | undefined): WantedValue {
  return offered === undefined || offered.includes(want) ? { kind: 'value', want } : { kind: 'not offered', want, offered }
}

/** A truth value in the words that the kernel prints for this tunable; anything else as it is, with single spaces. */
function kernelWord(value: string, tunable: Tunable | undefined): string {
  const plain = value.trim().split(/\s+/u).join(' ')
  if (tunable?.type !== 'boolean') return plain
  const [no = '0', yes = '1'] = tunable.choices ?? []
  if (/^(?:1|y|yes|on|true)$/iu.test(plain)) return yes
  return /^(?:0|n|no|off|false)$/iu.test(plain) ? no : plain
}

function shareOfMemory(value: { readonly percentOfMemory: number; readonly atMostBytes?: number }, tunable: Tunable | undefined, memoryBytes: number): string {
  const share = Math.min((memoryBytes * value.percentOfMemory) / 100, value.atMostBytes ?? Number.POSITIVE_INFINITY)
  const pages = Math.floor(share / pageSize)
  if (tunable?.unit === 'pages') return String(pages)
  if (tunable?.unit === 'KiB') return String((pages * pageSize) / 1024)
  if (tunable?.unit === 'MiB') return String(Math.floor((pages * pageSize) / 2 ** 20))
  return String(pages * pageSize)
}

function larger(left: string, right: string): string {
  return isLess(left, right) ? right : left
}

function smaller(left: string, right: string): string {
  return isLess(right, left) ? right : left
}

/** Whole numbers of any size; what is no number (`max`, `n/a`, `<unsupported>`) counts as larger than every number. */
function isLess(left: string, right: string): boolean {
  const integer = /^-?\d+$/u
  if (integer.test(left) && integer.test(right)) return BigInt(left) < BigInt(right)
  return integer.test(left) && !integer.test(right)
}
