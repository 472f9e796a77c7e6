/**
 * What a command and a read of kernel attributes cost here, side by side with the usual ways.
 * Run with `node --conditions=@hostwright/source bench/host.bench.ts`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { localHost, prefixHost } from '../src/index.ts'

interface Measurement {
  readonly name: string
  readonly medianMs: number
}

const rounds = Number(process.env['ROUNDS'] ?? 60)

/** Takes turns, so that what else the machine does falls on all alike. */
async function measure(candidates: Readonly<Record<string, () => Promise<unknown>>>): Promise<readonly Measurement[]> {
  const entries = Object.entries(candidates).map(([name, work]) => ({ name, work, times: [] as number[] }))
  for (let round = -5; round < rounds; round += 1) {
    for (const { work, times } of entries) {
      const startedAt = performance.now()
      await work()
      if (round >= 0) times.push(performance.now() - startedAt)
    }
  }
  return entries.map(({ name, times }) => ({ name, medianMs: times.toSorted((left, right) => left - right)[Math.floor(rounds / 2)] ?? Number.NaN }))
}

function print(title: string, measurements: readonly Measurement[]): void {
  const base = measurements[0]?.medianMs ?? 1
  process.stdout.write(`${title} (median of ${rounds})\n`)
  for (const { name, medianMs } of measurements)
    process.stdout.write(`  ${name.padEnd(46)} ${medianMs.toFixed(2).padStart(8)} ms  ${(medianMs / base).toFixed(2).padStart(6)} ×\n`)
}

/** Attributes of all network interfaces and block devices, as an inventory reads them. */
function sysfsFiles(count: number): readonly string[] {
  const files: string[] = []
  for (const directory of ['/sys/class/net', '/sys/block', '/sys/devices/system/cpu']) {
    for (const device of readdirSync(directory)) {
      const path = join(directory, device)
      if (!statSync(path).isDirectory()) continue
      for (const name of readdirSync(path)) if (statSync(join(path, name), { throwIfNoEntry: false })?.isFile() === true) files.push(join(path, name))
    }
  }
  return files.slice(0, count)
}

/** How long a fresh Node takes for an import, beyond its own start. */
function importCost(module: string): Measurement {
  const times = Array.from({ length: 9 }, () => {
    const script = `const t = performance.now(); await import(${JSON.stringify(module)}); process.stdout.write(String(performance.now() - t))`
    return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname, encoding: 'utf8' }))
  })
  return { name: `import ${module}`, medianMs: times.toSorted((left, right) => left - right)[4] ?? Number.NaN }
}

const host = localHost()
const { execa } = await import('execa')

print(
  'one command: true',
  await measure({
    'spawn of Node, output collected': () => new Promise((resolve) => spawn('true', { stdio: ['ignore', 'pipe', 'pipe'] }).once('close', resolve)),
    'localHost().run': () => host.run(['true']),
    execa: () => execa('true'),
    'localHost().stream (execa)': () => host.stream(['true']).exit,
    'prefixHost(localHost(), [env]).run': () => prefixHost(host, ['env']).run(['true']),
  }),
)
print('first use of a module', [importCost('node:child_process'), importCost('execa')])

const files = sysfsFiles(44)
const shell = prefixHost(host, ['env'])
print(
  `${files.length} sysfs files`,
  await measure({
    'localHost().fs.readMany': () => host.fs.readMany(files),
    'localHost().fs.readText, one after the other': async () => {
      for (const file of files) await host.fs.readText(file).catch(() => undefined)
    },
    'readFile of node:fs/promises, all at once': () => Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => undefined))),
    'readMany through a shell, behind a prefix': () => shell.fs.readMany(files),
    'one cat for each file, behind a prefix': async () => {
      for (const file of files) await shell.run(['cat', file], { check: false })
    },
  }),
)
