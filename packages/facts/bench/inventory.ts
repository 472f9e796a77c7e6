/**
 * How long the hardware inventory takes, side by side with other ways to get one.
 *
 *     node --conditions=@hostwright/source packages/facts/bench/inventory.ts
 *
 * Every measurement runs in a process of its own, so that it is cold, and counts from before the first read to the result; the programs count
 * from their start to their end. The page cache is warm for all.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const rounds = 9
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

function compare(): void {
  const own = median(() => inProcess('hardware'))
  const rows: (readonly [string, number | undefined])[] = [
    ['readFacts, hardware, first call', own],
    ['readFacts, hardware, 20th call', median(() => inProcess('warm'))],
    ['readFacts, all sections, first call', median(() => inProcess('all'))],
    ['systeminformation getStaticData', median(() => inProcess('systeminformation'), 3)],
    ['lscpu -J', median(() => program(['lscpu', '-J']))],
    ['lsblk -J -O', median(() => program(['lsblk', '-J', '-O']))],
    ['lspci -nnmm -D', median(() => program(['lspci', '-nnmm', '-D']))],
    [
      'lscpu + lsblk + lspci + ip link',
      median(() =>
        sum([
          ['lscpu', '-J'],
          ['lsblk', '-J', '-O'],
          ['lspci', '-nnmm', '-D'],
          ['ip', '-j', 'link'],
        ]),
      ),
    ],
    ['lshw -json', median(() => program(['lshw', '-json']), 3)],
  ]
  for (const [name, time] of rows) {
    const text = time === undefined ? 'not installed' : `${time.toFixed(1).padStart(8)} ms  ${own === undefined ? '' : `${(time / own).toFixed(2)} ×`}`
    process.stdout.write(`${name.padEnd(38)} ${text}\n`)
  }
  const target = 30
  process.stdout.write(`target: at most ${target} ms for the first call: ${own !== undefined && own <= target ? 'met' : 'NOT met'}\n`)
  process.exitCode = own !== undefined && own <= target ? 0 : 1
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

function median(measure: () => number | undefined, count: number = rounds): number | undefined {
  const times = Array.from({ length: count }, measure).filter((time) => time !== undefined)
  return times.sort((first, second) => first - second)[Math.floor(times.length / 2)]
}
