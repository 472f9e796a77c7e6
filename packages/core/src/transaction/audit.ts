import { isHostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'
import { inTree, type HistoryOptions } from './history.ts'
import { resolveStateDirectory } from './state-directory.ts'

/** One line of a host's audit log: who did what to which transaction. */
export interface AuditEntry {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly transaction: string
  /** `applying`, `extended`, `committed`, `undone` or `undo-failed`. */
  readonly event: string
  /** The user that did it, and the address if over SSH; `root` for the watchdog and the recovery at boot. */
  readonly by: string
}

/** The audit log of a host, oldest first. It is only ever appended to; lines that are not whole are left out. */
export async function readAudit(host: Host, options: HistoryOptions = {}): Promise<readonly AuditEntry[]> {
  const path = inTree(host, `${await resolveStateDirectory(host, options.stateDirectory)}/audit.log`)
  let text: string
  try {
    text = await host.fs.readText(path)
  } catch (error) {
    if (isHostwrightError(error, 'NOT_FOUND')) return []
    throw error
  }
  return text.split('\n').flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line)
      return isAuditEntry(entry) ? [entry] : []
    } catch {
      return []
    }
  })
}

function isAuditEntry(value: unknown): value is AuditEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['time', 'transaction', 'event', 'by'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string')
  )
}
