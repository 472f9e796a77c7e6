/**
 * How long the hardware inventory takes, side by side with other ways to get one.
 *
 *     node --conditions=@hostwright/source packages/facts/bench/inventory.ts
 *
 * Every measurement runs in a process of its own, so that it is cold, and counts from before the first read to the result; the programs count
 * from their start to their end. The page cache is warm for all. Both the fastest and the median of the rounds are shown: other work on the
 * machine makes the median larger, never the fastest smaller, so the target is held against the fastest.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const rounds = 15
const targetMs = 30
const script = fileURLToPath(import.meta.url)
const [, , only] = process.argv

if (only === undefined) compare()
else await measureOnce(only)

/** Prints the milliseconds of one cold run. */
async function measureOnce(which: string): Promise<void> {
  if (which === 'systeminformation') {
    const { default: information } = await import('systeminformation')
    const start = performance.now()
    await information.getStaticData()
    process.stdout.write(`${performance.now() - start}\n`)
    return
  }
  const { localHost } = await import('@hostwright/core')
  const { factSections, hardwareSections, readFacts } = await import('@hostwright/facts')
  await using host = localHost()
  const repeats = which === 'warm' ? 20 : 1
  let start = 0
  for (let round = 0; round < repeats; round += 1) {
    start = performance.now()
    await readFacts(host.fs, { only: which === 'all' ? factSections : hardwareSections })
  }
  process.stdout.write(`${performance.now() - start}\n`)
}

interface Times {
  readonly fastest: number
  readonly median: number
}

function compare(): void {
  const own = times(() => inProcess('hardware'))
  const rows: (readonly [string, Times | undefined])[] = [
    ['readFacts, hardware, first call', own],
    ['readFacts, hardware, 20th call', times(() => inProcess('warm'))],
    ['readFacts, all sections, first call', times(() => inProcess('all'))],
    ['systeminformation getStaticData', times(() => inProcess('systeminformation'), 3)],
    ['lscpu -J', times(() => program(['lscpu', '-J']))],
    ['lsblk -J -O', times(() => program(['lsblk', '-J', '-O']))],
    ['lspci -nnmm -D', times(() => program(['lspci', '-nnmm', '-D']))],
    [
      'lscpu, lsblk, lspci and ip link',
      times(() =>
        sum([
          ['lscpu', '-J'],
          ['lsblk', '-J', '-O'],
          ['lspci', '-nnmm', '-D'],
          ['ip', '-j', 'link'],
        ]),
      ),
    ],
    ['lshw -json', times(() => program(['lshw', '-json']), 3)],
  ]
  print('', 'fastest', 'median', 'ratio')
  for (const [name, time] of rows) {
    if (time === undefined) print(name, 'not installed', '', '')
    else print(name, `${time.fastest.toFixed(1)} ms`, `${time.median.toFixed(1)} ms`, own === undefined ? '' : `${(time.fastest / own.fastest).toFixed(2)} ×`)
  }
  const met = own !== undefined && own.fastest <= targetMs
  process.stdout.write(
    `${met ? 'met' : 'NOT met'}: at most ${targetMs} ms for the first call (${availableParallelism()} CPUs, load ${loadavg()[0]?.toFixed(1) ?? ''})\n`,
  )
  process.exitCode = met ? 0 : 1
}

function print(name: string, ...cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(38)}${cells.map((cell) => cell.padStart(14)).join('')}\n`)
}

function inProcess(which: string): number | undefined {
  const result = spawnSync(process.execPath, [...process.execArgv, script, which], { encoding: 'utf8' })
  return result.status === 0 ? Number(result.stdout) : undefined
}

function program(argv: readonly string[]): number | undefined {
  const [name = '', ...rest] = argv
  if (!['/usr/bin', '/bin', '/usr/sbin', '/sbin'].some((folder) => existsSync(`${folder}/${name}`))) return undefined
  const start = performance.now()
  spawnSync(name, rest, { stdio: 'ignore' })
  return performance.now() - start
}

function sum(programs: readonly (readonly string[])[]): number | undefined {
  const times = programs.map(program)
  return times.includes(undefined) ? undefined : times.reduce<number>((total, time) => total + (time ?? 0), 0)
}

function times(measure: () => number | undefined, count: number = rounds): Times | undefined {
  const sorted = Array.from({ length: count }, measure)
    .filter((time) => time !== undefined)
    .sort((first, second) => first - second)
  const [fastest] = sorted
  const median = sorted[Math.floor(sorted.length / 2)]
  return fastest === undefined || median === undefined ? undefined : { fastest, median }
}
