/** Which devices a setting is for. All given conditions must hold. */
export interface DeviceSelector {
  /** Shell patterns of kernel names; one must match: `['sd*', 'nvme*']`. */
  readonly names?: readonly string[]
  /** Shell patterns that must not match. */
  readonly notNames?: readonly string[]
  readonly rotational?: boolean
  readonly transport?: readonly string[]
}

/** What a setting asks for. */
export type SettingValue =
  /** Exactly this. */
  | string
  /** Raise to this if it is lower; leave it if it is higher. */
  | { readonly atLeast: string }
  /** Lower to this if it is higher. */
  | { readonly atMost: string }
  /** The first of these that the kernel offers. */
  | { readonly firstOf: readonly string[] }
  /** This share of the machine's memory in the tunable's unit, rounded down to whole pages. */
  | { readonly percentOfMemory: number; readonly atMostBytes?: number }

/** One value that a profile gives to one tunable. */
export interface Setting {
  /** A `Tunable` id, or an absolute path for an attribute that the knowledge table does not know. */
  readonly tunable: string
  readonly on?: DeviceSelector
  readonly value: SettingValue
  /** Why this value, for the person who reviews the plan. */
  readonly why: string
  /** Where the value is from: `tuned 2.28 throughput-performance`, `CachyOS-Settings`, `host.yaml:8`. */
  readonly source: string
}

/** A parameter of the kernel command line; takes effect at the next boot. */
export interface CommandLineSetting {
  /** `skew_tick=1` */
  readonly parameter: string
  readonly why: string
  readonly source: string
}

/** An option of a kernel module, for `modprobe.d`. */
export interface ModuleOptionSetting {
  readonly module: string
  readonly option: string
  readonly value: string
  readonly why: string
  readonly source: string
}

/** A part of a foreign profile that cannot be expressed, and is therefore reported instead of dropped. */
export interface UnsupportedSetting {
  /** `file:line` */
  readonly where: string
  readonly what: string
  readonly why: string
}

/** A named set of settings. */
export interface Profile {
  readonly name: string
  /** One sentence: for which machine. */
  readonly summary: string
  /** Names of the profiles that it builds on, in order; a later value for the same tunable and selector wins. */
  readonly includes?: readonly string[]
  /** Tunable ids or shell patterns of them: what the included profiles set there is left out. */
  readonly except?: readonly string[]
  readonly settings: readonly Setting[]
  readonly commandLine?: readonly CommandLineSetting[]
  readonly moduleOptions?: readonly ModuleOptionSetting[]
  readonly unsupported?: readonly UnsupportedSetting[]
  /** `built-in`, or the file that it was read from. */
  readonly origin: string
}
