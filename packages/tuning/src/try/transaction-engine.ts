import { applyPlan, confirmTransaction, isHostwrightError, rollbackTransaction } from '@hostwright/core'
import { planProfile } from '../plan-profile.ts'
import type { TrialEngine } from './engine.ts'

/** Trials through the core's transactions; what they need to undo lies on the host's disk before anything is changed. */
export function transactionEngine(options: { readonly stateDirectory?: string } = {}): TrialEngine {
  return {
    plan: (host, profile, choice) => planProfile(host, profile, { ...choice, persist: false }),
    apply: (host, plan, apply) => applyPlan(host, plan, { ...options, ...apply }),
    async extend(host, id, extendMs) {
      await confirmTransaction(host, { ...options, id, extendMs })
    },
    async rollback(host, id) {
      try {
        await rollbackTransaction(host, id, options)
      } catch (error) {
        if (!isHostwrightError(error, 'CONFLICT')) throw error
        // Someone changed what is tried. What was there before the trial is put back all the same: that is what a trial promises.
        await rollbackTransaction(host, id, { ...options, force: true })
        throw error
      }
    },
  }
}
