import { listNames } from '@hostwright/core'
import { alternatives, integerTo, setTo, switched, unknownOption, unsupported } from './placement.ts'
import type { ExpandedOption, Placement, PluginContext, TunedPlugin } from './placement.ts'
import { parseInteger, strip } from './python-text.ts'

const cpus = '/sys/devices/system/cpu'
const policy = `${cpus}/cpufreq/{policy}`

/** The names of the energy-performance bias and the numbers that reading it back gives; `powersave` is the name of `power` before 4.13. */
const biases: ReadonlyMap<string, string> = new Map([
  ['performance', '0'],
  ['balance-performance', '4'],
  ['normal', '6'],
  ['balance-power', '8'],
  ['power', '15'],
  ['powersave', '15'],
])

/** The `cpu` plugin. */
export const cpu: TunedPlugin = {
  hasDevices: true,
  dynamic: (unit) =>
    unit.options.has('force_latency') || unit.options.has('pm_qos_resume_latency_us')
      ? undefined
      : 'tuned watches the load and changes the wake-up latency that the CPUs may have.',
  place(option, context) {
    const { name, value } = option
    switch (name) {
      case 'governor':
        return choice(`${policy}/scaling_governor`, value)
      case 'energy_performance_preference':
        return choice(`${policy}/energy_performance_preference`, value)
      case 'energy_perf_bias':
        return choice(`${cpus}/{cpu}/power/energy_perf_bias`, value, (one) => biases.get(one) ?? one)
      case 'pm_qos_resume_latency_us':
        return value === 'n/a' || /^\d+$/u.test(value)
          ? setTo(resumeLatency, value)
          : unsupported(`\`${value}\` is neither a time in microseconds nor n/a; tuned refuses it too.`)
      case 'boost':
        return /^(?:0|1|true|false)$/iu.test(value) ? setTo(`${cpus}/cpufreq/boost`, switched(value)) : unsupported(`\`${value}\` is neither 0 nor 1.`)
      case 'min_perf_pct':
      case 'max_perf_pct':
        return onlyFirst(context) ?? integerTo(`${cpus}/intel_pstate/${name}`, value)
      case 'no_turbo':
        return onlyFirst(context) ?? setTo(`${cpus}/intel_pstate/no_turbo`, switched(value))
      case 'force_latency':
        return onlyFirst(context) ?? placeLatency(option, context)
      case 'sampling_down_factor':
        return unsupported('Its file is that of the governor in use, ondemand or conservative; name the file in a setting of its own.')
      case 'load_threshold':
      case 'latency_low':
      case 'latency_high':
        return unsupported('It says how tuned follows the load of the CPUs; a profile here sets values once.')
      default:
        return unknownOption(option, 'cpu')
    }
  },
}

const resumeLatency = `${cpus}/{cpu}/power/pm_qos_resume_latency_us`

function choice(path: string, text: string, translate?: (one: string) => string): Placement {
  const value = alternatives(text, translate)
  return value === undefined ? unsupported('One of the alternatives is empty; tuned refuses it too.') : setTo(path, value)
}

function onlyFirst(context: PluginContext): Placement | undefined {
  return context.first ? undefined : unsupported('Only the first unit of the plugin cpu may set this; tuned ignores it here.')
}

/**
 * tuned holds `/dev/cpu_dma_latency` open with the value for as long as it runs. The idle governors take the lesser of that and of
 * each CPU's `pm_qos_resume_latency_us`, so that the same limit on every CPU has the same effect without a process that must not end.
 */
async function placeLatency(option: ExpandedOption, context: PluginContext): Promise<Placement> {
  for (const alternative of option.value.split('|')) {
    if (['none', 'None'].includes(alternative)) return unsupported('None of the alternatives before `None` is there, so that tuned sets no limit.')
    const latency = await latencyOf(alternative, context)
    if (latency === undefined) continue
    if (latency < 0n) return unsupported('A negative latency lifts the limit.')
    // 0 lifts the limit of one CPU; `n/a` is what stands there for no latency at all.
    return setTo(resumeLatency, latency === 0n ? 'n/a' : `${latency}`, 'The same limit as tuned holds in /dev/cpu_dma_latency, on every CPU.')
  }
  return unsupported('None of its idle states is there on this machine; tuned logs an error and sets no limit.')
}

async function latencyOf(alternative: string, context: PluginContext): Promise<bigint | undefined> {
  const direct = parseInteger(alternative)
  if (direct !== undefined) return direct
  const state = /^cstate\.(?<by>id|name)(?<noZero>_no_zero)?:(?<which>.*)$/su.exec(alternative)?.groups
  if (state === undefined) return undefined
  const latency =
    state['by'] === 'id'
      ? await latencyOfState(`state${parseInteger(state['which'] ?? '') ?? ''}`, context)
      : await latencyOfName(state['which'] ?? '', context)
  return latency === 0n && state['noZero'] !== undefined ? undefined : latency
}

async function latencyOfName(name: string, context: PluginContext): Promise<bigint | undefined> {
  const directory = `${cpus}/cpu0/cpuidle`
  for (const state of await listNames(context.system.fs, directory)) {
    if (strip(await context.system.readText(`${directory}/${state}/name`)) === name) return latencyOfState(state, context)
  }
  return undefined
}

async function latencyOfState(state: string, context: PluginContext): Promise<bigint | undefined> {
  return parseInteger(await context.system.readText(`${cpus}/cpu0/cpuidle/${state}/latency`))
}
