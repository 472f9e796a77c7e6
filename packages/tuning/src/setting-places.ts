import { suggest } from '@hostwright/core'
import type { Host } from '@hostwright/core'
import type { Setting } from './profile.ts'
import { isShellPattern } from './shell-pattern.ts'
import { tunableInstances } from './tunable-instances.ts'
import { findMisnomer, locateTunable, sysctlPath, tunables } from './tunable-table.ts'
import type { Tunable } from './tunable.ts'
import { globPaths } from './glob-paths.ts'

/** One attribute that a setting is for. */
export interface SettingPlace {
  readonly setting: Setting
  readonly tunable: Tunable | undefined
  readonly id: string
  readonly path: string
  readonly instance?: string
  /** Set if it is known without reading that nothing is there. */
  readonly missing?: { readonly state: 'no such device' | 'unknown tunable'; readonly detail: string }
}

/**
 * The attributes that settings are for, in their order. Where two are for the same attribute the later one stays; a setting of
 * one of a pair of twins replaces an earlier one of the other.
 */
export async function findSettingPlaces(host: Host, settings: readonly Setting[]): Promise<readonly SettingPlace[]> {
  const found = await Promise.all(settings.map((setting) => placesOf(host, setting)))
  const byPath = new Map<string, SettingPlace>()
  for (const place of found.flat()) {
    const twin = place.tunable?.twin === undefined ? undefined : locateTunable(place.tunable.twin)
    if (twin !== undefined) byPath.delete(twin.path)
    byPath.delete(place.path)
    byPath.set(place.path, place)
  }
  return [...byPath.values()]
}

async function placesOf(host: Host, setting: Setting): Promise<readonly SettingPlace[]> {
  const name = setting.tunable
  const located = locateTunable(name)
  if (located === undefined) return unknownPlaces(host, setting)
  const { tunable } = located
  const base = { setting, tunable, id: tunable.id }
  if (!located.path.includes('{')) {
    const instance = Object.values(located.instance).join('/')
    return [{ ...base, path: located.path, ...(instance === '' ? {} : { instance }) }]
  }
  const instances = await tunableInstances(host.fs, tunable, setting.on)
  if (instances.length > 0) return instances.map((each) => ({ ...base, path: each.path, instance: each.instance }))
  return [{ ...base, path: tunable.path, missing: { state: 'no such device', detail: `there is no ${tunable.per ?? 'device'} that it is for` } }]
}

/** Attributes that the table does not know: paths, with shell patterns in their parts, and sysctl names of this kernel. */
async function unknownPlaces(host: Host, setting: Setting): Promise<readonly SettingPlace[]> {
  const name = setting.tunable
  const base = { setting, tunable: undefined, id: name }
  if (name.startsWith('/')) {
    const paths = await globPaths(host.fs, name)
    if (paths.length > 0) return paths.map((path) => ({ ...base, id: path, path }))
    const parent = name.slice(0, name.lastIndexOf('/'))
    // Beside other attributes a missing one is a mistake in the name; without its directory the device is not there.
    const there = !isShellPattern(parent) && parent !== '' && (await host.fs.exists(parent))
    return [
      {
        ...base,
        path: name,
        missing: there
          ? { state: 'unknown tunable', detail: `${parent} has no such attribute` }
          : { state: 'no such device', detail: `${parent} is not there` },
      },
    ]
  }
  const path = sysctlPath(name)
  if (path !== undefined && (await host.fs.exists(path))) return [{ ...base, path }]
  return [{ ...base, path: path ?? name, missing: { state: 'unknown tunable', detail: unknownNameHint(name) } }]
}

/** What to say about a name that nothing knows. */
export function unknownNameHint(name: string): string {
  const misnomer = findMisnomer(name)
  if (misnomer !== undefined) return misnomer.explanation
  const nearest = suggest(
    name,
    tunables().map((tunable) => tunable.id),
  )
  return nearest === undefined ? 'no kernel is known to have it' : `did you mean \`${nearest}\`?`
}
