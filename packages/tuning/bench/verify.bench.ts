/**
 * What it costs to import the library, and to verify, plan and explain each built-in profile on this machine, in process and without
 * changing anything. Run it with `node --conditions=@hostwright/source packages/tuning/bench/verify.bench.ts`.
 *
 * The first column is the first call in a process of its own, the others the least and the median of many calls in one.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { localHost } from '@hostwright/core'
import { builtInProfiles, planProfile, verifyProfile } from '../src/index.ts'

const rounds = 40
const script = fileURLToPath(import.meta.url)
const built = existsSync(new URL('../dist/index.js', import.meta.url))
const [, , only] = process.argv

if (only === undefined) await report()
else await first(only)

/** Prints the milliseconds of the first verification in this process. */
async function first(profile: string): Promise<void> {
  await using host = localHost()
  const start = performance.now()
  await verifyProfile(host, profile)
  console.log(performance.now() - start)
}

async function report(): Promise<void> {
  await using host = localHost()
  console.log(`import${built ? ' as built' : ' from source (build the packages to measure what users get)'}, beyond @hostwright/core, in ms, least of 9`)
  const core = importTime("await import('@hostwright/core')")
  console.log(`  ${(importTime("await import('@hostwright/core'); await import('@hostwright/tuning')") - core).toFixed(1)}\n`)
  console.log(`profile              first verify      verify          plan      in ms: first, then least and median of ${rounds}`)
  for (const { name } of builtInProfiles) {
    const cold = Math.min(...Array.from({ length: 3 }, () => Number(node([script, name]))))
    const verify = await repeat(() => verifyProfile(host, name))
    const plan = await repeat(() => planProfile(host, name))
    console.log(`${name.padEnd(20)} ${[cold, ...verify, ...plan].map((time) => time.toFixed(2).padStart(8)).join('')}`)
  }
}

async function repeat(work: () => Promise<unknown>): Promise<readonly [number, number]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  times.sort((left, right) => left - right)
  return [times[0] ?? 0, times[Math.floor(rounds / 2)] ?? 0]
}

function importTime(code: string): number {
  const program = `const start = performance.now(); ${code}; console.log(performance.now() - start)`
  return Math.min(...Array.from({ length: 9 }, () => Number(node(['--input-type=module', '-e', program], built))))
}

function node(args: readonly string[], asBuilt = false): string {
  const condition = asBuilt ? [] : ['--conditions=@hostwright/source']
  return execFileSync(process.execPath, [...condition, '--no-warnings', ...args], { encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)) })
}
