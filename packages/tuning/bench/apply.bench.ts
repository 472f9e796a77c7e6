/**
 * Planning, applying and verifying the server profile, in process, on a tree of files that holds the
 * attributes of this machine, so that the machine itself is left alone. Run it with
 * `node --conditions=@hostwright/source packages/tuning/bench/apply.bench.ts`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { applyPlan, localHost, rootedHost, type Plan } from '@hostwright/core'
import { planProfile, verifyProfile } from '../src/index.ts'

const rounds = 15
const directory = mkdtempSync(join(tmpdir(), 'hostwright-bench-'))
const times: Record<string, number[]> = { plan: [], apply: [], verify: [] }
try {
  const local = localHost()
  const real = await planProfile(local, 'server')
  const host = rootedHost(local, directory)
  let steps = 0
  for (let round = 0; round < rounds; round += 1) {
    copyAttributes(real)
    const plan = await timed('plan', () => planProfile(local, 'server'))
    steps = plan.steps.length
    await timed('apply', () => apply(host, plan))
    await timed('verify', () => verifyProfile(local, 'server'))
  }
  console.log(`server profile, ${steps} steps, best and median of ${rounds} rounds in ms`)
  for (const [name, list] of Object.entries(times)) {
    const sorted = list.toSorted((left, right) => left - right)
    console.log(`  ${name.padEnd(9)} ${sorted[0]?.toFixed(1).padStart(7)} ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1).padStart(7)}`)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** A fresh tree with what the plan has read. */
function copyAttributes(plan: Plan): void {
  rmSync(directory, { recursive: true })
  for (const read of plan.reads) {
    if (read.kind !== 'attribute' || read.value === null) continue
    mkdirSync(dirname(directory + read.path), { recursive: true })
    writeFileSync(directory + read.path, `${read.value}\n`)
  }
}

async function apply(host: ReturnType<typeof rootedHost>, plan: Plan): Promise<void> {
  for await (const event of applyPlan(host, plan)) if (event.type === 'finished' && event.state !== 'committed') throw new Error(event.state)
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  times[name]?.push(performance.now() - start)
  return result
}
