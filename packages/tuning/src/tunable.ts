/** What a tunable's values are. */
export type TunableType = 'integer' | 'integers' | 'boolean' | 'choice' | 'string' | 'cpumask' | 'cpulist'

/** What a tunable exists once for. `{…}` of the same name stands in its path. */
export type InstanceKind =
  | 'disk'
  | 'interface'
  | 'cpu'
  | 'policy'
  | 'cpuidle'
  | 'irq'
  | 'zram'
  | 'node'
  | 'hugepage'
  | 'rxqueue'
  | 'txqueue'
  | 'scsihost'
  | 'usb'
  | 'pci'
  | 'package'

/** A knob of the kernel or of a device, as data. */
export interface Tunable {
  /** The sysctl name (`vm.swappiness`), or `group.name` for others: `thp.enabled`, `block.scheduler`. Unique. */
  readonly id: string
  readonly group: string
  /** Absolute path, with `{disk}`, `{interface}`, … where it exists once for each. A `command:` path is read and written by a program (`command:ethtool-ring/rx/{interface}`). */
  readonly path: string
  readonly per?: InstanceKind
  readonly type: TunableType
  /** Of an integer, or of each of several integers. */
  readonly min?: number
  readonly max?: number
  /** How many integers, for `integers`. */
  readonly count?: number
  /** `bytes`, `KiB`, `pages`, `ms`, `µs`, `s`, `cs` (hundredths), `percent`, `packets`, `kHz` … */
  readonly unit?: string
  /** Of a `choice`; where the kernel lists them in the attribute itself, those decide. */
  readonly choices?: readonly string[]
  /** Other sysctl names of the same value: `net.nf_conntrack_max`. */
  readonly aliases?: readonly string[]
  /** It can be read but never be written. */
  readonly readOnly?: boolean
  /** The kernel build option that it needs, without which its absence is no failure: `CONFIG_KSM`. */
  readonly config?: string
  /** The module that brings it; it is not there before that module is loaded. */
  readonly module?: string
  /** How it is read back; default `value`. `selection`: the word in brackets. */
  readonly readBack?: 'value' | 'selection' | 'mask' | 'none'
  /** First kernel that has it, such as `6.1`; absent: 4.19 or older, or (for hardware) wherever the driver offers it. */
  readonly since?: string
  /** First kernel that no longer has it; where the exact release is not known, the first long-term kernel without it. */
  readonly until?: string
  /** First kernel on which writing it still works but changes nothing. */
  readonly ineffectiveSince?: string
  /** The id of what replaced it, or the path if there is no such id. */
  readonly movedTo?: string
  /** Each namespace of this kind has its own value. */
  readonly namespace?: 'network' | 'ipc' | 'uts' | 'user' | 'pid'
  /** Values that cannot be left again before a reboot. */
  readonly oneWay?: readonly string[]
  /** Another tunable that is zeroed when this one is written, and the other way round: `vm.dirty_bytes` and `vm.dirty_ratio`. */
  readonly twin?: string
  /** Ids of tunables (of the same instance) that the kernel changes when this one is written. */
  readonly resets?: readonly string[]
  /** `disruptive` where writing it stalls or resets something that runs. Default `safe`. */
  readonly risk?: 'safe' | 'disruptive' | 'destructive'
  /** Needs hardware or a driver that not every machine has: its absence is never a failure. */
  readonly hardware?: boolean
  /** One or two sentences: what it does. */
  readonly meaning: string
  /** What else it does that one would not expect. */
  readonly sideEffects?: string
  /** Where this is from: `Documentation/admin-guide/sysctl/vm.rst`, `block/blk-sysfs.c`, `man 7 tcp`. */
  readonly source: string
}

/** A tunable as it stands in a data file: the group says what its members have in common. */
export type TunableEntry = Omit<Tunable, 'group' | 'path' | 'source'> & {
  /** Default: the file of the sysctl that `id` names. */
  readonly path?: string
  /** Default: that of the group. */
  readonly source?: string
}

/** Tunables of one subject, and what they have in common. */
export interface TunableGroup {
  readonly group: string
  readonly source: string
  /** What every entry has that does not say otherwise. */
  readonly common?: Partial<Pick<Tunable, 'per' | 'namespace' | 'config' | 'module' | 'hardware' | 'type' | 'readBack' | 'since' | 'unit' | 'risk'>>
  readonly tunables: readonly TunableEntry[]
}
