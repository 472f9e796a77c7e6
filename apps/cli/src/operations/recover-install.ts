import { defineOperation, planRecoveryUnit } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningContext, SpanningOperation } from '../context.ts'
import { planDocument } from './document.ts'
import { historyOptions } from './history.ts'

/** `hostwright recover install` */
export const recoverInstall: SpanningOperation = {
  operation: defineOperation({
    kind: 'change',
    name: 'recover install',
    summary: 'Let the host recover by itself at boot',
    description:
      'Installs a systemd unit that ends interrupted and unconfirmed changes early at boot. With another init system, run recover.sh in the state directory from one of its early scripts.',
    input: z.object({}),
    output: z.object({ plan: planDocument }),
    examples: [{ argv: ['recover', 'install', '--dry-run'], text: 'Shows the unit.' }],
    plan: (context: SpanningContext) => planRecoveryUnit(context.host, historyOptions(context)),
  }),
}
