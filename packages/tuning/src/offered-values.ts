import type { Tunable } from './tunable.ts'

/** Attributes whose choices stand in another file beside them. */
const lists: Readonly<Record<string, string>> = {
  scaling_governor: 'scaling_available_governors',
  energy_performance_preference: 'energy_performance_available_preferences',
  platform_profile: 'platform_profile_choices',
  current_governor: 'available_governors',
  // Congestion controls that are modules are loaded when they are named, so `tcp_available_congestion_control` is no limit.
}

/** The file that lists what an attribute can be set to, if there is one besides the attribute. */
export function offeredValuesPath(path: string): string | undefined {
  const slash = path.lastIndexOf('/')
  const list = lists[path.slice(slash + 1)]
  return list === undefined ? undefined : `${path.slice(0, slash)}/${list}`
}

/** What the kernel offers for an attribute: the words around the one in brackets, or those of the list beside it. */
export function offeredValues(tunable: Tunable | undefined, have: string, list: string | null | undefined): readonly string[] | undefined {
  if (list !== null && list !== undefined && list.trim() !== '') return words(list)
  if (tunable?.readBack === 'selection' && /\[[^\]]*\]/u.test(have)) return words(have.replace(/[[\]]/gu, ''))
  return undefined
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/u)
}
