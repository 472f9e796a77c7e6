import type { AnyOperation, Domain } from '@hostwright/core'
import { applyOperation, removeOperation } from './operations/apply.ts'
import { irqOperation, isolateOperation, steeringOperation } from './operations/cpu.ts'
import { explainOperation } from './operations/explain.ts'
import { lintOperation } from './operations/lint.ts'
import { listOperation } from './operations/list.ts'
import { planOperation } from './operations/plan.ts'
import { powerOperation } from './operations/power.ts'
import { recommendOperation } from './operations/recommend.ts'
import { showOperation } from './operations/show.ts'
import { tryOperation } from './operations/try.ts'
import { tunedOperations } from './operations/tuned.ts'
import { verifyOperation } from './operations/verify.ts'
import { zramOperation, zswapOperation } from './operations/zram.ts'
import { tuningSection } from './section.ts'

const operations: readonly AnyOperation[] = [
  listOperation,
  showOperation,
  recommendOperation,
  explainOperation,
  planOperation,
  applyOperation,
  removeOperation,
  verifyOperation,
  lintOperation,
  tryOperation,
  ...tunedOperations,
  zramOperation,
  zswapOperation,
  isolateOperation,
  irqOperation,
  steeringOperation,
  powerOperation,
]

/** What `@hostwright/tuning` offers to the command, the daemon and the dashboard. */
export const domain: Domain = {
  name: 'tuning',
  summary: 'Kernel and device tunables: profiles, plans, verification, lint and measured trials',
  operations,
  section: tuningSection,
}
