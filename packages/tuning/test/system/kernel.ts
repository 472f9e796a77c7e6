import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyPlan, readTransaction } from '@hostwright/core'
import type { Host, Plan, TransactionRecord } from '@hostwright/core'

export const isRoot: boolean = process.getuid?.() === 0

export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

export function can(probe: () => unknown): boolean {
  try {
    probe()
    return true
  } catch {
    return false
  }
}

export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'hostwright-tuning-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Applies a plan as a real transaction and gives its record. */
export async function apply(host: Host, plan: Plan, stateDirectory: string): Promise<TransactionRecord> {
  let id: string | undefined
  for await (const event of applyPlan(host, plan, { stateDirectory })) {
    if (event.type === 'prepared') id = event.transaction
    if (event.type === 'step-failed') throw new Error(`${event.id}: ${event.message}`)
  }
  if (id === undefined) throw new Error('no transaction was prepared')
  return readTransaction(host, id, { stateDirectory })
}

/** What every readable attribute of a directory holds, for comparison. */
export function attributes(directory: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) Object.assign(found, attributes(path))
    else if (entry.isFile()) {
      try {
        found[path] = readFileSync(path, 'utf8')
      } catch {
        // Some attributes can only be written.
      }
    }
  }
  return found
}
