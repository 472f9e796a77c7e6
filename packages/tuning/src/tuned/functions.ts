import { HostwrightError } from '@hostwright/core'
import { failed, text } from './function-result.ts'
import type { FunctionResult, TunedFunction } from './function-result.ts'
import { cpuFunctions } from './functions-cpu.ts'
import { parseInteger, pythonExpression, strip, words } from './python-text.ts'
import type { TunedSystem } from './runtime.ts'

const textFunctions: Readonly<Record<string, TunedFunction>> = {
  assertion: {
    least: 3,
    most: 3,
    run: (args, _system, where) => {
      if (args[1] !== args[2]) throw failedAssertion(args, where, 'differ')
      return failed('an assertion has no value')
    },
  },
  assertion_non_equal: {
    least: 3,
    most: 3,
    run: (args, _system, where) => {
      if (args[1] === args[2]) throw failedAssertion(args, where, 'are the same')
      return failed('an assertion has no value')
    },
  },
  kb2s: { least: 1, most: 1, run: ([kibibytes]) => scaled(kibibytes ?? '', (value) => value * 2n) },
  // Python rounds a half to the even neighbour.
  s2kb: { least: 1, most: 1, run: ([sectors]) => scaled(sectors ?? '', halfToEven) },
  strip: { least: 1, most: 0, run: (args) => text(strip(args.join(''))) },
  log: { least: 1, most: 0, run: (args) => text(args.join('')) },
  regex_search_ternary: {
    least: 4,
    most: 4,
    run: ([subject, pattern, then, otherwise]) => {
      const expression = pythonExpression(pattern ?? '', false)
      if (expression === undefined) return failed(`\`${pattern}\` is no regular expression`)
      return text((expression.test(subject ?? '') ? then : otherwise) ?? '')
    },
  },
}

const systemFunctions: Readonly<Record<string, TunedFunction>> = {
  cpuinfo_check: { least: 2, most: 0, run: async (args, system) => firstMatch(args, await system.cpuinfo()) },
  lscpu_check: {
    least: 2,
    most: 0,
    run: async (args, system) => {
      const output = await system.output(['lscpu'])
      return output === undefined ? { failed: 'lscpu was not run', notRun: true } : firstMatch(args, output)
    },
  },
  virt_check: {
    least: 2,
    most: 2,
    run: async (args, system) => text(((await isVirtual(system)) ? args[0] : args[1]) ?? ''),
  },
  exec: {
    least: 1,
    most: 0,
    run: async (args, system) => {
      const command = args.join(' ')
      if (system.runtime.allowExec !== true || system.runtime.host === undefined) return { failed: `the command \`${command}\` was not run`, notRun: true }
      const output = await system.output(args)
      return output === undefined ? failed(`the command \`${command}\` failed`) : text(output)
    },
  },
}

/** tuned's functions by name: those of 2.20 and of later releases. */
const functions: ReadonlyMap<string, TunedFunction> = new Map(Object.entries({ ...textFunctions, ...systemFunctions, ...cpuFunctions }))

/** The names of all functions. */
export const tunedFunctionNames: readonly string[] = [...functions.keys()].toSorted()

/**
 * Calls a function of a profile.
 *
 * @throws `INVALID_INPUT` if an assertion does not hold
 */
export async function callFunction(name: string, args: readonly string[], system: TunedSystem, where: string): Promise<FunctionResult> {
  const called = functions.get(name)
  if (called === undefined) return failed(`there is no function \`${name}\``)
  if (args.length < called.least || (called.most > 0 && args.length > called.most)) return failed(`\`${name}\` does not take ${args.length} arguments`)
  return called.run(args, system, where)
}

async function isVirtual(system: TunedSystem): Promise<boolean> {
  const output = await system.output(['virt-what'])
  if (output !== undefined) return strip(output) !== ''
  // virt-what needs root and may be missing; the processor says so itself on x86, the firmware elsewhere.
  if (/^flags\s*:.*\bhypervisor\b/mu.test(await system.cpuinfo())) return true
  const vendor = await system.readText('/sys/class/dmi/id/sys_vendor')
  return (
    /QEMU|VMware|innotek|Xen|Microsoft Corporation|Amazon EC2|Google/u.test(vendor) && !/Surface/u.test(await system.readText('/sys/class/dmi/id/product_name'))
  )
}

function firstMatch(args: readonly string[], subject: string): FunctionResult {
  for (let at = 0; at + 1 < args.length; at += 2) {
    const expression = pythonExpression(args[at] ?? '', true)
    if (expression === undefined) return failed(`\`${args[at]}\` is no regular expression`)
    if (expression.test(subject)) return text(args[at + 1] ?? '')
  }
  return text(args.length % 2 === 1 ? (args.at(-1) ?? '') : '')
}

function scaled(argument: string, scale: (value: bigint) => bigint): FunctionResult {
  const value = parseInteger(argument)
  return value === undefined ? failed(`\`${argument}\` is no integer`) : text(`${scale(value)}`)
}

function halfToEven(value: bigint): bigint {
  const lower = value >= 0n ? value / 2n : (value - 1n) / 2n
  if (value % 2n === 0n) return value / 2n
  return lower % 2n === 0n ? lower : lower + 1n
}

function failedAssertion(args: readonly string[], where: string, how: string): HostwrightError {
  const shown = (value: string | undefined): string => `\`${words(value ?? '').join(' ')}\``
  return new HostwrightError('INVALID_INPUT', `${where}: the profile's assertion "${args[0]}" does not hold: ${shown(args[1])} and ${shown(args[2])} ${how}`, {
    subject: where,
    hint: 'tuned refuses this profile too; give its variables the values that it asks for, usually in /etc/tuned/NAME-variables.conf.',
  })
}
