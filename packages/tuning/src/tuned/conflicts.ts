import type { FileTree, Finding } from '@hostwright/core'
import { listNames } from '@hostwright/core'

/** A service that sets what a profile sets, and sets it again behind one's back. */
interface Rival {
  readonly name: string
  readonly unit: string
  /** Names of its processes as in `/proc/PID/comm`; at most 15 characters. */
  readonly processes: readonly string[]
  readonly does: string
}

const rivals: readonly Rival[] = [
  { name: 'tuned', unit: 'tuned.service', processes: ['tuned'], does: 'sets the values of its own profile when it starts, and some with the load' },
  { name: 'tuned-ppd', unit: 'tuned-ppd.service', processes: ['tuned-ppd'], does: 'switches profiles of tuned when a desktop asks for a power mode' },
  {
    name: 'power-profiles-daemon',
    unit: 'power-profiles-daemon.service',
    processes: ['power-profiles-', 'power-profiles-d'],
    does: 'sets the energy preference and the platform profile when the power mode or source changes',
  },
  { name: 'TLP', unit: 'tlp.service', processes: [], does: 'sets CPU, disk and power attributes at each change of the power source' },
  { name: 'auto-cpufreq', unit: 'auto-cpufreq.service', processes: ['auto-cpufreq'], does: 'sets governor and boost every few seconds' },
  { name: 'bpftune', unit: 'bpftune.service', processes: ['bpftune'], does: 'changes network sysctls with the traffic' },
]

const unitDirectories: readonly string[] = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']

/**
 * Finds other tuning services that run on a system or start with it: they and a profile of ours overwrite each other. One finding
 * for each, `warning` if it runs, `info` if it is only enabled.
 */
export async function tunedProfileConflicts(fs: FileTree): Promise<readonly Finding[]> {
  const [running, enabled] = await Promise.all([processNames(fs), enabledUnits(fs)])
  return rivals.flatMap((rival) => {
    const process = running.find(({ name }) => rival.processes.includes(name))
    const link = enabled.find(({ unit }) => unit === rival.unit)
    if (process === undefined && link === undefined) return []
    const state = process === undefined ? 'starts with the system' : 'is running'
    const evidence = [
      ...(process === undefined ? [] : [`/proc/${process.pid}/comm is ${process.name}`]),
      ...(link === undefined ? [] : [`${link.path} enables ${rival.unit}`]),
    ]
    return [
      {
        id: 'tuning/rival-service',
        domain: 'tuning',
        severity: process === undefined ? ('info' as const) : ('warning' as const),
        subject: rival.name,
        message: `${rival.name} ${state} and ${rival.does}, so that it and a profile applied here overwrite each other; keep one of them (\`systemctl disable --now ${rival.unit}\`).`,
        evidence,
      },
    ]
  })
}

async function processNames(fs: FileTree): Promise<readonly { readonly pid: string; readonly name: string }[]> {
  const pids = (await listNames(fs, '/proc')).filter((name) => /^\d+$/u.test(name))
  const [names, commands] = await Promise.all([fs.readMany(pids.map((pid) => `/proc/${pid}/comm`)), fs.readMany(pids.map((pid) => `/proc/${pid}/cmdline`))])
  return pids.map((pid, at) => ({ pid, name: serviceName((names[at] ?? '').trim(), commands[at] ?? '') }))
}

/** The name of a script is its second argument where its interpreter gives the process the name. */
function serviceName(comm: string, command: string): string {
  if (!comm.startsWith('python')) return comm
  const script = command.split('\0').find((argument, at) => at > 0 && !argument.startsWith('-'))
  return script?.slice(script.lastIndexOf('/') + 1) ?? comm
}

async function enabledUnits(fs: FileTree): Promise<readonly { readonly unit: string; readonly path: string }[]> {
  const found = await Promise.all(
    unitDirectories.map(async (directory) => {
      const wants = (await listNames(fs, directory)).filter((name) => /\.(?:wants|requires)$/u.test(name))
      const links = await Promise.all(
        wants.map(async (want) => (await listNames(fs, `${directory}/${want}`)).map((unit) => ({ unit, path: `${directory}/${want}/${unit}` }))),
      )
      return links.flat()
    }),
  )
  return found.flat()
}
