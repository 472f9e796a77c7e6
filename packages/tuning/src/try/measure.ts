import { HostwrightError, isHostwrightError } from '@hostwright/core'
import type { Host, RunResult } from '@hostwright/core'

/** What is measured of a run: its duration, its CPU time, or a number that it prints. */
export type TrialMetric =
  | 'wall'
  | 'cpu'
  | {
      /** A JavaScript regular expression; its first group, or the whole, is the number. Of several matches the last counts. */
      readonly pattern: string
      readonly better: 'lower' | 'higher'
    }

/** One measured run. */
export interface TrialMeasurement {
  /** Milliseconds for `wall` and `cpu`, else as it was printed. */
  readonly value: number
  readonly wallMs: number
}

const mark = 'hostwright-cpu-time'

/** Bash tells the time of its children to the millisecond; the `times` of any other shell counts in hundredths of a second. */
const cpuScript = `if command -v bash >/dev/null 2>&1
then exec bash -c 'TIMEFORMAT="
${mark} %3U %3S"; time "$@"' hostwright "$@"
fi
"$@"
s=$?
times >&2
exit "$s"`

/**
 * Runs the command once and measures it.
 *
 * @throws `COMMAND_FAILED` if it does not end with exit code 0, `INVALID_INPUT` if it does not print what is to be measured, and
 * those of `Host.run`
 */
export async function measureRun(
  host: Pick<Host, 'run'>,
  argv: readonly string[],
  metric: TrialMetric,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<TrialMeasurement> {
  const { timeoutMs, signal } = options
  const wrapped = metric === 'cpu' ? ['/bin/sh', '-c', cpuScript, 'hostwright', ...argv] : argv
  const result = await host.run(wrapped, { timeoutMs: Math.max(1, Math.round(timeoutMs)), check: false, ...(signal === undefined ? {} : { signal }) })
  if (result.exitCode !== 0) throw failedRun(argv, result)
  const wallMs = result.durationMs
  if (metric === 'wall') return { value: wallMs, wallMs }
  return { value: metric === 'cpu' ? cpuTime(argv, result) : printedNumber(argv, result.stdout, metric.pattern), wallMs }
}

function failedRun(argv: readonly string[], result: RunResult): HostwrightError {
  const how = result.exitCode === undefined ? `was ended by ${result.signal}` : `ended with exit code ${result.exitCode}`
  const missing = result.exitCode === 127 || result.exitCode === 126
  const lines = result.stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(mark) && !/^\d+m[\d.]+s \d+m[\d.]+s$/u.test(line))
  const last = lines.at(-1)?.trim() ?? ''
  return new HostwrightError('COMMAND_FAILED', `\`${argv.join(' ')}\` ${how}${last === '' ? '' : `: ${last.slice(0, 300)}`}`, {
    subject: argv[0] ?? '',
    hint: missing ? 'The shell could not start it; give its full path.' : 'A trial needs a command that succeeds each time; run it by hand first.',
    data: { exitCode: result.exitCode ?? null, stderr: result.stderr.slice(-2000) },
  })
}

function cpuTime(argv: readonly string[], result: RunResult): number {
  const exact = new RegExp(`${mark} ([\\d.]+) ([\\d.]+)\\s*$`, 'u').exec(result.stderr)
  if (exact !== null) return 1000 * (Number(exact[1]) + Number(exact[2]))
  const times = /(\d+)m([\d.]+)s\s+(\d+)m([\d.]+)s\s*$/u.exec(result.stderr)
  if (times !== null) return 1000 * (60 * Number(times[1]) + Number(times[2]) + 60 * Number(times[3]) + Number(times[4]))
  throw new HostwrightError('UNSUPPORTED', `the shell did not tell the CPU time of \`${argv.join(' ')}\``, {
    subject: '/bin/sh',
    hint: 'Measure the time that passes instead.',
  })
}

function printedNumber(argv: readonly string[], stdout: string, pattern: string): number {
  const match = [...stdout.matchAll(metricExpression(pattern))].at(-1)
  const text = match?.[1] ?? match?.[0]
  const value = text === undefined ? Number.NaN : Number(text.replaceAll(/[,_ ]/gu, ''))
  if (Number.isFinite(value)) return value
  throw new HostwrightError(
    'INVALID_INPUT',
    `\`${argv.join(' ')}\` printed ${text === undefined ? `nothing that /${pattern}/ matches` : `\`${text}\`, which is no number`}`,
    {
      subject: argv[0] ?? '',
      hint: 'Put the number in a group: `([0-9.]+) requests/s`.',
      data: { stdout: stdout.slice(-2000) },
    },
  )
}

/**
 * The regular expression of a metric.
 *
 * @throws `INVALID_INPUT` if the text is none
 */
export function metricExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'gmu')
  } catch (error) {
    if (isHostwrightError(error)) throw error
    throw new HostwrightError('INVALID_INPUT', `\`${pattern}\` is no regular expression: ${error instanceof Error ? error.message : String(error)}`, {
      subject: pattern,
      cause: error,
    })
  }
}
