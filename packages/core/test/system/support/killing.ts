import { readdirSync, readFileSync } from 'node:fs'
import type { Host } from '../../../src/index.ts'

/** Kills, with SIGKILL, every process that works in a state directory; processes are found by their command line. */
export function killWorkers(stateDirectory: string, options: { readonly spareWatchdog?: boolean } = {}): number {
  let killed = 0
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) continue
    let line: string
    try {
      line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
    } catch {
      continue
    }
    if (!line.includes(`${stateDirectory}/transactions/`) || (options.spareWatchdog === true && / watch \d+ $/u.test(line))) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
      killed += 1
    } catch {
      // It has ended by itself.
    }
  }
  return killed
}

/**
 * A host on which the process that makes entry number `at` of the journal kills itself with SIGKILL, once: `before` it writes
 * the entry, or `after`. The kill is part of the script that is sent to the host, `undo.sh` included.
 */
export function dyingHost(host: Host, death: { readonly at: number; readonly when: 'before' | 'after'; readonly marker: string }): Host {
  const dies = `{ HW_DEATH=$((\${HW_DEATH:-0} + 1)); [ "$HW_DEATH" = ${death.at} ] && [ ! -e "${death.marker}" ] && : >"${death.marker}" && kill -9 $$; :; }`
  const original = /journal\(\) \{ (\{ printf [^}]*\}) 2>\/dev\/null; \}/gu
  return {
    ...host,
    stream: (argv, options) => {
      const stdin = options?.stdin
      if (!(stdin instanceof Uint8Array)) return host.stream(argv, options)
      const text = Buffer.from(stdin).toString('latin1')
      const replaced = text.replaceAll(original, (_, write: string) =>
        death.when === 'before'
          ? `journal() { ${dies}; ${write} 2>/dev/null; }`
          : `journal() { ${write} 2>/dev/null; HW_WRITTEN=$?; ${dies}; return $HW_WRITTEN; }`,
      )
      if (replaced === text) throw new Error('the journal function was not found in the script')
      return host.stream(argv, { ...options, stdin: Uint8Array.from(Buffer.from(replaced, 'latin1')) })
    },
  }
}

/** A repeatable sequence of numbers from 0 to 1 (mulberry32). */
export function randomSequence(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
