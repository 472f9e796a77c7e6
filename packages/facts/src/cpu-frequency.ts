import { listNames, type FileTree } from '@hostwright/core'
import { readAttributesOf, readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { parseSelection, scaled, toCount } from './internal/number-text.ts'

/** CPUs whose frequency is set together, or alike. */
export interface FrequencyPolicy {
  readonly cpus: string
  readonly driver?: string
  readonly governor?: string
  readonly governors: readonly string[]
  /** Limits of the hardware. */
  readonly minMhz?: number
  readonly maxMhz?: number
  /** Limits that are set now. */
  readonly scalingMinMhz?: number
  readonly scalingMaxMhz?: number
  readonly currentMhz?: number
  /** Without boost, where the driver tells. */
  readonly baseMhz?: number
  readonly energyPreference?: string
  readonly energyPreferences: readonly string[]
}

/** How CPUs change their frequency and sleep. */
export interface CpuPower {
  /** One for each set of CPUs that the kernel governs as one; empty on most virtual machines. */
  readonly policies: readonly FrequencyPolicy[]
  /** Whether frequencies above the base are allowed. */
  readonly boost?: boolean
  /** `active`, `passive`, `guided` or `off`: how intel_pstate or amd_pstate works. */
  readonly pstateMode?: string
  readonly idleDriver?: string
  readonly idleGovernor?: string
  readonly idleStates: readonly { readonly name: string; readonly latencyMicroseconds?: number }[]
}

const base = '/sys/devices/system/cpu'
const attributes = [
  'affected_cpus',
  'related_cpus',
  'scaling_driver',
  'scaling_governor',
  'scaling_available_governors',
  'cpuinfo_min_freq',
  'cpuinfo_max_freq',
  'scaling_min_freq',
  'scaling_max_freq',
  'scaling_cur_freq',
  'base_frequency',
  'energy_performance_preference',
  'energy_performance_available_preferences',
] as const

/** Frequency policies and idle states (Linux, `Documentation/admin-guide/pm/`). Frequencies in MHz. */
export async function readCpuPower(fs: FileTree): Promise<CpuPower> {
  const [policyNames, stateNames, globals] = await Promise.all([
    listNames(fs, `${base}/cpufreq`),
    listNames(fs, `${base}/cpu0/cpuidle`),
    readTexts(fs, [
      `${base}/cpufreq/boost`,
      `${base}/intel_pstate/no_turbo`,
      `${base}/intel_pstate/status`,
      `${base}/amd_pstate/status`,
      `${base}/cpuidle/current_driver`,
      `${base}/cpuidle/current_governor`,
      `${base}/cpuidle/current_governor_ro`,
    ]),
  ])
  const [boost, noTurbo, intelMode, amdMode, idleDriver, idleGovernor, idleGovernorReadOnly] = globals
  const policies = policyNames.filter((name) => /^policy\d+$/.test(name)).sort((first, second) => Number(first.slice(6)) - Number(second.slice(6)))
  const [read, states] = await Promise.all([
    readAttributesOf(
      fs,
      policies.map((name) => `${base}/cpufreq/${name}`),
      attributes,
    ),
    readAttributesOf(
      fs,
      stateNames.filter((name) => /^state\d+$/.test(name)).map((name) => `${base}/cpu0/cpuidle/${name}`),
      ['name', 'latency'],
    ),
  ])
  return defined({
    policies: read.map((policy) =>
      defined({
        cpus: (policy.related_cpus ?? policy.affected_cpus ?? '').replaceAll(/\s+/g, ','),
        driver: policy.scaling_driver,
        governor: policy.scaling_governor,
        governors: parseSelection(policy.scaling_available_governors).choices,
        minMhz: scaled(policy.cpuinfo_min_freq, 1000),
        maxMhz: scaled(policy.cpuinfo_max_freq, 1000),
        scalingMinMhz: scaled(policy.scaling_min_freq, 1000),
        scalingMaxMhz: scaled(policy.scaling_max_freq, 1000),
        currentMhz: scaled(policy.scaling_cur_freq, 1000),
        baseMhz: scaled(policy.base_frequency, 1000),
        energyPreference: policy.energy_performance_preference,
        energyPreferences: parseSelection(policy.energy_performance_available_preferences).choices,
      }),
    ),
    boost: noTurbo === undefined ? (boost === undefined ? undefined : boost === '1') : noTurbo === '0',
    pstateMode: intelMode ?? amdMode,
    idleDriver: idleDriver === 'none' ? undefined : idleDriver,
    idleGovernor: idleGovernor ?? idleGovernorReadOnly,
    idleStates: states.flatMap((state) => (state.name === undefined ? [] : [defined({ name: state.name, latencyMicroseconds: toCount(state.latency) })])),
  })
}
