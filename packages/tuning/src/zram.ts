import type { Action, Host, Plan, Planner } from '@hostwright/core'
import { createPlanner, HostwrightError } from '@hostwright/core'
import { planZramFiles } from './persistence/zram-files.ts'
import { listZramDevices, zramNumber } from './zram-state.ts'
import type { ZramDevice } from './zram-state.ts'
import { refuseInNetworkNamespace } from './network-namespace.ts'

/** How compressed memory is to be set up. */
export interface ZramOptions {
  /** Uncompressed size. Default: `share` of the memory. */
  readonly sizeBytes?: number
  /** Uncompressed size as a share of memory, above 0 and at most 4. Default 0.5. */
  readonly share?: number
  /** Default: the first that the kernel has of zstd, lz4 and lzo-rle. */
  readonly algorithm?: string
  /** Most memory that the compressed data may take; default: no limit. */
  readonly memoryLimitBytes?: number
  /** Use it as swap. Default `true`. */
  readonly swap?: boolean
  /** Of the swap area, 0 to 32767; higher is used first. Default 100. */
  readonly priority?: number
  /** Set up anew a zram swap that is there with other values. Default `false`: refused. */
  readonly replace?: boolean
  /** Keep it after a reboot. Default `true`. */
  readonly persist?: boolean
}

const pageSize = 4096

/**
 * Plans a compressed swap area in memory: on an unused zram device, else on a new one. Nothing to do if one with these
 * values is there. The undo takes the area out of use, empties the device and removes what was added.
 *
 * @throws `UNSUPPORTED` for an algorithm that the kernel lacks and in a network namespace, `ALREADY_EXISTS` if there is a zram swap with other values,
 * `INVALID_INPUT` for sizes and priorities out of range
 */
export async function planZram(host: Host, options: ZramOptions = {}): Promise<Plan> {
  refuseInNetworkNamespace(host, 'zram is swap')
  const planner = createPlanner(host, 'tuning')
  const devices = await listZramDevices(host.fs)
  const wish = await readWish(host, options, devices)
  const existing = devices.find((device) => fits(device, wish))
  const other = wish.swap ? devices.find((device) => device.swap !== undefined) : undefined
  if (existing === undefined && other !== undefined && options.replace !== true) {
    throw new HostwrightError('ALREADY_EXISTS', `${other.name} is swap already: ${describe(other)}`, {
      subject: other.name,
      hint: 'Pass `replace` to set it up anew, or remove it first with `hostwright tuning zram --remove`.',
    })
  }
  let name = existing?.name
  if (name === undefined) {
    if (other !== undefined) await planRelease(planner, other)
    name = other?.name ?? devices.find((device) => device.sizeBytes === 0)?.name
    const fresh = name === undefined
    name ??= await planNewDevice(planner, devices)
    await planSetUp(planner, name, wish, fresh ? 'new' : other === undefined ? 'idle' : 'released')
  }
  if (options.persist !== false) await planZramFiles(planner, { name, ...wish })
  return planner.finish()
}

/**
 * Plans that a zram device (default: each that is swap) is taken out of use and emptied, and that its files are removed.
 *
 * @throws `NOT_FOUND` for a device that is not there, `UNSUPPORTED` in a network namespace
 */
export async function planZramRemoval(host: Host, options: { readonly device?: string } = {}): Promise<Plan> {
  refuseInNetworkNamespace(host, 'zram is swap')
  const planner = createPlanner(host, 'tuning')
  const devices = await listZramDevices(host.fs)
  if (options.device !== undefined && !devices.some((device) => device.name === options.device)) {
    throw new HostwrightError('NOT_FOUND', `there is no ${options.device} on ${host.label}`, {
      subject: options.device,
      hint: `There are: ${devices.map((device) => device.name).join(', ') || 'none'}.`,
    })
  }
  for (const device of devices) {
    const meant = options.device === undefined ? device.swap !== undefined : device.name === options.device
    if (meant && device.sizeBytes > 0) await planRelease(planner, device)
  }
  await planZramFiles(planner, undefined)
  return planner.finish()
}

/** What is wanted, with every default filled in. */
interface ZramWish {
  readonly sizeBytes: number
  readonly algorithm: string | undefined
  readonly memoryLimitBytes: number | undefined
  readonly swap: boolean
  readonly priority: number
}

async function readWish(host: Host, options: ZramOptions, devices: readonly ZramDevice[]): Promise<ZramWish> {
  const { share = 0.5, priority = 100, swap = true, memoryLimitBytes } = options
  if (!(share > 0 && share <= 4)) throw outOfRange('share', share, 'above 0 and at most 4')
  if (!Number.isInteger(priority) || priority < 0 || priority > 32_767) throw outOfRange('priority', priority, 'a whole number from 0 to 32767')
  const [meminfo] = await host.fs.readMany(['/proc/meminfo'])
  const memoryBytes = Number(/^MemTotal:\s*(\d+)/mu.exec(meminfo ?? '')?.[1] ?? 0) * 1024
  const wanted = options.sizeBytes ?? memoryBytes * share
  const sizeBytes = Math.floor(wanted / pageSize) * pageSize
  // mkswap refuses areas below ten pages.
  if (!(sizeBytes >= 10 * pageSize) || sizeBytes > memoryBytes * 4) throw outOfRange('sizeBytes', wanted, 'at least 40 KiB and at most four times the memory')
  const offered = devices[0]?.algorithms ?? []
  const algorithm = options.algorithm ?? ['zstd', 'lz4', 'lzo-rle'].find((name) => offered.includes(name))
  if (algorithm !== undefined && offered.length > 0 && !offered.includes(algorithm)) {
    throw new HostwrightError('UNSUPPORTED', `the kernel of ${host.label} cannot compress zram with \`${algorithm}\``, {
      subject: algorithm,
      hint: `It offers: ${offered.join(', ')}.`,
    })
  }
  return { sizeBytes, algorithm, memoryLimitBytes, swap, priority }
}

function fits(device: ZramDevice, wish: ZramWish): boolean {
  if (device.sizeBytes !== wish.sizeBytes || (wish.algorithm !== undefined && device.algorithm !== wish.algorithm)) return false
  return wish.swap ? device.swap?.priority === wish.priority : device.swap === undefined
}

/** Plans a further device; the kernel gives the lowest free number. */
async function planNewDevice(planner: Planner, devices: readonly ZramDevice[]): Promise<string> {
  const taken = new Set(devices.map((device) => zramNumber(device.name)))
  let number = 0
  while (taken.has(number)) number += 1
  // Recorded as a read: if it has come to be by the time of applying, the plan no longer holds.
  await planner.readPath(`/sys/block/zram${number}`)
  if (await planner.host.fs.exists('/sys/class/zram-control/hot_add')) {
    planner.run(['cat', '/sys/class/zram-control/hot_add'], {
      summary: `add the device zram${number}`,
      undo: { kind: 'actions', actions: [settle, { kind: 'set', path: '/sys/class/zram-control/hot_remove', value: String(number), readBack: 'none' }] },
    })
  } else {
    planner.run(['modprobe', 'zram', 'num_devices=1'], {
      summary: 'load the module zram, which brings the device zram0',
      undo: { kind: 'actions', actions: [settle, { kind: 'run', argv: ['modprobe', '-r', 'zram'] }] },
    })
  }
  return `zram${number}`
}

async function planSetUp(planner: Planner, name: string, wish: ZramWish, state: 'new' | 'idle' | 'released'): Promise<void> {
  const base = `/sys/block/${name}`
  // A device that is not there yet cannot be read while planning; taking it away again undoes all that is done to it.
  const details = state === 'new' ? ({ readBack: 'none', undo: { kind: 'actions', actions: [] } } as const) : {}
  if (wish.algorithm !== undefined) {
    await planner.set(`${base}/comp_algorithm`, wish.algorithm, {
      readBack: 'selection',
      why: 'how pages are compressed',
      // Emptying a device also puts back its default algorithm.
      force: state === 'released',
      ...details,
      summary: `compress ${name} with ${wish.algorithm}`,
    })
  }
  const size = String(wish.sizeBytes)
  await planner.set(`${base}/disksize`, size, {
    why: 'how much fits in, before compression',
    summary: `set up ${name} with ${formatMebibytes(wish.sizeBytes)}`,
    force: true,
    undo: { kind: 'actions', actions: state === 'new' ? [] : [settle, reset(name)] },
    ...(state === 'new' ? { readBack: 'none' as const } : {}),
  })
  if (wish.memoryLimitBytes !== undefined) {
    await planner.set(`${base}/mem_limit`, String(wish.memoryLimitBytes), {
      readBack: 'none',
      summary: `limit the memory of ${name} to ${formatMebibytes(wish.memoryLimitBytes)}`,
      undo: { kind: 'actions', actions: state === 'new' ? [] : [{ kind: 'set', path: `${base}/mem_limit`, value: '0', readBack: 'none' }] },
    })
  }
  if (!wish.swap) return
  planner.run(['mkswap', `/dev/${name}`], { summary: `make a swap area on ${name}`, undo: { kind: 'actions', actions: [] } })
  planner.run(['swapon', '-p', String(wish.priority), `/dev/${name}`], {
    summary: `swap to ${name} with priority ${wish.priority}`,
    undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['swapoff', `/dev/${name}`] }] },
  })
}

/** Plans that a device is taken out of use and emptied, with an undo that sets it up as it was. Its content in swap moves to memory or to other swap. */
async function planRelease(planner: Planner, device: ZramDevice): Promise<void> {
  const path = `/dev/${device.name}`
  if (device.swap !== undefined) {
    planner.run(['swapoff', path], {
      summary: `take ${device.name} out of use as swap (${formatMebibytes(device.swap.usedBytes)} move to memory)`,
      risk: 'disruptive',
      undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['swapon', '-p', String(device.swap.priority), path] }] },
    })
  }
  const base = `/sys/block/${device.name}`
  const back: Action[] = [
    { kind: 'set', path: `${base}/comp_algorithm`, value: device.algorithm, readBack: 'selection' },
    { kind: 'set', path: `${base}/disksize`, value: String(device.sizeBytes) },
    ...(device.swap === undefined ? [] : [{ kind: 'run', argv: ['mkswap', path] } as const]),
  ]
  planner.run(['udevadm', 'settle'], {
    id: `settle ${device.name}`,
    summary: `wait until udev has let go of ${device.name}`,
    okCodes: [0, 1, 127],
    undo: { kind: 'actions', actions: [] },
  })
  await planner.set(`${base}/reset`, '1', {
    readBack: 'none',
    summary: `empty ${device.name}`,
    risk: device.swap === undefined ? 'destructive' : 'disruptive',
    undo: { kind: 'actions', actions: back },
  })
}

// udev opens a device after it was written to; emptying it in that moment fails with EBUSY.
const settle: Action = { kind: 'run', argv: ['udevadm', 'settle'], okCodes: [0, 1, 127] }

function reset(name: string): Action {
  return { kind: 'set', path: `/sys/block/${name}/reset`, value: '1', readBack: 'none' }
}

function describe(device: ZramDevice): string {
  return `${formatMebibytes(device.sizeBytes)}, ${device.algorithm}, priority ${device.swap?.priority ?? 'none'}`
}

function formatMebibytes(bytes: number): string {
  return `${Math.round((bytes / 2 ** 20) * 10) / 10} MiB`
}

function outOfRange(name: string, value: number, range: string): HostwrightError {
  return new HostwrightError('INVALID_INPUT', `${name} is ${value}, but must be ${range}`, { subject: name, hint: `Give a value ${range}.` })
}
