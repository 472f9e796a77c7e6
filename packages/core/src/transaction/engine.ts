import { actionsScript } from './script/actions.ts'
import { attributesScript } from './script/attributes.ts'
import { basicsScript } from './script/basics.ts'
import { chainsScript } from './script/chains.ts'
import { commandsScript } from './script/commands.ts'
import { filesScript } from './script/files.ts'
import { journalScript } from './script/journal.ts'
import { placeScript, processesScript } from './script/processes.ts'
import { turnsScript } from './script/turns.ts'
import { undoingScript } from './script/undoing.ts'
import { watchdogScript } from './script/watchdog.ts'

/**
 * The part of `undo.sh` that is the same for every transaction: POSIX shell that needs nothing but the usual file commands.
 * It is written next to the data of its transaction and has to work without Node, Hostwright and network, perhaps years later.
 *
 * Files of a transaction's directory:
 * - `undo.sh`, `meta`, `plan.json`: written once, before anything changes.
 * - `journal`: lines that end in ` .`; anything else is the tail of an interrupted write and ignored.
 * - `decision.N`: a chain of symbolic links, each made exclusively, so that of two processes that decide at the same moment
 *   one wins: `until:CENTISECONDS:BOOT`, `commit` or `undo`.
 * - `worker.N`: likewise, who works on the transaction: `PID:START:BOOT:PIDNS`.
 * - `before/N`: copies of files that step N replaces; `foreign/N`: what someone else had put there when it was undone.
 * In the state directory, `turn.N` names the transaction that holds the host: the next turn can be taken once it has ended.
 */
export const engine: string = [
  basicsScript,
  processesScript,
  placeScript,
  chainsScript,
  journalScript,
  attributesScript,
  filesScript,
  actionsScript,
  undoingScript,
  watchdogScript,
  turnsScript,
  commandsScript,
]
  .map((part) => part.trim())
  .join('\n\n')
