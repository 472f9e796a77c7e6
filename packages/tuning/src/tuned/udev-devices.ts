import { listNames } from '@hostwright/core'
import { pythonExpression, strip } from './python-text.ts'
import type { TunedSystem } from './runtime.ts'

/** Where the devices of a plugin are listed. */
const classes: ReadonlyMap<
  string,
  { readonly directory: string; readonly subsystem: string; readonly database: (uevent: ReadonlyMap<string, string>, index: string) => string }
> = new Map([
  ['disk', { directory: '/sys/block', subsystem: 'block', database: (uevent) => `b${uevent.get('MAJOR') ?? ''}:${uevent.get('MINOR') ?? ''}` }],
  ['net', { directory: '/sys/class/net', subsystem: 'net', database: (_uevent, index) => `n${index}` }],
])

/**
 * The names of the devices whose udev properties a regular expression describes: what the kernel tells of each, with what udev's
 * database adds, as lines `NAME=value` in order. Text: why that cannot be told.
 */
export async function devicesByProperties(type: string, pattern: string, system: TunedSystem): Promise<readonly string[] | string> {
  const place = classes.get(type)
  if (place === undefined) return `Devices of the plugin ${type} cannot be chosen by their udev properties here.`
  const expression = pythonExpression(pattern, true)
  if (expression === undefined) return `\`${pattern}\` is no regular expression.`
  const names = await listNames(system.fs, place.directory)
  const found: string[] = []
  for (const name of names) {
    const path = `${place.directory}/${name}`
    const properties = propertyLines(await system.readText(`${path}/uevent`))
    const index = strip(await system.readText(`${path}/ifindex`))
    const added = await system.readText(`/run/udev/data/${place.database(properties, index)}`)
    for (const line of added.split('\n')) if (line.startsWith('E:')) setProperty(properties, line.slice(2))
    properties.set('SUBSYSTEM', place.subsystem)
    properties.set('DEVPATH', (await system.fs.realpath(path)).replace(/^\/sys/u, ''))
    const text = [...properties].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([key, value]) => `${key}=${value}\n`)
    if (expression.test(text.join(''))) found.push(name)
  }
  return found.length === 0 ? 'No device here has such udev properties; tuned would apply nothing of this unit.' : found
}

function propertyLines(text: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of text.split('\n')) setProperty(properties, line)
  return properties
}

function setProperty(properties: Map<string, string>, line: string): void {
  const equals = line.indexOf('=')
  if (equals > 0) properties.set(line.slice(0, equals), line.slice(equals + 1))
}
