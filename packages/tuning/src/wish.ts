import type { Setting } from './profile.ts'
import type { Tunable } from './tunable.ts'

/** How an attribute stands towards what a profile asks for. */
export type WishState =
  /** It holds the value, or is within the bound that was asked for. */
  | 'ok'
  /** It holds another value, and can be set. */
  | 'differs'
  /** It holds what the kernel makes of the value. */
  | 'clamped by kernel'
  /** This kernel has no such attribute: too old, too new, or built without. */
  | 'not on this kernel'
  /** The hardware or driver that brings it is not here. */
  | 'no such device'
  /** The kernel does not offer the value here. */
  | 'not offered'
  /** The attribute can only be read here. */
  | 'read-only'
  /** It is there, but the reader may not read it. */
  | 'unreadable'
  /** A later configuration file sets another value at boot, or takes the key out, and wins. */
  | 'overridden'
  /** It belongs to the whole machine, and the host is a network namespace of it. */
  | 'not in this namespace'
  /** Neither the knowledge table nor this kernel knows the name. */
  | 'unknown tunable'

/** What a profile asks of one attribute of one device, and how that attribute stands. */
export interface Wish {
  readonly setting: Setting
  readonly tunable: Tunable | undefined
  /** The tunable's id, or the path if there is none. */
  readonly id: string
  /** Absolute path, or `command:…` for what a program reads and writes. */
  readonly path: string
  /** The device, CPU or queue: `sda`, `cpu0`. */
  readonly instance?: string
  /** The value to be written. `undefined` if none could be determined. */
  readonly want?: string
  /** What the attribute holds; `undefined` if it is not there or was not read. */
  readonly have?: string
  readonly state: WishState
  /** More about the state, as a sentence or a list: the file that overrides, what is offered. */
  readonly detail?: string
  /** The attribute is within an upper or lower bound and holds a value of its own. */
  readonly within?: boolean
}
