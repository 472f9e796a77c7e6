/**
 * How long commands take from the shell's point of view, beside Node's own start and beside tools for the same purpose.
 * Needs a build. Runs the commands in turn, so that noise hits all alike, and prints the least and the median of the runs.
 *
 *   npm run build -w hostwright && npm run bench -w hostwright [-- RUNS]
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
if (!existsSync(main)) throw new Error(`${main} is missing: build first`)
const runs = Number(process.argv[2] ?? 25)
const own = (...argv: readonly string[]): readonly string[] => [process.execPath, main, ...argv]

interface Subject {
  readonly name: string
  readonly argv: readonly string[]
  /** What it may take, given the least that Node's own start took. */
  readonly limit?: (node: number) => number
}

const subjects: readonly Subject[] = [
  { name: "node -e ''", argv: [process.execPath, '-e', ''] },
  { name: 'hostwright --version', argv: own('--version'), limit: (node) => node + 5 },
  { name: 'hostwright --help', argv: own('--help'), limit: () => 50 },
  { name: 'hostwright tuning apply --help', argv: own('tuning', 'apply', '--help'), limit: () => 50 },
  { name: 'hostwright __complete tun', argv: own('__complete', '--', 'tun'), limit: () => 50 },
  { name: 'hostwright facts', argv: own('facts'), limit: () => 90 },
  { name: 'hostwright facts kernel --json', argv: own('facts', 'kernel', '--json'), limit: () => 90 },
  { name: 'hostwright tuning list', argv: own('tuning', 'list'), limit: () => 90 },
  { name: 'hostwright tuning show server', argv: own('tuning', 'show', 'server'), limit: () => 90 },
  { name: 'hostwright history', argv: own('history'), limit: () => 90 },
  { name: 'hostwright doctor', argv: own('doctor') },
  { name: 'hostwright tuning apply server -n', argv: own('tuning', 'apply', 'server', '--dry-run') },
  { name: 'sysctl -a', argv: ['sysctl', '-a'] },
  { name: 'lscpu', argv: ['lscpu'] },
  { name: 'tuned-adm list', argv: ['tuned-adm', 'list'] },
  { name: 'hostnamectl', argv: ['hostnamectl'] },
]

const times = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]))
for (let run = 0; run <= runs; run += 1) {
  for (const subject of subjects) {
    const [command = '', ...argv] = subject.argv
    const begin = performance.now()
    const { error } = spawnSync(command, argv, { stdio: 'ignore' })
    // The first run only fills caches.
    if (error === undefined && run > 0) times.get(subject)?.push(performance.now() - begin)
  }
}

const least = (values: readonly number[]): number => Math.min(...values)
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const node = least(times.get(subjects[0] as Subject) ?? [])
let missed = 0
process.stdout.write(`${'command'.padEnd(34)}${'least'.padStart(9)}${'median'.padStart(10)}${'× node'.padStart(9)}  limit\n`)
for (const subject of subjects) {
  const values = times.get(subject) ?? []
  if (values.length === 0) {
    process.stdout.write(`${subject.name.padEnd(34)}  not installed\n`)
    continue
  }
  const limit = subject.limit?.(node)
  const verdict = limit === undefined ? '' : least(values) <= limit ? `≤ ${limit.toFixed(1)} ms` : `missed: ${limit.toFixed(1)} ms`
  if (verdict.startsWith('missed')) missed += 1
  process.stdout.write(
    `${subject.name.padEnd(34)}${`${least(values).toFixed(1)} ms`.padStart(9)}${`${median(values).toFixed(1)} ms`.padStart(10)}${(least(values) / node).toFixed(2).padStart(9)}  ${verdict}\n`,
  )
}
process.exitCode = missed === 0 ? 0 : 1
