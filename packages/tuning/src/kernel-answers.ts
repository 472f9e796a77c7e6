import type { Plan } from '@hostwright/core'
import { attributeEquals } from '@hostwright/core'
import type { Tunable } from './tunable.ts'

/** What the kernel made of a value when it was written. */
export interface KernelAnswer {
  readonly path: string
  readonly asked: string
  readonly got: string
}

/** A transaction as far as it tells what the kernel answered; `TransactionRecord` of core is one. */
export interface AnsweredPlan {
  readonly plan: Plan
  /** What each attribute held after it was set, by step number from 1. */
  readonly effective: Readonly<Record<number, string>>
}

/**
 * The values that the kernel did not take as they were, from past transactions, oldest first. With them a plan knows that
 * writing the same again would change nothing.
 */
export function kernelAnswers(history: Iterable<AnsweredPlan>): readonly KernelAnswer[] {
  const answers = new Map<string, KernelAnswer>()
  for (const { plan, effective } of history) {
    for (const [index, { action }] of plan.steps.entries()) {
      const got = effective[index + 1]
      if (action.kind !== 'set' || got === undefined) continue
      const key = `${action.path} ${action.value}`
      if (attributeEquals(got, action.value, action.readBack)) answers.delete(key)
      else answers.set(key, { path: action.path, asked: action.value, got })
    }
  }
  return [...answers.values()]
}

/**
 * Whether what an attribute holds is what the kernel makes of a value: by a rule of the kernel that is known, or because it
 * answered so before.
 */
export function isKernelsAnswer(tunable: Tunable | undefined, path: string, want: string, have: string, answers: readonly KernelAnswer[] = []): boolean {
  if (answers.some((answer) => answer.path === path && answer.asked === want && attributeEquals(have, answer.got, tunable?.readBack))) return true
  return rules[tunable?.id ?? '']?.(Number(want), Number(have)) === true
}

/** What the kernel makes of numbers, where its source says so. Page sizes are 4, 16 or 64 KiB, depending on the kernel. */
const rules: Readonly<Record<string, (want: number, have: number) => boolean>> = {
  // block/blk-sysfs.c: queue_ra_store rounds down to whole pages.
  'block.read-ahead': (want, have) => [4, 16, 64].some((page) => Math.floor(want / page) * page === have),
  // block/blk-sysfs.c: queue_requests_store, BLKDEV_MIN_RQ.
  'block.nr-requests': (want, have) => want < 4 && have === 4,
  // block/mq-deadline.c and block/bfq-iosched.c keep milliseconds as ticks.
  'block.deadline.read-expire': isWholeTicks,
  'block.deadline.write-expire': isWholeTicks,
  'block.bfq.slice-idle': isWholeTicks,
  // net/core/net-sysfs.c and net/core/sysctl_net_core.c: tables have a power of two as their size.
  'net.rps-flow-count': isNextPowerOfTwo,
  'net.core.rps_sock_flow_entries': isNextPowerOfTwo,
}

/** Milliseconds rounded up to ticks, of which there are 100, 250, 300 or 1000 a second. */
function isWholeTicks(want: number, have: number): boolean {
  return [100, 250, 300, 1000].some((hertz) => Math.floor((Math.ceil((want * hertz) / 1000) * 1000) / hertz) === have)
}

function isNextPowerOfTwo(want: number, have: number): boolean {
  return want > 0 && have === 2 ** Math.ceil(Math.log2(want))
}
