import type { Host } from '@hostwright/core'
import type { TransactionSummary } from '@hostwright/core'
import { isHostwrightError, listTransactions, readTransaction } from '@hostwright/core'
import { kernelAnswers } from './kernel-answers.ts'
import type { AnsweredPlan, KernelAnswer } from './kernel-answers.ts'

// A profile is rarely applied more often before its values settle; each record costs a read.
const looked = 10

/** What the kernel made of values, from the host's last tuning transactions that are in force; none on a host that keeps no history. */
export async function readKernelAnswers(host: Host): Promise<readonly KernelAnswer[]> {
  const summaries = (await findTransactions(host)).filter((each) => each.state === 'committed' && each.domain.split('+').includes('tuning'))
  const records: AnsweredPlan[] = []
  for (const summary of summaries.slice(0, looked).toReversed()) {
    try {
      records.push(await readTransaction(host, summary.id))
    } catch (error) {
      // A damaged record only means that a clamped value may be planned once more.
      if (!isHostwrightError(error, 'DATA_CORRUPT') && !isHostwrightError(error, 'NOT_FOUND')) throw error
    }
  }
  return kernelAnswers(records)
}

async function findTransactions(host: Host): Promise<readonly TransactionSummary[]> {
  try {
    return await listTransactions(host)
  } catch (error) {
    // Where no state can be kept, or no shell says where it is, nothing was ever applied.
    if (isHostwrightError(error, 'INVALID_INPUT') || isHostwrightError(error, 'COMMAND_NOT_FOUND') || isHostwrightError(error, 'COMMAND_FAILED')) return []
    throw error
  }
}
