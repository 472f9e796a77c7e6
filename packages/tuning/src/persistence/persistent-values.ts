import { isShellPattern } from '../shell-pattern.ts'
import type { Wish } from '../wish.ts'
import { persistenceMechanism } from './entry.ts'
import type { PersistentValue } from './entry.ts'

/**
 * What of some wishes is to be set again at boot: every value that this kernel takes, also those that it holds already, and none
 * that it holds by itself because it is beyond the bound that was asked for. A value that all devices share is written once,
 * with a pattern for them, where the mechanism knows patterns.
 */
export function persistentValues(wishes: readonly Wish[]): readonly PersistentValue[] {
  const values = wishes.filter(isLasting).map((wish): PersistentValue & { wish: Wish } => {
    const { setting, tunable, path, instance } = wish
    return {
      path,
      tunable,
      value: wish.want ?? '',
      why: setting.why,
      source: setting.source,
      ...(instance === undefined ? {} : { instance }),
      ...(setting.on === undefined ? {} : { on: setting.on }),
      wish,
    }
  })
  const kept: PersistentValue[] = []
  const folded = new Set<string>()
  for (const { wish, ...value } of values) {
    const pattern = value.tunable?.path.replaceAll(/\{([a-z]+)\}/gu, (_, kind: string) => namePatterns[kind] ?? '*')
    const siblings = wishes.filter((other) => other.setting === wish.setting)
    const same = siblings.length > 1 && siblings.every((other) => isLasting(other) && other.want === wish.want) && wish.setting.on === undefined
    if (pattern === undefined || !isShellPattern(pattern) || !same || persistenceMechanism(value) !== 'tmpfiles.d') kept.push(value)
    else if (!folded.has(pattern)) {
      folded.add(pattern)
      const { instance: _instance, ...rest } = value
      kept.push({ ...rest, path: pattern, pattern: true })
    }
  }
  return kept
}

/** How devices are called where a directory also holds others. */
const namePatterns: Readonly<Record<string, string>> = { cpu: 'cpu[0-9]*', policy: 'policy[0-9]*', cpuidle: 'state[0-9]*', irq: '[0-9]*', node: 'node[0-9]*' }

function isLasting(wish: Wish): boolean {
  return wish.want !== undefined && wish.within !== true && (wish.state === 'ok' || wish.state === 'differs' || wish.state === 'clamped by kernel')
}
