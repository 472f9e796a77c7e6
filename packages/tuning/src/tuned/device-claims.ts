import type { DeviceSelector } from '../profile.ts'
import { matchesAny } from '../shell-pattern.ts'

/** Which devices a unit gets: those that match a name, or all if there is none, and match none of the others. */
export interface DeviceClaim {
  readonly names: readonly string[]
  readonly notNames: readonly string[]
}

/** A list of devices in a profile: shell patterns, those with `!` excluded; without any other, all devices are meant. */
export function parseDevices(text: string): DeviceClaim {
  const rules = text.split(/\s|,\s*/u).filter((rule) => rule !== '')
  const names = rules.filter((rule) => !rule.startsWith('!'))
  return { names: names.includes('*') ? [] : names, notNames: rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1)) }
}

/** Whether a claim has a device. */
export function claims(claim: DeviceClaim, device: string): boolean {
  if (matchesAny(device, claim.notNames)) return false
  return claim.names.length === 0 || matchesAny(device, claim.names)
}

/**
 * What is left for a unit after earlier units of its plugin took their devices: a device belongs to the first unit that matches it.
 * Text: why nothing is left, or why the rest cannot be told by names.
 */
export function remainingClaim(wanted: DeviceClaim, earlier: readonly { readonly unit: string; readonly claim: DeviceClaim }[]): DeviceClaim | string {
  let left = wanted
  for (const { unit, claim } of earlier) {
    const all = claim.names.length === 0
    if (all && claim.notNames.length === 0) return `The unit [${unit}] comes first and takes every device, so that tuned applies nothing of this one.`
    if (claim.notNames.length === 0)
      left = { names: left.names.filter((name) => !claim.names.includes(name)), notNames: [...new Set([...left.notNames, ...claim.names])] }
    else if (all && left.names.length === 0) left = { names: claim.notNames, notNames: left.notNames }
    else if (left.names.length > 0 && left.names.every((name) => !/[*?[]/u.test(name)))
      left = { ...left, names: left.names.filter((name) => !claims(claim, name)) }
    else return `Which devices the earlier unit [${unit}] leaves cannot be told by names.`
    if (left.names.length === 0 && wanted.names.length > 0)
      return `The unit [${unit}] comes first and takes these devices, so that tuned applies nothing of this one.`
  }
  return left
}

/** A claim as a selector of settings; `undefined` for all devices. */
export function claimSelector(claim: DeviceClaim): DeviceSelector | undefined {
  if (claim.names.length === 0 && claim.notNames.length === 0) return undefined
  return { ...(claim.names.length === 0 ? {} : { names: claim.names }), ...(claim.notNames.length === 0 ? {} : { notNames: claim.notNames }) }
}
