import { defineOperation, HostwrightError } from '@hostwright/core'
import type { AnyOperation, ProgressEvent } from '@hostwright/core'
import * as z from 'zod'
import type { TrialMetric } from '../try/measure.ts'
import { transactionEngine } from '../try/transaction-engine.ts'
import { tryProfile } from '../try/try-profile.ts'
import type { TrialEvent, TrialResult } from '../try/try-profile.ts'
import { trialView } from '../try/trial-view.ts'
import { choiceFields, completeProfile, loadNamedProfile, profileName, readChoice } from './profile-input.ts'

const bounds = z.object({ estimate: z.number(), low: z.number().nullable(), high: z.number().nullable() })

const output = z.object({
  profile: z.string(),
  command: z.array(z.string()),
  verdict: z.enum(['faster', 'slower', 'no difference shown', 'too noisy']),
  metric: z.union([z.enum(['wall', 'cpu']), z.object({ pattern: z.string(), better: z.enum(['lower', 'higher']) })]),
  unit: z.enum(['ms', '']),
  medianBefore: z.number(),
  medianAfter: z.number(),
  shift: bounds,
  percent: bounds,
  p: z.number(),
  u: z.number(),
  alpha: z.number(),
  noisePercent: z.number(),
  detectablePercent: z.number(),
  seed: z.number(),
  runs: z.array(z.object({ arm: z.enum(['before', 'after']), value: z.number(), wallMs: z.number() })),
  stoppedEarly: z.boolean(),
  drift: z.object({ tau: z.number(), p: z.number(), percent: z.number(), significant: z.boolean() }),
  changes: z.array(z.string()),
  leftOut: z.array(z.string()),
  environment: z.object({
    kernel: z.string(),
    cpus: z.string(),
    governor: z.string().nullable(),
    transparentHugepages: z.string().nullable(),
    load: z.array(z.number()),
    loadAfter: z.array(z.number()),
    pressure: z.object({ cpu: z.number().nullable(), memory: z.number().nullable(), io: z.number().nullable() }),
    stealPercent: z.number().nullable(),
  }),
})

const input = z.object({
  profile: profileName,
  command: z.array(z.string()).describe('Command that is measured'),
  runs: z.number().int().min(4).max(60).default(10).describe('Measured runs, as the host is and with the profile each'),
  warmups: z.number().int().min(0).max(20).default(1).describe('Runs of each that come first and are not counted'),
  metric: z.enum(['wall', 'cpu', 'output']).default('wall').describe('What is measured: the time that passes, CPU time, or a number that the command prints'),
  pattern: z.string().optional().describe('Regular expression with the number in its first group, for --metric output'),
  better: z.enum(['lower', 'higher']).default('higher').describe('Which numbers are good, for --metric output'),
  alpha: z.number().gt(0).max(0.5).default(0.05).describe('How often a difference may be reported where there is none'),
  maxSeconds: z.number().positive().default(3600).describe('Begin no run after this time'),
  seed: z.number().int().min(0).default(1).describe('Decides the order of the runs'),
  ...choiceFields,
})

/** `tuning try`: measures whether a profile helps a command, and puts everything back. */
export const tryOperation: AnyOperation = defineOperation({
  name: 'tuning try',
  kind: 'change',
  summary: 'Measure whether a profile makes a command faster, and put everything back',
  description: [
    'Runs the command by turns as the host is and with the profile applied, in randomised blocks, and compares the two with a rank test. “faster” and “slower” are said only where chance would show as much in fewer than 1 of 20 trials (--alpha).',
    'Nothing is kept: each time, the profile is applied as a transaction that undoes itself if hostwright dies, at the latest after a minute. What needs a reboot is not tried, and said so.',
  ].join('\n\n'),
  input,
  positionals: ['profile', 'command'],
  passthrough: true,
  output,
  examples: [
    { argv: ['tuning', 'try', 'server', '--', 'make', 'bench'], text: 'Does the server profile make the benchmark faster?' },
    {
      argv: ['tuning', 'try', 'network-throughput', '--metric', 'output', '--pattern', '([0-9.]+) Gbits/sec.*receiver', '--', 'iperf3', '-c', 'db1'],
      text: 'Compare what the command prints instead of its time.',
    },
    { argv: ['tuning', 'try', 'tuned:latency-performance', '--runs', '20', '--', './latency-test'], text: "Try one of tuned's profiles, with more runs." },
  ],
  async run(context, values) {
    const metric = trialMetric(values)
    const { profile, profiles } = await loadNamedProfile(context, values.profile)
    const choice = { ...readChoice(values), profiles }
    const signal = context.signal === undefined ? {} : { signal: context.signal }
    const { runs, warmups, alpha, maxSeconds, seed } = values
    let result: TrialResult | undefined
    for await (const event of tryProfile(context.host, profile, values.command, {
      runs,
      warmups,
      metric,
      alpha,
      seed,
      choice,
      maxDurationMs: maxSeconds * 1000,
      ...(context.stateDirectory === undefined ? {} : { engine: transactionEngine({ stateDirectory: context.stateDirectory }) }),
      ...signal,
    })) {
      if (event.type === 'trial-finished') result = event.result
      else context.report?.(event)
      const progress = progressOf(event)
      if (progress !== undefined) context.report?.(progress)
    }
    if (result === undefined) throw new HostwrightError('ABORTED', 'the trial ended without a result')
    return structuredClone(result) as z.input<typeof output>
  },
  complete: completeProfile,
  view: (value) => trialView(value as TrialResult),
})

function trialMetric(values: z.output<typeof input>): TrialMetric {
  if (values.metric !== 'output') return values.metric
  if (values.pattern === undefined)
    throw new HostwrightError('INVALID_INPUT', '--metric output needs --pattern', {
      subject: '--pattern',
      hint: "For example: --pattern '([0-9.]+) requests/s'.",
    })
  return { pattern: values.pattern, better: values.better }
}

function progressOf(event: TrialEvent): ProgressEvent | undefined {
  if (event.type !== 'run-finished') return undefined
  const { seq, time, arm, warmup, done, total, value } = event
  const message = `${warmup ? 'warm-up ' : ''}${arm === 'before' ? 'as is' : 'with the profile'}: ${Number(value.toPrecision(4))}`
  return { type: 'progress', seq, time, message, done, total, unit: 'runs' }
}
