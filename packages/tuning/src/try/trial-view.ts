import type { Cell, View } from '@hostwright/core'
import { plotSamples } from './trial-plot.ts'
import type { TrialResult } from './try-profile.ts'

/** How the result of a trial looks to a person: the verdict, both distributions on one axis, and what to read them with. */
export function trialView(result: TrialResult): View {
  const values = (arm: 'before' | 'after'): number[] => result.runs.filter((run) => run.arm === arm).map((run) => run.value)
  const plot = plotSamples(values('before'), values('after'))
  const number = (value: number): string => amount(value, result.unit)
  const axis = `${number(plot.from)}${' '.repeat(Math.max(1, 48 - number(plot.from).length - number(plot.to).length))}${number(plot.to)}`
  const warnings = trialWarnings(result)
  return {
    kind: 'group',
    children: [
      { kind: 'lines', lines: [verdictLine(result)] },
      {
        kind: 'lines',
        lines: [
          `as is         │${plot.before}│ median ${number(result.medianBefore)}`,
          `with profile  │${plot.after}│ median ${number(result.medianAfter)}`,
          { text: `               ${axis}`, tone: 'dim' },
        ],
      },
      {
        kind: 'fields',
        fields: [
          ['effect', effectText(result)],
          ['rank test', `p = ${result.p < 0.0001 ? '< 0.0001' : result.p.toFixed(4)} (level ${result.alpha})`],
          [
            'noise',
            `${percentText(result.noisePercent)} within the arms; an effect of ${percentText(result.detectablePercent)} would have shown four times out of five`,
          ],
          [
            'runs',
            `${values('before').length} as is, ${values('after').length} with the profile${result.stoppedEarly ? '; stopped when the time was over' : ''}`,
          ],
          ['environment', environmentText(result)],
          ['changed and put back', result.changes.join('\n')],
          ...(result.leftOut.length === 0 ? [] : [['not tried (needs a reboot)', result.leftOut.join('\n')] as const]),
        ],
      },
      ...(warnings.length === 0 ? [] : [{ kind: 'lines' as const, lines: warnings.map((text): Cell => ({ text, tone: 'warn' })) }]),
    ],
  }
}

function verdictLine(result: TrialResult): Cell {
  const { verdict, profile } = result
  const size = percentText(Math.abs(result.percent.estimate))
  if (verdict === 'faster')
    return { text: `faster: \`${profile}\` ${typeof result.metric === 'string' ? `takes ${size} off` : `improves it by ${size}`}`, tone: 'good' }
  if (verdict === 'slower')
    return { text: `slower: \`${profile}\` ${typeof result.metric === 'string' ? `adds ${size}` : `worsens it by ${size}`}`, tone: 'bad' }
  if (verdict === 'too noisy')
    return {
      text: `too noisy: an effect below ${percentText(result.detectablePercent)} could hide in the noise; make more or longer runs on a quiet machine`,
      tone: 'warn',
    }
  return { text: `no difference shown: an effect of \`${profile}\`, if there is one, is likely below ${percentText(result.detectablePercent)}`, tone: 'strong' }
}

function effectText(result: TrialResult): string {
  const { estimate, low, high } = result.percent
  const interval =
    low === null || high === null
      ? 'too few runs for an interval'
      : `${percentText(low, true)} to ${percentText(high, true)} with a confidence of ${Number((100 * (1 - result.alpha)).toPrecision(4))} %`
  return `${percentText(estimate, true)} (${interval})`
}

function environmentText(result: TrialResult): string {
  const { kernel, governor, transparentHugepages, load, loadAfter, stealPercent, pressure } = result.environment
  const parts = [
    ...(kernel === '' ? [] : [`Linux ${kernel}`]),
    ...(governor === null ? [] : [`governor ${governor}`]),
    ...(transparentHugepages === null ? [] : [`THP ${transparentHugepages}`]),
    `load ${load[0] ?? '?'} → ${loadAfter[0] ?? '?'}`,
    ...(stealPercent === null ? [] : [`steal ${percentText(stealPercent)}`]),
    ...(pressure.cpu === null ? [] : [`CPU pressure ${percentText(pressure.cpu)}`]),
  ]
  return parts.join(', ')
}

/** What makes a result less trustworthy. */
export function trialWarnings(result: TrialResult): readonly string[] {
  const warnings: string[] = []
  const { drift, environment, stoppedEarly } = result
  if (drift.significant && Math.abs(drift.percent) >= 1)
    warnings.push(
      `The values ${drift.tau > 0 ? 'rose' : 'fell'} by ${percentText(Math.abs(drift.percent))} over the trial, in both arms: something else changed meanwhile.`,
    )
  if ((environment.stealPercent ?? 0) > 5)
    warnings.push(
      `The hypervisor took ${percentText(environment.stealPercent ?? 0)} of the CPU time for others; measure CPU time rather than the time that passes.`,
    )
  if ((environment.pressure.cpu ?? 0) > 20)
    warnings.push(`Before the trial, tasks waited for a CPU ${percentText(environment.pressure.cpu ?? 0)} of the time: the machine was busy with other things.`)
  if (stoppedEarly) warnings.push('The time was over before all runs were made.')
  return warnings
}

function percentText(value: number, signed = false): string {
  if (!Number.isFinite(value)) return '∞ %'
  const digits = Math.abs(value) >= 10 ? 1 : 2
  return `${signed && value > 0 ? '+' : ''}${value.toFixed(digits).replace('-', '−')} %`
}

function amount(value: number, unit: string): string {
  if (unit !== 'ms') return `${Number(value.toPrecision(4))}`
  return value >= 1000 ? `${(value / 1000).toFixed(3)} s` : `${value.toFixed(value >= 100 ? 0 : 1)} ms`
}
