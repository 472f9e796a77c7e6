import type { Planner } from '@hostwright/core'
import { readManagedFile, renderManagedFile } from './managed-file.ts'
import { managedPaths } from './managed-paths.ts'
import { planManagedFile } from './managed-write.ts'

/** A zram device that is to be there after every boot. */
export interface PersistentZram {
  readonly name: string
  readonly sizeBytes: number
  readonly algorithm: string | undefined
  readonly memoryLimitBytes: number | undefined
  readonly swap: boolean
  readonly priority: number
}

const generator = '/usr/lib/systemd/system-generators/zram-generator'
const generatorFile = '/etc/systemd/zram-generator.conf.d/60-hostwright-zram.conf'
const modulesFile = '/etc/modules-load.d/60-hostwright-zram.conf'

/**
 * Plans the files that set a zram device up at boot; without a device, their removal. With systemd's zram-generator that is
 * one file for it. Elsewhere the module is loaded, a udev rule sets the device up when it appears, and a unit uses it as swap.
 */
export async function planZramFiles(planner: Planner, device: PersistentZram | undefined): Promise<void> {
  const paths = managedPaths('zram')
  const generated = device !== undefined && (await planner.host.fs.exists(generator))
  const own = generated ? undefined : device
  const file = (path: string, purpose: string, body: string): Promise<void> => planManagedFile(planner, path, { what: 'zram', purpose, body })
  await file(generatorFile, 'compressed swap, set up by zram-generator', generated ? generatorLines(device) : '')
  await file(modulesFile, 'the module that brings zram devices', own === undefined ? '' : 'zram\n')
  await file(paths.modprobe, 'how many zram devices there are at first', own === undefined ? '' : `options zram num_devices=${Number(own.name.slice(4)) + 1}\n`)
  await file(paths.udev, 'sets up the zram device when it appears', own === undefined ? '' : `${udevRule(own)}\n`)
  await planSwapUnit(planner, own?.swap === true ? own : undefined)
}

function generatorLines(device: PersistentZram): string {
  const mebibytes = Math.floor(device.sizeBytes / 2 ** 20)
  return [
    `[${device.name}]`,
    `zram-size = ${mebibytes}`,
    ...(device.algorithm === undefined ? [] : [`compression-algorithm = ${device.algorithm}`]),
    ...(device.memoryLimitBytes === undefined ? [] : [`zram-resident-limit = ${Math.ceil(device.memoryLimitBytes / 2 ** 20)}`]),
    ...(device.swap ? [`swap-priority = ${device.priority}`] : ['fs-type = ']),
    '',
  ].join('\n')
}

function udevRule(device: PersistentZram): string {
  return [
    'ACTION=="add"',
    'SUBSYSTEM=="block"',
    `KERNEL=="${device.name}"`,
    'ATTR{initstate}=="0"',
    ...(device.algorithm === undefined ? [] : [`ATTR{comp_algorithm}="${device.algorithm}"`]),
    `ATTR{disksize}="${device.sizeBytes}"`,
    ...(device.memoryLimitBytes === undefined ? [] : [`ATTR{mem_limit}="${device.memoryLimitBytes}"`]),
    ...(device.swap ? [`RUN+="/sbin/mkswap /dev/${device.name}"`, 'TAG+="systemd"'] : []),
  ].join(', ')
}

/** The unit of a swap device has to be called after it; the link is what `systemctl enable` makes. */
async function planSwapUnit(planner: Planner, device: PersistentZram | undefined): Promise<void> {
  const directory = '/etc/systemd/system'
  const wanted = device === undefined ? undefined : `dev-${device.name}.swap`
  for (const entry of await unitNames(planner)) {
    if (entry === wanted) continue
    const state = await planner.readPath(`${directory}/${entry}`)
    if (state.type !== 'file' || !('text' in state.content) || (await readManagedFile(state.content.text)) === undefined) continue
    await planner.remove(`${directory}/swap.target.wants/${entry}`)
    await planner.remove(`${directory}/${entry}`)
  }
  if (device === undefined || wanted === undefined) return
  const body = `[Unit]\nDescription=Compressed swap in memory\n\n[Swap]\nWhat=/dev/${device.name}\nPriority=${device.priority}\n\n[Install]\nWantedBy=swap.target\n`
  await planner.write(`${directory}/${wanted}`, await renderManagedFile('zram', 'uses the zram device as swap', body))
  await planner.link(`${directory}/swap.target.wants/${wanted}`, `../${wanted}`)
}

async function unitNames(planner: Planner): Promise<readonly string[]> {
  const directory = '/etc/systemd/system'
  if (!(await planner.host.fs.exists(directory))) return []
  return (await planner.host.fs.list(directory)).map((entry) => entry.name).filter((name) => /^dev-zram\d+\.swap$/u.test(name))
}
